//! Whoever asks for tokens.

use crate::{
    Deadline, Interrupt, Sink, Source,
    jobs::{JobError, JobToken},
    sync::{AtomicBool, Ordering, mutant},
    transfer,
};
#[cfg(unix)]
use crate::{TokenReader, TokenWriter};

/// A client of a job server, for as many jobs at a time as it gets tokens. Threads share it by reference.
///
/// For each job but one it takes a token out of the server's pipe, and puts it back when the job is done. The one that needs none
/// has the [implicit](Self::implicit) token. Who waits for a token with
///
/// * [`acquire`](Self::acquire) has a deadline and can be interrupted. It polls, and a poll wakes everybody: of 50 clients that wait,
///   each token wakes 50, one gets it, and the others ask in vain and sleep again.
/// * `acquire_blocking` sleeps in `read(2)`, of which the kernel wakes one: each token wakes 1 client of 50. Nothing else ends it: no
///   deadline, no interrupt.
///
/// (Measured on Linux 6.18 by `cargo test --release -p conformance --test jobs -- --nocapture herd`.) There is no third way that has
/// both: epoll(7) can wake one of many, too, but if that one is killed before it reads, nobody else hears of the token.
///
/// The two ends can be anything that is a [`Source`] and a [`Sink`], such as a [`TokenReader`](crate::TokenReader) and a
/// [`TokenWriter`](crate::TokenWriter) of descriptors that somebody has adopted in an `unsafe` block of his own. `JobClient::open` makes one of
/// what MAKEFLAGS says, without.
///
/// ```
/// # #[cfg(unix)] {
/// use sockpipe::{Deadline, Never, jobs::{JobError, JobServer}};
///
/// let server = JobServer::new(2)?; // or a make that has started this program
/// let client = server.client();
/// let mine = client.implicit().unwrap();
/// let token = client.acquire(Deadline::Never, &Never)?;
/// assert_eq!(client.try_acquire().err(), Some(JobError::WouldBlock)); // two jobs, and no third
/// drop(token);
/// drop(mine);
/// assert_eq!(server.count_back(), Ok(()));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JobClient<
    #[cfg(unix)] R = TokenReader,
    #[cfg(unix)] W = TokenWriter,
    #[cfg(not(unix))] R,
    #[cfg(not(unix))] W,
> {
    pipe: Option<(R, W)>,
    /// Whether somebody has the implicit token.
    implicit_is_taken: AtomicBool,
}

impl<R: Source, W: Sink> JobClient<R, W> {
    /// Takes a token, waiting until there is one.
    ///
    /// One attempt if there is one already, whatever the deadline and the interrupt say. It is the implicit token never: who sleeps in
    /// here would not notice that it is back. So a program gives that one to a thread that keeps it as long as there is work, or asks
    /// for it before it comes here.
    ///
    /// # Errors
    /// [`JobError::TimedOut`], [`JobError::Interrupted`], [`JobError::NoServer`] at once, [`JobError::ServerGone`], or the system's own
    /// error; no token was taken.
    pub fn acquire(
        &self,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<JobToken<'_, W>, JobError> {
        let (reader, writer) = self.pipe()?;
        match reader.token_read(deadline, interrupt)? {
            Some(byte) => Ok(JobToken::taken(writer, byte)),
            None => Err(JobError::ServerGone),
        }
    }

    /// Takes a token if there is one. Does not block.
    ///
    /// # Errors
    /// [`JobError::WouldBlock`] if there is none, [`JobError::NoServer`], [`JobError::ServerGone`], or the system's own error; no
    /// token was taken.
    pub fn try_acquire(&self) -> Result<JobToken<'_, W>, JobError> {
        let (reader, writer) = self.pipe()?;
        match transfer::try_token_read(reader)? {
            Some(byte) => Ok(JobToken::taken(writer, byte)),
            None => Err(JobError::ServerGone),
        }
    }

    /// Takes the token that each process has without asking, as whoever started it holds one for it. `None` if it is taken already.
    ///
    /// No system call. What was done under it before is seen by who takes it now. It is the process's, so a process has one client.
    pub fn implicit(&self) -> Option<JobToken<'_, W>> {
        // Acquire: what was done under it happened before.
        let acquire = if mutant!("relaxed_implicit") { Ordering::Relaxed } else { Ordering::Acquire };
        let was_taken = if mutant!("implicit_for_two") {
            let was_taken = self.implicit_is_taken.load(acquire);
            self.implicit_is_taken.store(true, Ordering::Relaxed);
            was_taken
        } else {
            self.implicit_is_taken.swap(true, acquire)
        };
        (!was_taken).then(|| JobToken::implicit(&self.implicit_is_taken))
    }

    /// Whether there is a job server. Without one there is the implicit token, and no other.
    pub fn has_server(&self) -> bool {
        self.pipe.is_some()
    }

    pub(super) fn pipe(&self) -> Result<&(R, W), JobError> {
        self.pipe.as_ref().ok_or(JobError::NoServer)
    }
}

/// A client without a server: a program that works on one thing at a time.
impl<R, W> Default for JobClient<R, W> {
    fn default() -> Self {
        Self { pipe: None, implicit_is_taken: AtomicBool::new(false) }
    }
}

/// The end from which tokens are taken, and the one into which they are put back.
impl<R: Source, W: Sink> From<(R, W)> for JobClient<R, W> {
    fn from(pipe: (R, W)) -> Self {
        Self { pipe: Some(pipe), implicit_is_taken: AtomicBool::new(false) }
    }
}
