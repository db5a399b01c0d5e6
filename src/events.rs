//! What a wait is for, and what it found.

use core::{
    fmt,
    ops::{BitOr, BitOrAssign},
};

/// A set of events. The values of RECV, SEND and ERROR are Bitcoin Core's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Events(u8);

impl Events {
    /// None: time was over, or an interrupt rang.
    pub const NONE: Self = Self(0);
    /// Bytes, the end of the stream or a new connection can be received without blocking (POLLIN).
    pub const RECV: Self = Self(1);
    /// Bytes can be sent without blocking (POLLOUT).
    pub const SEND: Self = Self(2);
    /// The stream is broken or closed in both directions (POLLERR, POLLHUP). Comes unasked; receive first what is still there.
    pub const ERROR: Self = Self(4);
    /// The peer will send no more (POLLRDHUP), or is gone (POLLHUP). Bytes that it sent before may still wait to be received.
    ///
    /// macOS says POLLHUP for both, so [`ERROR`](Self::ERROR) comes with it. NetBSD says only that the peer is gone.
    pub const HANGUP: Self = Self(8);

    /// Time: a wait for it alone is a sleep, which looks at nothing on the stream, not even errors; an entry of a wait set for it
    /// alone is not looked at, either. Together with others it asks for nothing. Never occurs.
    pub const TIME: Self = Self(128);

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of `other` are in it.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is in it.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set as Core's bits, with 8 for HANGUP and 128 for TIME.
    pub const fn bits(self) -> u8 {
        self.0
    }
}

impl BitOr for Events {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Events {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// As in `RECV | HANGUP`, or `NONE`.
impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [(Events, &str); 5] = [
            (Events::RECV, "RECV"),
            (Events::SEND, "SEND"),
            (Events::ERROR, "ERROR"),
            (Events::HANGUP, "HANGUP"),
            (Events::TIME, "TIME"),
        ];
        if self.is_empty() {
            return f.write_str("NONE");
        }
        let mut names = NAMES.iter().filter(|(event, _)| self.contains(*event)).map(|(_, name)| *name);
        f.write_str(names.next().unwrap_or_default())?;
        names.try_for_each(|name| write!(f, " | {name}"))
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    #[test]
    fn sets_have_names() {
        let all = Events::RECV | Events::SEND | Events::ERROR | Events::HANGUP | Events::TIME;
        assert_eq!(format!("{all:?}"), "RECV | SEND | ERROR | HANGUP | TIME");
        assert_eq!(format!("{:?}", Events::HANGUP | Events::RECV), "RECV | HANGUP");
        assert_eq!(format!("{:?}", Events::NONE), "NONE");
    }

    /// Every set against every other, as Core's bits.
    #[test]
    fn sets_are_sets() {
        let all = [Events::RECV, Events::SEND, Events::ERROR, Events::HANGUP];
        let set = |bits: u8| {
            let chosen = all.iter().enumerate().filter(|(n, _)| bits & 1 << n != 0);
            chosen.fold(Events::NONE, |set, (_, event)| set | *event)
        };
        for (a, b) in (0..16).flat_map(|a| (0..16).map(move |b| (a, b))) {
            let mut sum = set(a);
            sum |= set(b);
            assert_eq!((set(a).bits(), (set(a) | set(b)).bits(), sum.bits()), (a, a | b, a | b));
            assert_eq!(set(a).is_empty(), a == 0);
            assert_eq!(set(a).contains(set(b)), a & b == b);
            assert_eq!(set(a).intersects(set(b)), a & b != 0);
        }
    }
}
