//! The environment as a stream: what its symbols do to sends, receives, peeks and the attempts of a connect.

use core::cell::Cell;
use std::format;

use sockpipe::{Errno, Peek, Room, Sink, Source, io_error_is_permanent};

use super::{Symbol, environment::Environment};

/// What is sent, and what is received. No two bytes are the same, so that one in the wrong place shows.
pub const BYTES: &[u8] = b"abcde\nfghij";

/// What has become of the bytes.
#[derive(Default)]
pub struct State {
    /// How many have moved.
    pub moved: Cell<usize>,
    /// With how many the operation is over.
    pub total: Cell<usize>,
    /// Up to where the last peek showed them.
    shown: Cell<usize>,
    /// A connection is being made.
    begun: Cell<bool>,
    /// A connect has just found the listener's backlog full.
    pub listener_is_full: Cell<bool>,
    /// The operation is a single peek.
    pub peek_is_all: Cell<bool>,
    /// The operation is a wait.
    pub waiting_is_all: Cell<bool>,
}

impl Environment<'_> {
    fn moves(&self, n: usize) {
        let state = &self.stream;
        state.moved.set(state.moved.get() + n);
        if state.moved.get() >= state.total.get() {
            self.is_over();
        }
    }

    /// The error of a symbol that moves nothing.
    fn fails(&self, symbol: Symbol) -> Errno {
        let errno = symbol.errno().unwrap_or(Errno::PIPE);
        if io_error_is_permanent(errno) {
            self.is_over();
        }
        errno
    }

    fn send_once(&self, data: &[u8]) -> Result<usize, Errno> {
        let state = &self.stream;
        self.expect(
            BYTES.get(state.moved.get()..state.total.get()) == Some(data),
            "a send gets exactly what is unsent",
        );
        let Some(symbol) = self.attempt()? else { return Err(Errno::AGAIN) };
        self.happened();
        match symbol.of(data.len()) {
            Some(n) => {
                self.moves(n);
                Ok(n)
            }
            None if symbol == Symbol::Zero => Ok(0),
            None => Err(self.fails(symbol)),
        }
    }

    fn recv_once(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let state = &self.stream;
        self.expect(room.capacity() == state.total.get(), "a receive has room for all that is wanted");
        self.expect(room.filled() == &BYTES[..state.moved.get()], "what was received stays as it was");
        let Some(symbol) = self.attempt()? else { return Err(Errno::AGAIN) };
        self.happened();
        if let Some(n) = symbol.of(room.remaining()) {
            let from = state.moved.get();
            self.moves(n);
            return Ok(room.put(&BYTES[from..from + n]));
        }
        self.end_or_error(symbol)
    }

    fn end_or_error(&self, symbol: Symbol) -> Result<usize, Errno> {
        if matches!(symbol, Symbol::Zero | Symbol::Eof) {
            self.is_over();
            return Ok(0);
        }
        Err(self.fails(symbol))
    }

    fn peek_once(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let state = &self.stream;
        let from = state.moved.get();
        state.shown.set(from);
        let Some(symbol) = self.attempt()? else { return Err(Errno::AGAIN) };
        self.happened();
        // A part is one of the line; all of it is also what stands behind.
        let line = BYTES.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1 - from);
        let all = if symbol == Symbol::Full { BYTES.len() - from } else { line };
        let Some(n) = symbol.of(all) else { return self.end_or_error(symbol) };
        let n = room.put(&BYTES[from..from + n]);
        state.shown.set(from + n);
        Ok(n)
    }

    fn consume_once(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        let state = &self.stream;
        let from = state.moved.get();
        let to = from + seen.len();
        self.expect(!seen.is_empty() && to <= state.shown.get(), "no consumption beyond what was shown");
        self.expect(!BYTES[..to.min(BYTES.len()) - 1].contains(&b'\n'), "no consumption beyond the terminator");
        self.expect(BYTES.get(from..to) == Some(seen), "what was shown stays as it was");
        let Some(symbol) = self.attempt()? else { return Err(Errno::AGAIN) };
        self.happened();
        match symbol.of(seen.len()) {
            Some(n) => {
                self.moves(n);
                Ok(n)
            }
            None if matches!(symbol, Symbol::Zero | Symbol::Eof) => Ok(0),
            None => Err(self.fails(symbol)),
        }
    }

    fn connect_once(&self) -> Result<(), Errno> {
        let begun = self.stream.begun.get();
        let Some(symbol) = self.attempt()? else {
            self.stream.begun.set(true);
            return Err(if begun { Errno::ALREADY } else { Errno::INPROGRESS });
        };
        self.happened();
        match symbol {
            Symbol::Full => {
                self.is_over();
                Ok(())
            }
            Symbol::Part | Symbol::Zero => {
                self.stream.begun.set(true);
                Err(Errno::INPROGRESS)
            }
            Symbol::One if begun => Err(Errno::ALREADY),
            Symbol::One => {
                self.is_over();
                Err(Errno::ALREADY)
            }
            Symbol::Eof => {
                self.is_over();
                Err(Errno::ISCONN)
            }
            Symbol::Intr => {
                self.stream.begun.set(true);
                Err(Errno::INTR)
            }
            _ => {
                self.stream.listener_is_full.set(symbol == Symbol::Again);
                Err(self.fails(symbol))
            }
        }
    }

    /// One attempt to connect.
    pub fn connect(&self) -> Result<(), Errno> {
        let result = self.connect_once();
        self.say(|| format!("connect() = {result:?}"));
        result
    }
}

impl Sink for Environment<'_> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        let result = self.send_once(data);
        self.say(|| format!("send(\"{}\") = {result:?}", data.escape_ascii()));
        result
    }
}

impl Source for Environment<'_> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let remaining = room.remaining();
        let result = self.recv_once(room);
        self.say(|| format!("recv({remaining}) = {result:?}"));
        result
    }
}

impl Peek for Environment<'_> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let remaining = room.remaining();
        let result = self.peek_once(room);
        if self.stream.peek_is_all.get() {
            self.is_over();
        }
        self.say(|| format!("peek({remaining}) = {result:?}"));
        result
    }

    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        let result = self.consume_once(seen);
        self.say(|| format!("consume(\"{}\") = {result:?}", seen.escape_ascii()));
        result
    }
}
