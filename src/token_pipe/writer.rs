//! The end of a token pipe into which tokens are written.

use rustix::fd::OwnedFd;

use crate::{Deadline, Errno, Interrupt, Sink, TokenError, descriptor::descriptor, sys};

/// The write end of a [`TokenPipe`](crate::TokenPipe), or any pipe, FIFO or tty that was adopted as one. Closed when dropped.
///
/// Threads can share it: a token is written whole or not at all.
#[derive(Debug)]
pub struct TokenWriter {
    fd: OwnedFd,
    twin: sys::OnceFd,
}

impl TokenWriter {
    /// Writes one token, waiting while the pipe is full.
    ///
    /// One `pwritev2(2)` if there is room; on kernels before 6.18, three more calls keep SIGPIPE away. The deadline holds whatever
    /// mode the descriptor is in, elsewhere than on Linux with the exception that [`TokenPipe`](crate::TokenPipe) names.
    ///
    /// # Errors
    /// [`TokenError::BrokenPipe`] when all readers are closed, [`TokenError::TimedOut`], [`TokenError::Interrupted`], or the
    /// system's own error; the token was not written.
    #[inline]
    pub fn token_write(
        &self,
        token: u8,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TokenError> {
        Sink::token_write(self, token, deadline, interrupt)
    }

    /// Writes one token if there is room. Does not block, and may be called in a signal handler.
    ///
    /// Where tokens only wake somebody up, a full pipe is as good as a written token: there is something to read.
    ///
    /// # Errors
    /// [`TokenError::WouldBlock`] if the pipe is full, [`TokenError::BrokenPipe`] when all readers are closed, or the system's
    /// own error.
    pub fn try_token_write(&self, token: u8) -> Result<(), TokenError> {
        loop {
            match self.send(&[token]) {
                Ok(0) => return Err(TokenError::WouldBlock),
                Ok(_) => return Ok(()),
                // A signal. The write does not sleep, so this ends.
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }
}

impl Sink for TokenWriter {
    #[inline]
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        sys::pipe::write(sys::lend(&self.fd), &self.twin, data)
    }
}

impl TokenWriter {
    /// One that knows a second, non-blocking descriptor of the same pipe from the start.
    pub(crate) fn with_twin(fd: OwnedFd, twin: OwnedFd) -> Self {
        Self { fd, twin: sys::OnceFd::opened(twin) }
    }
}

descriptor!(TokenWriter);

/// Adopts a descriptor, in whatever mode it is, and changes nothing about it.
impl From<OwnedFd> for TokenWriter {
    fn from(fd: OwnedFd) -> Self {
        Self { fd, twin: sys::OnceFd::none() }
    }
}
