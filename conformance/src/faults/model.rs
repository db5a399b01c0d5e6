//! The reference model: what must come of a sequence. Core's order, and what each operation makes of each symbol; of the crate's
//! code it knows nothing. When naps are taken, and how long, is not in it, as they never change a result. It has two pages: this
//! one, and how a sequence is read, in `reader.rs`.

use core::convert::Infallible;

use super::{Class, End, Operation, Setting, Symbol, Symbol::*, reader::Reader};
use Operation::{
    ConnectWith, IsConnected, RecvLineEager, RecvLineLazy, RecvUntilLimit, RecvUntilTerminator, SendComplete,
    TokenRead, TokenWrite, WaitFor,
};
use sockpipe::{Errno, Events};

struct Model<'s> {
    op: Operation,
    reader: Reader<'s>,
    moved: usize,
    /// A connection is being made.
    begun: bool,
    /// A line reader has seen so many bytes that it has not taken.
    owed: usize,
}

/// What must come of it.
pub fn predict(op: Operation, setting: Setting, script: &[Symbol]) -> End {
    let mut model = Model { op, reader: Reader::new(setting, script), moved: 0, begun: false, owed: 0 };
    let Err(end) = model.run();
    End { moved: model.moved, ..end }
}

impl Model<'_> {
    /// The attempt; then the deadline; then the interrupt; then a wait. What returns an `End` ends it.
    fn run(&mut self) -> Result<Infallible, End> {
        loop {
            let before = self.moved;
            if self.op == WaitFor {
                self.look()?
            } else {
                self.attempt()?
            }
            if self.reader.time_is_up() {
                return Err(end(Class::TimedOut));
            }
            if self.reader.is_interrupted() {
                return Err(end(Class::Interrupted));
            }
            self.wait(self.moved > before)?;
        }
    }

    fn attempt(&mut self) -> Result<(), End> {
        if self.owed > 0 {
            return self.pay();
        }
        let symbol = self.reader.take();
        match (self.op, symbol) {
            (ConnectWith, Some(Full)) => return Err(end(Class::Done)),
            (ConnectWith, Some(Eof)) if self.begun => return Err(end(Class::Done)),
            (ConnectWith, Some(Eof)) => return Err(failed(Errno::ISCONN)),
            (ConnectWith, Some(One)) if !self.begun => return Err(failed(Errno::ALREADY)),
            (ConnectWith, None | Some(Part | Zero | One | Intr)) => self.begun = true,
            (IsConnected, None | Some(Again | Intr | Full | Part | One)) => return Err(end(Class::Done)),
            (TokenRead | TokenWrite, Some(Intr)) if !self.reader.goes_on_for_ever() => return self.attempt(),
            (_, None | Some(Again | Intr)) | (SendComplete | TokenWrite, Some(Zero)) => {}
            (SendComplete | TokenWrite, Some(Eof)) => return Err(failed(Errno::PIPE)),
            (_, Some(Zero | Eof)) => return Err(end(Class::Closed)),
            (RecvUntilTerminator | RecvUntilLimit, Some(shown @ (Full | Part | One))) => self.line(shown)?,
            (RecvLineEager | RecvLineLazy, Some(shown @ (Full | Part | One))) => {
                self.owed = shown.of(self.op.total() - self.moved).unwrap_or(0);
                return self.pay();
            }
            (_, Some(symbol)) => match (symbol.of(self.op.total() - self.moved), symbol.errno()) {
                (Some(n), _) => self.moved += n,
                (None, errno) => return Err(failed(errno.unwrap_or(Errno::IO))),
            },
        }
        if self.moved < self.op.total().max(1) { Ok(()) } else { Err(end(self.op.when_all_moved())) }
    }

    /// What a peek shows of the line, and there is room for, is consumed, however often that must be tried.
    fn line(&mut self, shown: Symbol) -> Result<(), End> {
        let mut rest =
            shown.of(RecvUntilTerminator.total() - self.moved).unwrap_or(0).min(self.op.total() - self.moved);
        while rest > 0 {
            let Some(symbol) = self.reader.take() else { break };
            match (symbol.of(rest), symbol) {
                (Some(n), _) => (self.moved, rest) = (self.moved + n, rest - n),
                (None, Reset | Pipe | NoBufs | NoMem) => return Err(failed(symbol.errno().unwrap_or(Errno::IO))),
                _ if self.reader.goes_on_for_ever() => break,
                _ => {}
            }
        }
        Ok(())
    }

    /// What a line reader has seen of the line it takes, and it does not forget what it still has to take. A lazy one takes a whole line at
    /// its end, where nothing is waited for.
    fn pay(&mut self) -> Result<(), End> {
        let waits = self.op == RecvLineEager || self.moved + self.owed < self.op.total();
        while self.owed > 0 {
            let symbol = self.reader.take();
            match (symbol.and_then(|symbol| symbol.of(self.owed)), symbol) {
                (Some(n), _) => (self.moved, self.owed) = (self.moved + n, self.owed - n),
                (None, Some(Reset | Pipe | NoBufs | NoMem)) => {
                    return Err(failed(symbol.and_then(Symbol::errno).unwrap_or(Errno::IO)));
                }
                (None, Some(_)) if !self.reader.goes_on_for_ever() => {}
                (None, Some(Zero | Eof)) => return Err(end(Class::Closed)),
                (None, _) if waits => return Ok(()),
                // What it is told by the last attempt of many; after a signal it is "not now", too.
                (None, _) => return Err(failed(Errno::AGAIN)),
            }
        }
        if self.moved < self.op.total() { Ok(()) } else { Err(end(Class::Done)) }
    }

    /// The first look of an operation that is a wait.
    fn look(&mut self) -> Result<(), End> {
        match self.reader.next() {
            None => {}
            Some(Zero | Intr | Again) => self.reader.skip(),
            Some(symbol) => self.occurs(symbol)?,
        }
        Ok(())
    }

    /// After progress there may be more at once; after none, the tail brings none.
    fn wait(&mut self, progress: bool) -> Result<(), End> {
        if self.reader.wait() {
            return Ok(());
        }
        let idle = self.reader.is_idle();
        match (self.reader.found(), self.op) {
            (Some(Zero), _) => {
                self.reader.skip();
                self.reader.sleep();
            }
            (Some(Intr), _) | (Some(Again), WaitFor) => self.reader.skip(),
            (Some(Again), _) if !idle => self.reader.skip(),
            (Some(NoMem), _) => self.occurs(NoMem)?,
            (None, _) => {}
            (Some(symbol @ (Hup | Error | Nval)), _) | (Some(symbol), WaitFor) => {
                self.occurs(symbol)?;
                self.reader.skip();
            }
            (Some(_), _) if progress => return Ok(()),
            (Some(_), _) => {}
        }
        if idle {
            self.reader.sleep();
        }
        Ok(())
    }

    /// A wait finds this.
    fn occurs(&self, symbol: Symbol) -> Result<(), End> {
        let class = if self.op == WaitFor || self.op.is_token() { Class::Failed } else { Class::Wait };
        let events = match symbol {
            NoMem => return Err(End { class, ..failed(Errno::NOMEM) }),
            Nval => return Err(End { class, ..failed(Errno::BADF) }),
            Hup => Events::ERROR | Events::HANGUP,
            Error => Events::ERROR,
            _ => Operation::ASKED,
        };
        if self.op == WaitFor { Err(End { detail: events.bits().into(), ..end(Class::Done) }) } else { Ok(()) }
    }
}

fn end(class: Class) -> End {
    End { class, detail: 0, moved: 0 }
}

fn failed(errno: Errno) -> End {
    End { detail: errno.raw(), ..end(Class::Failed) }
}
