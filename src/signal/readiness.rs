//! What a daemon tells the process that started it: once, that it is ready or why not.

use crate::{
    Deadline, Errno, Events, Interrupt, ReadinessError, Room, Sink, Source, TokenError, TokenPipe, TokenReader,
    TokenWriter, io_error_is_permanent,
    transfer::{Patience, Stop},
};

const READY: u8 = 1;
const FAILED: u8 = 0;

/// The parent's end: waits for what the child says.
///
/// It is made before the fork, and by forking both processes have both ends. **Each drops the one that is not its own**; as long as
/// the parent has a [`ReadinessNotifier`], it does not notice that the child is dead. Neither does it while a helper process that
/// the child has forked keeps one: then the deadline ends the wait. (A helper that was started by exec has none.)
///
/// The parent succeeds only if the child has said so. In Core's `bitcoind -daemonwait` it succeeds when the child crashes, too, as
/// the end of the pipe is not zero either.
///
/// What goes over the pipe, which is a [`TokenPipe`]: the byte 1 for ready, as in Core; the byte 0 and then the errno, four bytes,
/// the lowest first, for failed. Each in one write, so that it comes whole. A 0 alone is what a child of Core's says that failed: no
/// reason comes with it, so it is [`ReadinessError::Unexpected`]`(0)`.
///
/// ```
/// # #[cfg(unix)] {
/// use sockpipe::{Deadline, Errno, Never, Readiness, ReadinessError};
///
/// let (readiness, notifier) = Readiness::pair()?;
/// // fork() here. The child drops `readiness`, begins its work, and says:
/// notifier.failed(Errno::ADDRINUSE)?; // or `ready()`
/// // And the parent drops `notifier`, and hears:
/// assert_eq!(readiness.wait(Deadline::Never, &Never), Err(ReadinessError::ChildFailed(Errno::ADDRINUSE)));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "fork_daemon")]
#[derive(Debug)]
pub struct Readiness(TokenReader);

/// The child's end: says once that it is ready, or why not. Dropped without a word, it says that the child has died.
///
/// A program that goes on as the child by exec gets it as a descriptor: made a [`TokenWriter`], then an `OwnedFd`, and back. Before the
/// exec, clear its close-on-exec flag (fcntl(2), F_SETFD), or the parent hears that the child has died.
#[derive(Debug)]
pub struct ReadinessNotifier(TokenWriter);

impl Readiness {
    /// Makes both ends: one `pipe2(2)`, close-on-exec.
    ///
    /// # Errors
    /// Those of pipe2(2): EMFILE or ENFILE when there are no descriptors left.
    pub fn pair() -> Result<(Self, ReadinessNotifier), Errno> {
        let (reader, writer) = TokenPipe::pair()?;
        Ok((Self(reader), ReadinessNotifier(writer)))
    }

    /// Waits for what the child says. `Ok` means that it is ready, and nothing else does.
    ///
    /// It says it once: who waits again after an answer hears [`ReadinessError::ChildDied`]. After
    /// [`TimedOut`](ReadinessError::TimedOut) and [`Interrupted`](ReadinessError::Interrupted), the answer can still come.
    ///
    /// # Errors
    /// What the child said, or that it died; [`ReadinessError::TimedOut`], [`ReadinessError::Interrupted`], or the system's own error.
    pub fn wait(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<(), ReadinessError> {
        let mut patience = Patience::new(deadline, interrupt);
        loop {
            let mut said = [0; 5];
            let mut room = Room::from(&mut said[..]);
            match self.0.recv(&mut room) {
                Ok(_) => return understand(room.filled()),
                Err(errno) if io_error_is_permanent(errno) => return Err(ReadinessError::Failed(errno)),
                Err(_) => {}
            }
            patience.pause(&self.0, Some(Events::RECV))?;
        }
    }
}

fn understand(said: &[u8]) -> Result<(), ReadinessError> {
    match *said {
        [] => Err(ReadinessError::ChildDied),
        [READY, ..] => Ok(()),
        [FAILED, a, b, c, d] => Err(ReadinessError::ChildFailed(Errno::from_raw(i32::from_le_bytes([a, b, c, d])))),
        [byte, ..] => Err(ReadinessError::Unexpected(byte)),
    }
}

impl ReadinessNotifier {
    /// Says that the child is ready. Does not block.
    ///
    /// # Errors
    /// [`TokenError::BrokenPipe`] when the parent is gone, without a SIGPIPE; [`TokenError::WouldBlock`] when a pipe that was adopted is
    /// full, and could not take all of it; or the system's own error. It is not tried again, and the parent hears that the child
    /// has died.
    pub fn ready(self) -> Result<(), TokenError> {
        self.say(&[READY])
    }

    /// Says that the child has failed, and why. Does not block.
    ///
    /// # Errors
    /// Those of [`ready`](Self::ready).
    pub fn failed(self, why: Errno) -> Result<(), TokenError> {
        let [a, b, c, d] = why.raw().to_le_bytes();
        self.say(&[FAILED, a, b, c, d])
    }

    fn say(self, what: &[u8]) -> Result<(), TokenError> {
        loop {
            match self.0.send(what) {
                Ok(n) if n == what.len() => return Ok(()),
                // A pipe takes so little whole or not at all; something else that was adopted may take a part.
                Ok(_) => return Err(TokenError::WouldBlock),
                // A signal. The write does not sleep, so this ends.
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }
}

impl From<Stop> for ReadinessError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimedOut => Self::TimedOut,
            Stop::Interrupted => Self::Interrupted,
            Stop::Failed(errno) => Self::Failed(errno),
        }
    }
}

/// The read end of a pipe that somebody else made, or of a token pipe.
impl From<TokenReader> for Readiness {
    fn from(reader: TokenReader) -> Self {
        Self(reader)
    }
}

impl From<Readiness> for TokenReader {
    fn from(readiness: Readiness) -> Self {
        readiness.0
    }
}

/// The write end of a pipe that somebody else made, or of a token pipe.
impl From<TokenWriter> for ReadinessNotifier {
    fn from(writer: TokenWriter) -> Self {
        Self(writer)
    }
}

impl From<ReadinessNotifier> for TokenWriter {
    fn from(notifier: ReadinessNotifier) -> Self {
        notifier.0
    }
}
