//! A token that is held.

#[cfg(unix)]
use crate::TokenWriter;
use crate::{
    Sink, TokenError, log,
    sync::{AtomicBool, Ordering, mutant},
    transfer,
};

/// The right to do one job. It is given back when it is dropped, on every way out of a function, also a panic's.
///
/// A process that ends otherwise (`exit`, `abort`, a signal that it does not handle) gives nothing back, and the build goes on
/// with one job less. Nobody can do anything about SIGKILL; the others are to be handled, as with a
/// `ThreadInterrupt`. A token that is leaked (`core::mem::forget`) is not given back either.
///
/// What is given back is the same byte that was taken: it may mean something to the server.
#[must_use = "it is given back when it is dropped"]
#[derive(Debug)]
pub struct JobToken<'c, #[cfg(unix)] W: Sink = TokenWriter, #[cfg(not(unix))] W: Sink> {
    of: Option<Of<'c, W>>,
}

#[derive(Debug)]
enum Of<'c, W> {
    Pipe(&'c W, u8),
    Process(&'c AtomicBool),
}

impl<'c, W: Sink> JobToken<'c, W> {
    pub(super) fn taken(from: &'c W, byte: u8) -> Self {
        Self { of: Some(Of::Pipe(from, byte)) }
    }

    pub(super) fn implicit(is_taken: &'c AtomicBool) -> Self {
        Self { of: Some(Of::Process(is_taken)) }
    }

    /// The byte that was taken out of the server's pipe. `None` for the implicit token, which is none.
    pub fn byte(&self) -> Option<u8> {
        match self.of {
            Some(Of::Pipe(_, byte)) => Some(byte),
            Some(Of::Process(_)) | None => None,
        }
    }

    /// Gives it back, and says whether that went well. Does not block, and makes the calls of [`TokenWriter::try_token_write`](crate::TokenWriter::try_token_write), or none for the implicit token.
    ///
    /// It always goes well while the server keeps the rules: there is room in the pipe for what was taken out of it. Dropping it does
    /// the same, and logs an error.
    ///
    /// # Errors
    /// The token is lost. [`TokenError::WouldBlock`]: the pipe is full, which means that somebody puts more into it than was taken
    /// out, or that the server has made it too full to begin with; there are thousands of tokens in it, so it is not waited for
    /// room. [`TokenError::BrokenPipe`]: the server is gone. Or the system's own error.
    pub fn release(mut self) -> Result<(), TokenError> {
        self.give_back()
    }

    fn give_back(&mut self) -> Result<(), TokenError> {
        match self.of.take() {
            Some(Of::Pipe(to, byte)) if !mutant!("keep_the_token") => {
                transfer::try_token_write(to, if mutant!("another_byte") { byte.wrapping_add(1) } else { byte })
            }
            Some(Of::Process(is_taken)) => {
                // Release: what was done under it happened before who takes it next.
                let release = if mutant!("relaxed_give_back") { Ordering::Relaxed } else { Ordering::Release };
                is_taken.store(false, release);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl<W: Sink> Drop for JobToken<'_, W> {
    fn drop(&mut self) {
        if self.give_back().is_err() {
            log::error!("a job token could not be given back");
        }
    }
}
