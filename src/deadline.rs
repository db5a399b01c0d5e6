//! When to give up waiting: points in time on the monotonic clock, and deadlines made of them.

use core::time::Duration;

/// A point in time on CLOCK_MONOTONIC, in nanoseconds.
///
/// Arithmetic saturates: a time that cannot be represented (584 years after boot) is the last one, and is never reached.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Instant(u64);

impl Instant {
    /// The last point in time. A deadline there never passes.
    pub const MAX: Self = Self(u64::MAX);

    /// The point `nanos` nanoseconds after the clock's zero. For doubles that own time.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the clock's zero, which on Linux is about when the machine was started.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// This time and `later` more; saturates.
    pub const fn saturating_add(self, later: Duration) -> Self {
        // In 64 bits: what does not fit into them is never.
        let Some(seconds) = later.as_secs().checked_mul(1_000_000_000) else { return Self::MAX };
        Self(self.0.saturating_add(seconds).saturating_add(later.subsec_nanos() as u64))
    }

    /// How long it is from `earlier` to this time; zero if it is not earlier.
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// How long an operation may wait.
///
/// It limits waiting, not working: what is there is delivered although the deadline has passed, so a deadline in the past, or
/// [`Deadline::NOW`], makes every operation a single attempt. Whether it has passed is looked at after progress and before each
/// wait, never before the first attempt; an operation that nothing holds up reads no clock at all.
///
/// A wait ends at the deadline or after it, never before. There are no negative durations, and enormous ones saturate into "never".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Deadline {
    /// Waits as long as it takes, or until an interrupt.
    Never,
    /// Gives up at this point in time. The same value can be handed to one operation after the other: see `Deadline::after`.
    At(Instant),
    /// Gives up this long after the operation first had to wait. Each operation starts anew, also one that goes on where
    /// another one stopped.
    Within(Duration),
}

impl Deadline {
    /// One attempt, no waiting.
    pub const NOW: Self = Self::Within(Duration::ZERO);

    /// The point in time that it stands for, if `now` is when something first had to wait. `None` is never.
    pub const fn fixed(self, now: Instant) -> Option<Instant> {
        match self {
            Self::Never => None,
            Self::At(time) => Some(time),
            Self::Within(duration) => Some(now.saturating_add(duration)),
        }
    }
}
