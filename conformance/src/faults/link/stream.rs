//! The stream of a sequence: it answers by it, and watches what the link asks of it.

use core::{
    cell::{Cell, RefCell},
    time::Duration,
};
use std::vec::Vec;

use sockpipe::{Errno, Events, Instant, Interrupt, Room, Sink, Source, Wait};

use super::{super::Symbol, PATIENCE};

/// More calls than any sequence needs.
const MOST_CALLS: u32 = 500;

/// Both directions: what was sent, and what comes.
pub(super) struct Scripted<'s> {
    script: &'s [Symbol],
    at: Cell<usize>,
    clock: Cell<u64>,
    pub(super) set: Cell<bool>,
    pub(super) sent: RefCell<Vec<u8>>,
    pub(super) finished: Cell<bool>,
    comes: &'s [u8],
    pub(super) taken: Cell<usize>,
    /// What has ended it.
    pub(super) broke: Cell<Option<Errno>>,
    pub(super) ended: Cell<bool>,
    /// An attempt has said "not now", and nobody has waited since.
    is_hopeless: Cell<bool>,
    calls: Cell<u32>,
    pub(super) wrong: Cell<Option<&'static str>>,
}

impl<'s> Scripted<'s> {
    pub(super) fn new(script: &'s [Symbol], comes: &'s [u8]) -> Self {
        Self {
            script,
            at: Cell::new(0),
            clock: Cell::new(0),
            set: Cell::new(false),
            sent: RefCell::default(),
            finished: Cell::new(false),
            comes,
            taken: Cell::new(0),
            broke: Cell::new(None),
            ended: Cell::new(false),
            is_hopeless: Cell::new(false),
            calls: Cell::new(0),
            wrong: Cell::new(None),
        }
    }

    /// The next call of the caller's: it may make an attempt at once.
    pub(super) fn begin(&self) {
        self.is_hopeless.set(false);
        self.set.set(false);
    }

    fn expect(&self, kept: bool, promise: &'static str) {
        if !kept && self.wrong.get().is_none() {
            self.wrong.set(Some(promise));
        }
    }

    fn enter(&self) {
        self.calls.set(self.calls.get() + 1);
        self.expect(self.calls.get() < MOST_CALLS, "no spin");
        assert!(self.calls.get() < 100 * MOST_CALLS, "a link that nothing ends");
        self.expect(self.broke.get().is_none() && !self.ended.get(), "no call after the end");
    }

    /// What happens by itself.
    fn silently(&self) -> bool {
        let Some(symbol) = self.script.get(self.at.get()).filter(|symbol| symbol.is_silent()) else { return false };
        self.at.set(self.at.get() + 1);
        match symbol {
            Symbol::Interrupt => self.set.set(true),
            _ => self.clock.set(self.clock.get() + PATIENCE.as_nanos() as u64),
        }
        true
    }

    /// What answers an attempt: all of it, when the sequence is over.
    fn attempt(&self) -> Symbol {
        self.enter();
        self.expect(!self.is_hopeless.get(), "a wait after an attempt that said \"not now\"");
        while self.silently() {}
        let symbol = self.script.get(self.at.get()).copied();
        self.at.set(self.at.get() + 1);
        symbol.unwrap_or(Symbol::Full)
    }

    fn not_now(&self, errno: Errno) -> Errno {
        self.is_hopeless.set(true);
        errno
    }

    fn breaks(&self, errno: Errno) -> Errno {
        self.broke.set(Some(errno));
        errno
    }
}

impl Wait for Scripted<'_> {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        self.enter();
        self.expect(!interrupt.is_set(), "no wait when interrupted");
        self.expect(at_most.is_some_and(|time| !time.is_zero() && time <= PATIENCE), "no wait beyond the deadline");
        self.is_hopeless.set(false);
        let nap = if events == Events::TIME { at_most.unwrap_or(PATIENCE).as_nanos() as u64 } else { 0 };
        self.clock.set(self.clock.get() + nap);
        Ok(if self.silently() || events == Events::TIME { Events::NONE } else { events })
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.clock.get())
    }
}

impl Sink for Scripted<'_> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        self.send_vectored(&[data])
    }

    fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
        let data = parts.concat();
        self.expect(!data.is_empty(), "no send of nothing");
        self.expect(!self.finished.get(), "no send after the end");
        let symbol = self.attempt();
        let n = match symbol {
            Symbol::Zero => 0,
            Symbol::Again | Symbol::Intr => return Err(self.not_now(symbol.errno().unwrap_or(Errno::AGAIN))),
            Symbol::Eof => return Err(self.breaks(Errno::PIPE)),
            Symbol::Reset => return Err(self.breaks(Errno::CONNRESET)),
            symbol => symbol.of(data.len()).unwrap_or(0),
        };
        if n < data.len() {
            self.is_hopeless.set(true);
        }
        self.sent.borrow_mut().extend_from_slice(&data[..n]);
        Ok(n)
    }

    fn is_send_vectored(&self) -> bool {
        true
    }

    fn finish(&self) -> Result<(), Errno> {
        self.expect(!self.finished.replace(true), "one end");
        Ok(())
    }
}

impl Source for Scripted<'_> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.expect(room.remaining() > 0, "no receive into nothing");
        let symbol = self.attempt();
        let rest = &self.comes[self.taken.get()..];
        match symbol {
            Symbol::Again | Symbol::Intr => Err(self.not_now(symbol.errno().unwrap_or(Errno::AGAIN))),
            Symbol::Reset => Err(self.breaks(Errno::CONNRESET)),
            symbol => {
                let n = room.put(&rest[..symbol.of(rest.len()).unwrap_or(0).min(rest.len())]);
                self.taken.set(self.taken.get() + n);
                self.ended.set(n == 0);
                Ok(n)
            }
        }
    }
}
