//! How the model reads a sequence: symbol by symbol, with a clock and an interrupt of its own.

use super::{
    Symbol,
    Symbol::{Due, Error, Full, Hup, Interrupt, Nval, Past},
    setting::{BEYOND, Bell, Limit, PATIENCE, START, Setting, Tail},
};

pub struct Reader<'s> {
    setting: Setting,
    script: &'s [Symbol],
    at: usize,
    clock: u64,
    end: Option<u64>,
    set: bool,
    /// It has waited before: a latch knows what comes since.
    waited: bool,
}

impl<'s> Reader<'s> {
    pub fn new(setting: Setting, script: &'s [Symbol]) -> Self {
        let end = match setting.limit {
            Limit::At => Some(START + PATIENCE),
            Limit::AtPast => Some(START - BEYOND),
            _ => None,
        };
        Self { setting, script, at: 0, clock: START, end, set: false, waited: false }
    }

    /// Whether the deadline has passed, which a duration becomes when this is first asked.
    pub fn time_is_up(&mut self) -> bool {
        match self.setting.limit {
            Limit::Within => _ = self.end.get_or_insert(self.clock + PATIENCE),
            Limit::Now => _ = self.end.get_or_insert(self.clock),
            _ => {}
        }
        self.end.is_some_and(|end| self.clock >= end)
    }

    /// The interrupt is set, or was since the first wait and is remembered.
    pub fn is_interrupted(&self) -> bool {
        self.set
    }

    fn head(&self) -> Option<Symbol> {
        let last = self.script.last().copied().filter(|last| !matches!(last, Interrupt | Due | Past));
        let tail = match self.setting.tail {
            Tail::Well => Some(Full),
            Tail::Silent => None,
            Tail::Again => last,
        };
        self.script.get(self.at).copied().or(tail)
    }

    /// The next symbol for an attempt. It is not taken.
    pub fn next(&mut self) -> Option<Symbol> {
        while let Some(symbol @ (Interrupt | Due | Past)) = self.head() {
            self.silently(symbol, false);
        }
        self.head()
    }

    /// The next symbol that a transfer can show. It is taken.
    pub fn take(&mut self) -> Option<Symbol> {
        let symbol = self.next().filter(|symbol| !matches!(symbol, Hup | Error | Nval))?;
        self.skip();
        Some(symbol)
    }

    /// Takes the next symbol.
    pub fn skip(&mut self) {
        self.at += 1;
    }

    /// What was taken last goes on for ever.
    pub fn goes_on_for_ever(&self) -> bool {
        self.at > self.script.len()
    }

    /// A wait begins. True: it ended by itself. Otherwise the next symbol is what it finds.
    pub fn wait(&mut self) -> bool {
        self.waited = true;
        if self.is_idle() && self.setting.limit == Limit::Never {
            self.set = true;
        }
        while let Some(symbol @ (Interrupt | Due | Past)) = self.head() {
            if self.silently(symbol, true) {
                return true;
            }
        }
        false
    }

    /// Nothing new comes any more.
    pub fn is_idle(&self) -> bool {
        self.at >= self.script.len() && self.setting.tail != Tail::Well
    }

    /// The symbol that a wait finds.
    pub fn found(&self) -> Option<Symbol> {
        self.head()
    }

    /// As long as a wait may last.
    pub fn sleep(&mut self) {
        let slice = if self.setting.bell == Bell::Flag { 1_000_000_000 } else { u64::MAX };
        let end = self.end.unwrap_or(self.clock + BEYOND);
        self.clock = self.clock.max(end.min(self.clock.saturating_add(slice)));
    }

    /// What happens without an answer. True: it ends a wait.
    fn silently(&mut self, symbol: Symbol, waiting: bool) -> bool {
        self.skip();
        if symbol == Interrupt {
            self.set |= waiting || self.waited || self.setting.bell != Bell::Latch;
            return self.setting.bell != Bell::Flag;
        }
        let end = self.end.unwrap_or(self.clock + PATIENCE);
        self.clock = self.clock.max(if symbol == Past { end + BEYOND } else { end });
        true
    }
}
