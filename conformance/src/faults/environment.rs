//! The double: a world in which a sequence happens, which watches what the operation asks of it.

use core::cell::Cell;
use std::{format, string::String, vec::Vec};

use sockpipe::{Deadline, Errno};

use super::{
    Symbol,
    setting::{BEYOND, Bell, PATIENCE, START, Setting, Tail},
};

/// How many calls may follow one another without anything having happened, nor time having passed: four times "ready" in vain,
/// and a peek, 13 consumptions and a wait in each.
const MOST_CALLS: u32 = 64;
/// For what never answers, when a script has been given up.
const GIVEN_UP: Errno = Errno::from_raw(9999);

/// The world of one run.
pub struct Environment<'s> {
    pub(super) setting: Setting,
    script: &'s [Symbol],
    at: Cell<usize>,
    pub(super) clock: Cell<u64>,
    /// When time is up, as soon as that is known.
    pub(super) end: Cell<Option<u64>>,
    pub(super) set: Cell<bool>,
    pub(super) fired: Cell<usize>,
    /// Calls since something happened.
    calls: Cell<u32>,
    pub(super) attempts: Cell<u32>,
    pub(super) over: Cell<bool>,
    broke: Cell<Option<&'static str>>,
    pub(super) stream: super::stream::State,
    /// The calls, one by one, if somebody wants to see them.
    pub(super) log: Option<Cell<Vec<String>>>,
}

impl<'s> Environment<'s> {
    pub fn new(setting: Setting, script: &'s [Symbol]) -> Self {
        let end = match setting.limit.deadline() {
            Deadline::At(end) => Some(end.as_nanos()),
            _ => None,
        };
        Self {
            setting,
            script,
            at: Cell::new(0),
            clock: Cell::new(START),
            end: Cell::new(end),
            set: Cell::new(false),
            fired: Cell::new(0),
            calls: Cell::new(0),
            attempts: Cell::new(0),
            over: Cell::new(false),
            broke: Cell::new(None),
            stream: Default::default(),
            log: None,
        }
    }

    /// The first promise that was broken.
    pub fn broke(&self) -> Option<&'static str> {
        self.broke.get()
    }

    /// Ends the run if this is not so.
    pub(super) fn expect(&self, kept: bool, promise: &'static str) {
        if !kept && self.broke.get().is_none() {
            self.broke.set(Some(promise));
        }
    }

    /// What was answered ends the operation.
    pub(super) fn is_over(&self) {
        self.over.set(true);
    }

    #[cold]
    fn note(&self, log: &Cell<Vec<String>>, line: String) {
        let mut lines = log.take();
        lines.push(line);
        log.set(lines);
    }

    /// For the log: a call and its answer.
    pub(super) fn say(&self, line: impl FnOnce() -> String) {
        if let Some(log) = &self.log {
            let time = (self.clock.get() - START) / 1_000_000;
            self.note(log, format!("{time:>5} ms  {}", line()));
        }
    }

    pub(super) fn head(&self) -> Option<Symbol> {
        match self.script.get(self.at.get()) {
            Some(symbol) => Some(*symbol),
            None => match self.setting.tail {
                Tail::Well => Some(Symbol::Full),
                Tail::Silent => None,
                Tail::Again => self.script.last().copied().filter(|symbol| !symbol.is_silent()),
            },
        }
    }

    pub(super) fn in_tail(&self) -> bool {
        self.at.get() >= self.script.len()
    }

    /// The first symbol has happened.
    pub(super) fn happened(&self) {
        if !self.in_tail() {
            self.at.set(self.at.get() + 1);
            self.calls.set(0);
        }
    }

    pub(super) fn pass(&self, nanos: u64) {
        if nanos > 0 {
            self.clock.set(self.clock.get() + nanos);
            self.calls.set(0);
        }
    }

    /// What happens without an answer. True if it ends a wait.
    pub(super) fn silently(&self, symbol: Symbol) -> bool {
        self.happened();
        if symbol == Symbol::Interrupt {
            return self.interrupt();
        }
        let beyond = if symbol == Symbol::Past { BEYOND } else { 0 };
        // Before the deadline is known, time passes all the same.
        let end = self.end.get().unwrap_or(self.clock.get() + PATIENCE);
        self.pass((end + beyond).saturating_sub(self.clock.get()));
        true
    }

    pub(super) fn interrupt(&self) -> bool {
        self.fired.set(self.fired.get() + 1);
        self.set.set(self.setting.bell != Bell::Latch);
        self.setting.bell != Bell::Flag
    }

    /// Counts a call. Error: it is one too many.
    pub(super) fn enter(&self) -> Result<(), Errno> {
        self.expect(!self.over.get(), "no call after the operation is over");
        self.calls.set(self.calls.get() + 1);
        self.expect(self.calls.get() <= MOST_CALLS, "no spin");
        self.expect(self.clock.get() < START + 1000 * PATIENCE, "an end, where nothing comes any more");
        assert!(self.calls.get() < 1_000_000, "an operation that nothing ends");
        if self.broke.get().is_some() { Err(GIVEN_UP) } else { Ok(()) }
    }

    /// The symbol that answers an attempt. It has not happened yet. `None`: not now.
    pub(super) fn attempt(&self) -> Result<Option<Symbol>, Errno> {
        self.enter()?;
        self.attempts.set(self.attempts.get() + 1);
        loop {
            match self.head() {
                Some(symbol) if symbol.is_silent() => _ = self.silently(symbol),
                symbol => return Ok(symbol.filter(|symbol| !symbol.is_for_waits())),
            }
        }
    }
}
