//! Whoever hands tokens out.

use core::fmt;

use rustix::fd::{AsFd, AsRawFd};

use super::{
    JobClient, JobCountError, JobOpenError, JobServerError,
    open::{c_string, open_path},
};
use crate::{
    Errno, Sink, TokenPipe,
    sys::fifo::{self, PATH_MAX},
};

/// What lies in the pipe; make's.
const TOKEN: u8 = b'+';

/// A job server: a pipe with as many tokens as there may be jobs at a time, less one, which is the implicit one of each process.
///
/// It needs no thread: the tokens lie in the pipe, and whoever knows of it takes them. The server's own process is a client like any
/// other, by [`client`](Self::client).
///
/// A program that is started with [`makeflags`](Self::makeflags) in its MAKEFLAGS is a client, too. For a [`fifo`](Self::fifo) that is
/// all. Of a pipe it must inherit the descriptors, which are close-on-exec, so [`keep_across_exec`](Self::keep_across_exec) is called
/// in the child before the exec:
///
/// ```
/// use std::{io, os::unix::process::CommandExt, process::Command, sync::Arc};
/// use sockpipe::jobs::JobServer;
///
/// let server = Arc::new(JobServer::new(4)?);
/// let mut make = Command::new("true"); // "make", "cargo"
/// make.env("MAKEFLAGS", server.makeflags().to_string()).env_remove("CARGO_MAKEFLAGS");
/// let inherited = server.clone();
/// // SAFETY: it makes two system calls, allocates nothing and does not touch a lock.
/// unsafe {
///     make.pre_exec(move || {
///         inherited.keep_across_exec().map_err(|errno| io::Error::from_raw_os_error(errno.raw()))
///     })
/// };
/// assert!(make.status()?.success());
/// server.count_back()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Cargo prefers CARGO_MAKEFLAGS to MAKEFLAGS if both are there, and ninja gives up on either if it is called with `-j`.
#[derive(Debug)]
pub struct JobServer<'p> {
    client: JobClient,
    tokens: u32,
    path: Option<&'p str>,
}

impl JobServer<'static> {
    /// Makes one for so many jobs at a time, with a pipe. 0 is taken for 1, as somebody has to do the work.
    ///
    /// Elsewhere than on Linux the pipe is non-blocking, which make before 4.3 does not expect. A [`fifo`](Self::fifo) is for everybody.
    ///
    /// # Errors
    /// [`JobServerError::TooManyJobs`], as a rule for more than 32,769, elsewhere than on Linux for more than 4,097; EMFILE or ENFILE when there are no descriptors left.
    pub fn new(jobs: u32) -> Result<Self, JobServerError> {
        let client = JobClient::from(TokenPipe::pair()?);
        Self { client, tokens: jobs.saturating_sub(1), path: None }.filled()
    }
}

impl<'p> JobServer<'p> {
    /// Makes one for so many jobs at a time, with a FIFO of that name, which only this user may open. 0 is taken for 1.
    ///
    /// The name should be absolute, as programs are started in other folders. The FIFO is removed when the server is dropped. After
    /// a fork, the child must not drop its copy (`core::mem::forget`).
    ///
    /// A blank or a backslash in the name is written into MAKEFLAGS with a backslash before it, which make and this crate understand,
    /// but not everybody. A dollar is written as it is, which make may read as a variable.
    ///
    /// # Errors
    /// [`JobServerError::TooManyJobs`], as with [`new`](Self::new); EEXIST if there is something of this name; EINVAL for an
    /// empty name, or one with a zero in it, or if somebody puts something else there meanwhile; others of mkfifo(3) and open(2).
    pub fn fifo(path: &'p str, jobs: u32) -> Result<Self, JobServerError> {
        let mut name = [0; PATH_MAX];
        let name = c_string(path.bytes(), &mut name)?;
        if path.is_empty() {
            return Err(JobServerError::Failed(Errno::INVAL));
        }
        fifo::make(name)?;
        let opened = fifo::look(name).map_err(JobOpenError::from).and_then(|file| open_path(name, file, None));
        match opened {
            Ok(client) => Self { client, tokens: jobs.saturating_sub(1), path: Some(path) }.filled(),
            Err(error) => {
                Err(match error {
                    JobOpenError::Failed(errno) => {
                        let _ = fifo::remove(name);
                        JobServerError::Failed(errno)
                    }
                    // Somebody has put something else in its place, which is not ours to remove.
                    _ => JobServerError::Failed(Errno::INVAL),
                })
            }
        }
    }

    /// Puts the tokens in.
    ///
    /// As pages are filled to their end and freed when they are empty, there is not always room for as many bytes as a full pipe had. In
    /// one of two pages or more there always is for half of them.
    fn filled(self) -> Result<Self, JobServerError> {
        let (reader, writer) = self.client.pipe().map_err(|_| Errno::BADF)?;
        let most = u32::try_from(fifo::capacity(reader.as_fd())? / 2).unwrap_or(u32::MAX - 1);
        let too_many = JobServerError::TooManyJobs { most: most + 1 };
        if self.tokens > most {
            return Err(too_many);
        }
        let mut left = self.tokens as usize;
        while left > 0 {
            let some = [TOKEN; 64];
            match writer.send(some.get(..left).unwrap_or(&some)) {
                Ok(n) => left = left.saturating_sub(n),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Err(too_many),
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(self)
    }

    /// The client that this process is itself.
    pub fn client(&self) -> &JobClient {
        &self.client
    }

    /// For how many jobs at a time it was made. Never 0.
    pub fn jobs(&self) -> u32 {
        self.tokens + 1
    }

    /// What to put into MAKEFLAGS, in make's own words: ` -j4 --jobserver-auth=3,4` or ` -j4 --jobserver-auth=fifo:/tmp/x`.
    ///
    /// It begins with a blank, and so can be appended to what is there already if that has no definitions of variables; and without
    /// anything before it, it says that there are no single letters.
    pub fn makeflags(&self) -> impl fmt::Display + '_ {
        Flags(self)
    }

    /// Lets a program that this process becomes by exec have the pipe, under the numbers that [`makeflags`](Self::makeflags) says. A FIFO
    /// needs no such thing, and nothing is done.
    ///
    /// To be called in the child, between fork and exec; there it may be. Two `fcntl(2)`. Called in the server itself, all that it
    /// starts from then on have the pipe.
    ///
    /// # Errors
    /// Those of fcntl(2), which are none.
    pub fn keep_across_exec(&self) -> Result<(), Errno> {
        if self.path.is_some() {
            return Ok(());
        }
        let (reader, writer) = self.client.pipe().map_err(|_| Errno::BADF)?;
        fifo::keep_across_exec(reader)?;
        fifo::keep_across_exec(writer)
    }

    /// How many tokens lie in the pipe now: how many more jobs could be started. One `ioctl(2)`, FIONREAD.
    ///
    /// # Errors
    /// Those of ioctl(2), which are none.
    pub fn available(&self) -> Result<u32, Errno> {
        let (reader, _) = self.client.pipe().map_err(|_| Errno::BADF)?;
        Ok(fifo::available(reader.as_fd())?.try_into().unwrap_or(u32::MAX))
    }

    /// Whether all tokens are back, which is so when all clients have ended and kept the rules. As make does before it exits.
    ///
    /// # Errors
    /// [`JobCountError::Wrong`], in make's words: "Exiting with 6 jobserver tokens available; should be 7!".
    pub fn count_back(&self) -> Result<(), JobCountError> {
        match self.available()? {
            available if available == self.tokens => Ok(()),
            available => Err(JobCountError::Wrong { available, should_be: self.tokens }),
        }
    }
}

impl Drop for JobServer<'_> {
    fn drop(&mut self) {
        let Some(path) = self.path else { return };
        let mut name = [0; PATH_MAX];
        if let Ok(name) = c_string(path.bytes(), &mut name) {
            let _ = fifo::remove(name);
        }
    }
}

struct Flags<'s>(&'s JobServer<'s>);

impl fmt::Display for Flags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " -j{} --jobserver-auth=", self.0.jobs())?;
        match (self.0.path, self.0.client.pipe()) {
            (Some(path), _) => {
                f.write_str("fifo:")?;
                path.chars().try_for_each(|char| match char {
                    ' ' | '\t' | '\n' | '\\' => write!(f, "\\{char}"),
                    char => write!(f, "{char}"),
                })
            }
            (None, Ok((reader, writer))) => write!(f, "{},{}", reader.as_raw_fd(), writer.as_raw_fd()),
            (None, Err(_)) => f.write_str("-1,-1"),
        }
    }
}
