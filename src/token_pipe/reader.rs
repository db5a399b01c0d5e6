//! The end of a token pipe from which tokens are read.

use core::time::Duration;

use rustix::fd::OwnedFd;

use crate::{
    Deadline, Errno, Events, Interrupt, Lend, Never, Room, Source, TokenError, Wait, descriptor::descriptor, log, sys,
};

/// The read end of a [`TokenPipe`](crate::TokenPipe), or any pipe, FIFO or tty that was adopted as one. Closed when dropped.
///
/// It can be polled by any event loop: it is readable when a token or the end of the stream is there. Poll for POLLIN.
///
/// As an [`Interrupt`] it is set while a token lies in the pipe, or when all writers are gone, as nobody could set it any more:
/// keep the writer as long as the reader is waited with.
#[derive(Debug)]
pub struct TokenReader {
    fd: OwnedFd,
    twin: sys::OnceFd,
}

impl TokenReader {
    /// Reads one token, waiting until there is one. `None` is the end of the stream: all writers are closed and all tokens read.
    ///
    /// One `preadv2(2)` if there is one already. The deadline holds whatever mode the descriptor is in, elsewhere than on Linux with the exception that
    /// [`TokenPipe`](crate::TokenPipe) names.
    ///
    /// # Errors
    /// [`TokenError::TimedOut`], [`TokenError::Interrupted`], or the system's own error; no token was taken.
    #[inline]
    pub fn token_read(
        &self,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Option<u8>, TokenError> {
        Source::token_read(self, deadline, interrupt)
    }

    /// Reads one token if there is one. Does not block. `None` is the end of the stream.
    ///
    /// # Errors
    /// [`TokenError::WouldBlock`] if there is none now, or the system's own error.
    pub fn try_token_read(&self) -> Result<Option<u8>, TokenError> {
        let mut token = [0];
        Ok(self.drain(&mut token)?.map(|_| token[0]))
    }

    /// Takes as many tokens as there are and fit into `tokens`, in one system call, and says how many. Does not block.
    ///
    /// `None` is the end of the stream. For an empty `tokens` it is `Some(0)`, without a system call. What is not overwritten by
    /// a token is left as it was.
    ///
    /// # Errors
    /// [`TokenError::WouldBlock`] if there is none now, or the system's own error.
    pub fn drain(&self, tokens: &mut [u8]) -> Result<Option<usize>, TokenError> {
        if tokens.is_empty() {
            return Ok(Some(0));
        }
        loop {
            match sys::pipe::read(sys::lend(&self.fd), &self.twin, tokens) {
                Ok(0) => {
                    log::info!("end of the token stream");
                    return Ok(None);
                }
                Ok(n) => return Ok(Some(n)),
                // A signal. The read does not sleep, so this ends.
                Err(Errno::INTR) => log::debug!("a signal during a token read; again"),
                Err(Errno::AGAIN) => return Err(TokenError::WouldBlock),
                Err(errno) => {
                    log::error!("token read failed with errno {}", errno.raw());
                    return Err(errno.into());
                }
            }
        }
    }
}

impl Source for TokenReader {
    #[inline]
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        room.put_with(|buf| sys::pipe::read(sys::lend(&self.fd), &self.twin, buf))
    }
}

impl Interrupt for TokenReader {
    /// One poll, which does not sleep. A descriptor that cannot be polled counts as set: nobody may wait for ever because of it.
    fn is_set(&self) -> bool {
        loop {
            match self.wait(Events::RECV, Some(Duration::ZERO), &Never) {
                // A signal, which says nothing about the pipe: also a poll that does not sleep can say this.
                Err(Errno::INTR) => {}
                occurred => return occurred != Ok(Events::NONE),
            }
        }
    }

    fn lend(&self) -> Lend<'_> {
        Lend::Handle(sys::lend(&self.fd))
    }
}

impl TokenReader {
    /// One that knows a second, non-blocking descriptor of the same pipe from the start.
    pub(crate) fn with_twin(fd: OwnedFd, twin: OwnedFd) -> Self {
        Self { fd, twin: sys::OnceFd::opened(twin) }
    }
}

descriptor!(TokenReader);

/// Adopts a descriptor, in whatever mode it is, and changes nothing about it.
impl From<OwnedFd> for TokenReader {
    fn from(fd: OwnedFd) -> Self {
        Self { fd, twin: sys::OnceFd::none() }
    }
}
