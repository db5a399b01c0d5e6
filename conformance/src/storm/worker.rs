//! What one thread in a storm does with its tokens: they are of a sequence, and each must be the next one.

use core::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};
use std::{format, string::String, sync::OnceLock};

use sockpipe::{Deadline, TokenError, TokenReader, TokenWriter};

use super::{
    signals::{Storm, Target},
    token,
};

/// A token that has not come by then is lost.
const LOST: Deadline = Deadline::Within(Duration::from_secs(20));

/// What all threads of all lanes know.
#[derive(Debug, Default)]
pub struct Shared {
    /// How many tokens are there and back.
    pub done: AtomicU64,
    /// Why the first of them has failed, so that the others may end.
    pub failure: OnceLock<String>,
}

/// A thread, as long as signals come to it.
pub struct Worker<'a> {
    target: &'a Target,
    storm: Storm<'a>,
    shared: &'a Shared,
    /// How many operations the handler has ended.
    interrupted: Cell<u64>,
}

/// What came of it: signals, tokens that the handler has written, operations that it has ended.
pub type Counts = [u64; 3];

impl<'a> Worker<'a> {
    pub fn new(target: &'a Target, shared: &'a Shared, pause: Duration) -> Result<Self, String> {
        let storm = Storm::begin(target, pause).map_err(|errno| format!("no timer for a thread: {errno}"))?;
        Ok(Self { target, storm, shared, interrupted: Cell::new(0) })
    }

    /// Writes the tokens from 0 to `count`.
    pub fn write_all(&self, to: &TokenWriter, count: u64) -> Result<(), String> {
        (0..count).try_for_each(|n| self.write(to, n))
    }

    /// Reads the tokens from 0 to `count`, which are there and back.
    pub fn read_all(&self, from: &TokenReader, count: u64) -> Result<(), String> {
        (0..count).try_for_each(|n| {
            self.read(from, n)?;
            self.shared.done.fetch_add(1, Relaxed);
            Ok(())
        })
    }

    /// Writes each token, and reads it back before the next.
    pub fn round_trips(&self, to: &TokenWriter, from: &TokenReader, count: u64) -> Result<(), String> {
        (0..count).try_for_each(|n| {
            self.write(to, n)?;
            self.read(from, n)?;
            self.shared.done.fetch_add(1, Relaxed);
            Ok(())
        })
    }

    /// Sends each token back.
    pub fn echo(&self, from: &TokenReader, to: &TokenWriter, count: u64) -> Result<(), String> {
        (0..count).try_for_each(|n| self.read(from, n).and_then(|()| self.write(to, n)))
    }

    /// Ends the storm, and looks whether the handler's own tokens have all come.
    fn finish(self) -> Result<Counts, String> {
        drop(self.storm);
        let [signals, ticks] = self.target.counts();
        if !self.target.is_settled() {
            return Err(format!("of the {ticks} tokens of a handler one is lost, or came twice"));
        }
        Ok([signals, ticks, self.interrupted.get()])
    }

    fn write(&self, to: &TokenWriter, n: u64) -> Result<(), String> {
        self.whatever_the_signals(|| to.token_write(token(n), LOST, self.target.interrupt()))
            .map_err(|why| format!("token {n} is not written: {why}"))
    }

    fn read(&self, from: &TokenReader, n: u64) -> Result<(), String> {
        match self.whatever_the_signals(|| from.token_read(LOST, self.target.interrupt())) {
            Ok(Some(got)) if got == token(n) => Ok(()),
            Ok(Some(got)) => Err(format!("token {n} is {}, and {got} came: one is lost, or came twice", token(n))),
            Ok(None) => Err(format!("the end came before token {n}")),
            Err(why) => Err(format!("token {n} does not come: {why}")),
        }
    }

    /// Does it, and lets the others know if that fails.
    pub fn run(self, what: impl FnOnce(&Self) -> Result<(), String>) -> Result<Counts, String> {
        let shared = self.shared;
        let result = what(&self).and_then(|()| self.finish());
        if let Err(why) = &result {
            let _ = shared.failure.set(why.clone());
        }
        result
    }

    /// Interrupted, it has moved no token, and begins anew.
    fn whatever_the_signals<T>(&self, operation: impl Fn() -> Result<T, TokenError>) -> Result<T, String> {
        loop {
            match operation() {
                Err(TokenError::Interrupted) if !self.target.reset() => {
                    return Err("of the handler's own tokens one is lost, or came twice".into());
                }
                Err(TokenError::Interrupted) if self.shared.failure.get().is_some() => {
                    return Err("another one has failed".into());
                }
                Err(TokenError::Interrupted) => self.interrupted.set(self.interrupted.get() + 1),
                result => return result.map_err(|error| format!("{error}")),
            }
        }
    }
}
