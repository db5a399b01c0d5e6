//! How an operation waits: Core's order, in one place.
//!
//! An operation makes its attempt and, if that did not finish it, calls [`Patience::pause`], which looks at the deadline, then
//! at the interrupt, then waits; and then it attempts again. So what can be done at once is done, whatever time it is; timeout
//! beats interrupt; and after every wait, also after the one that the deadline cut short, there is a last attempt.

use core::time::Duration;

use crate::{Deadline, Errno, Events, Instant, Interrupt, Lend, Wait, io_error_is_permanent, sync::mutant};

/// The longest that a wait goes without looking at an interrupt that cannot wake it: 1 s, as in Core.
pub const MAX_WAIT_FOR_IO: Duration = Duration::from_secs(1);

/// How often in a row a stream may say "ready" when it is not before it is no longer believed.
const IN_VAIN: u32 = 3;
/// Naps in a row last 1, 2, 4 … milliseconds; after so many doublings they grow no more. They grow little where somebody else may
/// just have been faster: readers that race for tokens would all sleep.
const DOUBLINGS: u32 = 6;
const DOUBLINGS_IN_VAIN: u32 = 2;

/// What made a pause end the operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    TimedOut,
    Interrupted,
    Failed(Errno),
}

/// What is left of one operation's time.
pub(crate) struct Patience<'i, I: ?Sized> {
    deadline: Deadline,
    interrupt: &'i I,
    /// The interrupt was set during a wait, and may be reset by now.
    fired: bool,
    /// Waits in a row that said "ready" and were followed by an attempt that achieved nothing.
    in_vain: u32,
    /// Naps in a row.
    naps: u32,
}

impl<'i, I: Interrupt + ?Sized> Patience<'i, I> {
    pub(crate) fn new(deadline: Deadline, interrupt: &'i I) -> Self {
        Self { deadline, interrupt, fired: false, in_vain: 0, naps: 0 }
    }

    /// The last attempt achieved something.
    pub(crate) fn progress(&mut self) {
        self.in_vain = 0;
        self.naps = 0;
    }

    /// Waits for one of `events`. Returns what occurred; nothing, when it is just time for another attempt.
    ///
    /// `None`: no event tells when another attempt is worth it. Then it naps, longer each time, and looks for nothing but the
    /// peer's going away. A stream on which something occurs again and again when nothing can be done (a peer that takes no bytes,
    /// readers that race, an error that nobody fetches) would make this a loop without a pause; then every other pause is a nap, too,
    /// which nothing on the stream cuts short.
    pub(crate) fn pause<W: Wait + ?Sized>(&mut self, on: &W, events: Option<Events>) -> Result<Events, Stop> {
        let in_vain = self.in_vain >= IN_VAIN;
        let (events, nap) = match events {
            _ if in_vain => (Events::TIME, Some(DOUBLINGS_IN_VAIN)),
            Some(events) => (events, None),
            None => (Events::HANGUP, Some(DOUBLINGS)),
        };
        let at_most = nap.map(|most| self.next_nap(most));
        let occurred = self.wait(on, events, at_most)?;
        self.in_vain = if in_vain {
            IN_VAIN - 1
        } else if occurred.is_empty() {
            0
        } else {
            self.in_vain + 1
        };
        Ok(occurred)
    }

    /// Sleeps a moment, longer each time, whatever becomes of the stream.
    pub(crate) fn nap<W: Wait + ?Sized>(&mut self, on: &W) -> Result<Events, Stop> {
        let length = self.next_nap(DOUBLINGS);
        self.wait(on, Events::TIME, Some(length))
    }

    fn wait<W: Wait + ?Sized>(&mut self, on: &W, events: Events, at_most: Option<Duration>) -> Result<Events, Stop> {
        let left = self.left(|| on.now(), at_most)?;
        self.ask(|interrupt| on.wait(events, left, interrupt))
    }

    fn next_nap(&mut self, most: u32) -> Duration {
        let length = Duration::from_millis(1 << self.naps);
        self.naps = most.min(self.naps + 1);
        length
    }

    /// How long this wait may be, if it may be at all. The only place that reads a clock.
    pub(crate) fn left(
        &mut self,
        now: impl FnOnce() -> Instant,
        at_most: Option<Duration>,
    ) -> Result<Option<Duration>, Stop> {
        let slice = match self.interrupt.lend() {
            Lend::Flag if !mutant!("unwatched_flag") => Some(at_most.unwrap_or(MAX_WAIT_FOR_IO)),
            Lend::Flag | Lend::Never | Lend::Handle(_) => at_most,
        };
        if self.deadline == Deadline::Never {
            return Ok(slice);
        }
        let now = now();
        let Some(end) = self.deadline.fixed(now) else { return Ok(slice) };
        self.deadline = Deadline::At(end);
        if now >= end {
            return Err(Stop::TimedOut);
        }
        let left = end.saturating_duration_since(now);
        Ok(Some(slice.map_or(left, |slice| slice.min(left))))
    }

    /// Looks at the interrupt, and waits if it is not set. A latch must know of the sleeper before it is looked at.
    pub(crate) fn ask(&mut self, wait: impl FnOnce(&I) -> Result<Events, Errno>) -> Result<Events, Stop> {
        if self.fired {
            return Err(Stop::Interrupted);
        }
        let early = mutant!("look_before_enter").then(|| self.interrupt.is_set());
        let since = self.interrupt.enter();
        let set = early.unwrap_or_else(|| self.interrupt.is_set()) && !mutant!("deaf");
        let woken = if set { Err(Stop::Interrupted) } else { wait(self.interrupt).map_err(Stop::Failed) };
        self.fired = self.interrupt.leave(since) && !mutant!("forget_the_reset");
        match woken {
            Err(Stop::Failed(errno)) if !io_error_is_permanent(errno) => Ok(Events::NONE),
            woken => woken,
        }
    }
}
