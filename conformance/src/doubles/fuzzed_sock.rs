//! A stream that does what a fuzzer's input says.

use core::{
    cell::{Cell, Ref, RefCell},
    time::Duration,
};

use heapless::{Deque, Vec};
use sockpipe::{Disconnected, Errno, Events, Instant, Interrupt, Peek, Room, Sink, Source, Wait};

use super::{Clock, Input, without_time};
use crate::vectors::{RECV, SEND, WAIT};

/// Core's `FuzzedSock`: each call succeeds, moves a part, or fails with an errno of Core's list for it, as the input decides. When that
/// is used up, everything fails or ends soon, so that no loop over it goes on for ever.
///
/// What a peek has shown, a receive gives; also the zeros that Core pads a peek with and forgets.
#[derive(Debug)]
pub struct FuzzedSock<'a, 'i> {
    input: &'a Input<'i>,
    clock: &'a Clock,
    /// What a peek has shown, and nobody has taken.
    shown: RefCell<Deque<u8, 4096>>,
    taken: RefCell<Vec<u8, 8192>>,
    sent: Cell<usize>,
    failure: Cell<Option<Failure>>,
    permanent: Cell<usize>,
    ended: Cell<bool>,
    calls: Cell<usize>,
}

/// An error that was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Which.
    pub errno: Errno,
    /// Whether a wait failed with it.
    pub in_wait: bool,
}

impl<'a, 'i> FuzzedSock<'a, 'i> {
    /// One that decides by this input, and whose waits pass on this clock.
    pub fn new(input: &'a Input<'i>, clock: &'a Clock) -> Self {
        Self {
            input,
            clock,
            shown: RefCell::default(),
            taken: RefCell::default(),
            sent: Cell::new(0),
            failure: Cell::new(None),
            permanent: Cell::new(0),
            ended: Cell::new(false),
            calls: Cell::new(0),
        }
    }

    /// Any other call that succeeds or fails with one of these: connect, bind, listen, accept, an option.
    ///
    /// # Errors
    /// One of `errnos`.
    pub fn attempt(&self, errnos: &[Errno]) -> Result<(), Errno> {
        self.calls.set(self.calls.get() + 1);
        if self.input.flag() { Err(self.fail(errnos, false)) } else { Ok(()) }
    }

    /// What was received, from the beginning. To be dropped before the next call.
    pub fn taken(&self) -> Ref<'_, Vec<u8, 8192>> {
        self.taken.borrow()
    }

    /// How many bytes were sent.
    pub fn sent(&self) -> usize {
        self.sent.get()
    }

    /// The last error that was given.
    pub fn failure(&self) -> Option<Failure> {
        self.failure.get()
    }

    /// How many errors were given that do not pass.
    pub fn permanent(&self) -> usize {
        self.permanent.get()
    }

    /// Whether the last receive or peek gave the end of the stream.
    pub fn has_ended(&self) -> bool {
        self.ended.get()
    }

    /// How many calls were made.
    pub fn calls(&self) -> usize {
        self.calls.get()
    }

    fn fail(&self, errnos: &[Errno], in_wait: bool) -> Errno {
        let errno = self.input.pick(errnos).unwrap_or(Errno::IO);
        self.failure.set(Some(Failure { errno, in_wait }));
        // A list of its own, not the library's opinion.
        let passes = [Errno::AGAIN, Errno::INTR, Errno::INPROGRESS].contains(&errno);
        self.permanent.set(self.permanent.get() + usize::from(!passes));
        errno
    }

    /// Core's order of decisions. What is new is shown first, also to a plain receive.
    fn show(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.calls.set(self.calls.get() + 1);
        self.ended.set(false);
        let wanted = room.remaining();
        if wanted == 0 || self.input.flag() {
            self.ended.set(self.input.flag());
            return if self.ended.get() { Ok(0) } else { Err(self.fail(&RECV, false)) };
        }
        let mut shown = self.shown.borrow_mut();
        if shown.len() < wanted {
            let new = self.input.below(self.input.left().min(wanted - shown.len()) + 1);
            let _ = (0..new).try_for_each(|_| shown.push_back(self.input.byte()));
            let padded = new > 0 && !self.input.flag();
            while padded && shown.len() < wanted && shown.push_back(0).is_ok() {}
        }
        let n = shown.len().min(wanted);
        for byte in shown.iter().take(n) {
            room.put(&[*byte]);
        }
        self.ended.set(n == 0);
        Ok(n)
    }
}

impl Wait for FuzzedSock<'_, '_> {
    /// All of the time passes, unless it fails.
    fn wait(&self, events: Events, at_most: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        self.calls.set(self.calls.get() + 1);
        if self.input.flag() {
            return Err(self.fail(&WAIT, true));
        }
        self.clock.sleep(at_most.unwrap_or_default());
        Ok(if self.input.flag() { Events::NONE } else { without_time(events) })
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

impl Sink for FuzzedSock<'_, '_> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        self.calls.set(self.calls.get() + 1);
        let n = if self.input.flag() {
            data.len()
        } else {
            // From -1 to all.
            let n = self.input.below(data.len() + 2);
            n.checked_sub(1).ok_or_else(|| self.fail(&SEND, false))?
        };
        self.sent.set(self.sent.get() + n);
        Ok(n)
    }
}

impl Source for FuzzedSock<'_, '_> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let n = self.show(room)?;
        let (mut shown, mut taken) = (self.shown.borrow_mut(), self.taken.borrow_mut());
        for byte in (0..n).filter_map(|_| shown.pop_front()) {
            // The first 8 KiB are more than any test takes.
            let _ = taken.push(byte);
        }
        Ok(n)
    }
}

impl Peek for FuzzedSock<'_, '_> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.show(room)
    }

    /// As the input says, whatever else has happened.
    fn is_connected(&self) -> Result<(), Disconnected> {
        if self.input.flag() { Ok(()) } else { Err(Disconnected::Closed) }
    }
}

/// Core's `FuzzedThreadInterrupt`: a flag that is set or not at each look, as the input says.
#[derive(Debug)]
pub struct FuzzedInterrupt<'a, 'i> {
    input: &'a Input<'i>,
    last: Cell<bool>,
}

impl<'a, 'i> FuzzedInterrupt<'a, 'i> {
    /// One that decides by this input.
    pub fn new(input: &'a Input<'i>) -> Self {
        Self { input, last: Cell::new(false) }
    }

    /// What the last look saw.
    pub fn last(&self) -> bool {
        self.last.get()
    }
}

impl Interrupt for FuzzedInterrupt<'_, '_> {
    fn is_set(&self) -> bool {
        self.last.set(self.input.flag());
        self.last.get()
    }
}
