//! Token pipes: one-byte wake-ups between threads and processes.

mod reader;
mod writer;

pub use reader::TokenReader;
pub use writer::TokenWriter;

use crate::{Errno, log, sys};

/// A pipe for one-byte tokens, with the ends that have not been taken out of it.
///
/// Tokens come out in the order in which they went in, each to one reader, and each byte from 0 to 255 is a token. A pipe
/// holds 65,536 of them unless the system says otherwise (`/proc/sys/fs/pipe-user-pages-soft`). When all writers are closed,
/// the readers get what is left and then the end of the stream; when all readers are closed, writing is an error and not a
/// SIGPIPE.
///
/// FIFOs and ttys, and pipes on kernels before 6.4 or so, cannot be asked call by call not to block. For them each end opens a
/// second, non-blocking description of the same pipe through /proc/thread-self/fd when it is first used, and keeps it. Without
/// /proc, or after the user was changed, a blocking one is refused there with EOPNOTSUPP, as it could hang.
///
/// Elsewhere than on Linux there are neither. A pipe that is made here is non-blocking there, and all holds; whoever hands an end to a program that expects
/// otherwise clears O_NONBLOCK first. One that is adopted in blocking mode stays in it, and is polled before each read and write: as long as it has one reader and one
/// writer, deadlines and interrupts hold. Of several readers, also in other processes, one can take the token that another has seen, who then sleeps until the next one
/// comes, whatever its deadline says. FIFOs that are opened by their names, as [`jobs`](crate::jobs) does, know no such thing.
///
/// After a fork, or once an end was handed to another process, an end counts as open until every process has closed it.
///
/// ```
/// # #[cfg(unix)] {
/// use sockpipe::{Deadline, Never, TokenPipe};
///
/// let (reader, writer) = TokenPipe::pair()?;
/// writer.token_write(7, Deadline::Never, &Never)?;
/// assert_eq!(reader.token_read(Deadline::Never, &Never)?, Some(7));
/// drop(writer);
/// assert_eq!(reader.token_read(Deadline::Never, &Never)?, None);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TokenPipe {
    read_end: Option<TokenReader>,
    write_end: Option<TokenWriter>,
}

impl TokenPipe {
    /// Makes a pipe: one `pipe2(O_CLOEXEC)`. On Linux both ends are in blocking mode, so that they can be handed to programs that expect it; elsewhere neither is.
    ///
    /// Core's `TokenPipe::Make` in `util/tokenpipe.cpp`.
    ///
    /// # Errors
    /// Those of pipe2(2): EMFILE or ENFILE when there are no descriptors left.
    pub fn make() -> Result<Self, Errno> {
        let (reader, writer) = Self::pair()?;
        Ok(Self { read_end: Some(reader), write_end: Some(writer) })
    }

    /// Makes a pipe, and gives both its ends.
    ///
    /// # Errors
    /// Those of [`make`](Self::make).
    pub fn pair() -> Result<(TokenReader, TokenWriter), Errno> {
        let made = sys::pipe::make();
        match &made {
            Ok(_) => log::info!("token pipe made"),
            Err(errno) => log::error!("token pipe not made, errno {}", errno.raw()),
        }
        let (read, write) = made?;
        Ok((read.into(), write.into()))
    }

    /// Takes the read end out. `None` if that was done before.
    pub fn take_read_end(&mut self) -> Option<TokenReader> {
        log::trace!("read end taken");
        self.read_end.take()
    }

    /// Takes the write end out. `None` if that was done before.
    pub fn take_write_end(&mut self) -> Option<TokenWriter> {
        log::trace!("write end taken");
        self.write_end.take()
    }

    /// Closes the ends that were not taken, as dropping it does.
    pub fn close(&mut self) {
        self.read_end = None;
        self.write_end = None;
    }
}

/// Two ends that came from elsewhere, as one.
impl From<(TokenReader, TokenWriter)> for TokenPipe {
    fn from((reader, writer): (TokenReader, TokenWriter)) -> Self {
        Self { read_end: Some(reader), write_end: Some(writer) }
    }
}
