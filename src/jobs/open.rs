//! A client of what MAKEFLAGS says, and the wait of which the kernel wakes one.

use core::ffi::CStr;

use rustix::{
    fd::{AsFd, OwnedFd},
    fs::{OFlags, fcntl_getfl},
};

use super::{Auth, FifoPath, JobClient, JobError, JobOpenError, JobToken};
use crate::{
    Deadline, Errno, Never, TokenReader, TokenWriter,
    sys::{
        self, File,
        fifo::{self, Name, PATH_MAX},
        pipe,
    },
};

impl JobClient {
    /// Opens the server's pipe, as a client of it. Does not block.
    ///
    /// It is opened again, through /proc/thread-self/fd or by its name, in descriptions of the client's own: the mode in which make and
    /// its other children have it is not touched, nor are the descriptors that this process has inherited, which it goes on to hand
    /// to the programs that it starts. That takes four descriptors, close-on-exec.
    ///
    /// A character device counts as a FIFO: there are servers that are one, and that see who has died with a token. It is opened once,
    /// so that what it counts for each open file is right, and [`acquire_blocking`](Self::acquire_blocking) polls it.
    ///
    /// Elsewhere than on Linux a pipe cannot be opened again, so the client duplicates what it has inherited, and shares its mode. Make has it non-blocking
    /// since 4.3. If it is in blocking mode, [`acquire`](Self::acquire) can sleep on past its deadline when another client was faster: see [`TokenPipe`](crate::TokenPipe).
    ///
    /// As this client could give tokens back, it does not see the end of the stream when the server is gone.
    ///
    /// [`Auth::Disabled`] gives a client without a server, as [`Default`] does: it has the implicit token, and no other.
    ///
    /// # Errors
    /// [`JobOpenError::NotOpen`] and [`JobOpenError::NotAJobServer`] where make has kept its pipe for itself;
    /// [`JobOpenError::Unknown`] for [`Auth::Unknown`]; [`JobOpenError::Failed`] with ENOENT if there is no such name, or no /proc; with
    /// EACCES if the user was changed since the pipe was made; or another of open(2). Nothing stays open.
    pub fn open(auth: Auth<'_>) -> Result<Self, JobOpenError> {
        match auth {
            Auth::Pipe { read, write } => open_numbers(read, write),
            Auth::Fifo(path) => open_fifo(path),
            Auth::Disabled => Ok(Self::default()),
            Auth::Unknown(_) => Err(JobOpenError::Unknown),
        }
    }

    /// Takes a token, waiting until there is one: one `read(2)`, in which it sleeps.
    ///
    /// The kernel wakes one of those who sleep so for each token. It waits on when a signal arrives, and nothing ends it but a token: it
    /// is for threads that may be left asleep when the process ends. A pipe that somebody has made non-blocking, as make 4.3 has
    /// its own, is polled as in [`acquire`](Self::acquire); one that [`open`](Self::open) has opened is not that.
    ///
    /// # Errors
    /// [`JobError::NoServer`], [`JobError::ServerGone`], or the system's own error; no token was taken.
    pub fn acquire_blocking(&self) -> Result<JobToken<'_>, JobError> {
        let (reader, writer) = self.pipe()?;
        let mut byte = [0];
        loop {
            match pipe::read_blocking(reader.as_fd(), &mut byte) {
                Ok(0) => return Err(JobError::ServerGone),
                Ok(_) => return Ok(JobToken::taken(writer, byte[0])),
                // A signal, whose handler has run.
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return self.acquire(Deadline::Never, &Never),
                Err(errno) => return Err(JobError::Failed(errno)),
            }
        }
    }
}

fn open_numbers(read: i32, write: i32) -> Result<JobClient, JobOpenError> {
    let mut name = Name::default();
    let Some(path) = fifo::name_of(read, &mut name) else { return adopt_numbers(read, write) };
    let file = look_at_number(read)?;
    // What stands behind a number that was used again could be anything, and is not to be opened.
    if !file.is_fifo {
        return Err(JobOpenError::NotAJobServer(Some(read)));
    }
    if look_at_number(write)? != file {
        return Err(JobOpenError::NotAJobServer(Some(write)));
    }
    open_path(path, file, Some(read))
}

/// Where descriptors have no names: what make has opened, in the mode in which make has it.
fn adopt_numbers(read: i32, write: i32) -> Result<JobClient, JobOpenError> {
    Ok(JobClient::from((adopt(read, OFlags::RDONLY)?.into(), adopt(write, OFlags::WRONLY)?.into())))
}

fn adopt(number: i32, access: OFlags) -> Result<OwnedFd, JobOpenError> {
    let fd = sys::duplicate_inherited(number).map_err(|errno| match errno {
        Errno::BADF => JobOpenError::NotOpen(number),
        errno => JobOpenError::Failed(errno),
    })?;
    let mode = fcntl_getfl(&fd).map_err(Errno::from)? & OFlags::RWMODE;
    // What stands behind a number that was used again could be anything.
    if !fifo::look_at(&fd)?.is_fifo || (mode != access && mode != OFlags::RDWR) {
        return Err(JobOpenError::NotAJobServer(Some(number)));
    }
    Ok(fd)
}

fn look_at_number(number: i32) -> Result<File, JobOpenError> {
    if number < 0 {
        return Err(JobOpenError::NotOpen(number));
    }
    let mut name = Name::default();
    let name = fifo::name_of(number, &mut name).ok_or(Errno::OPNOTSUPP)?;
    fifo::look(name).map_err(|errno| match errno {
        Errno::NOENT if fifo::has_proc() => JobOpenError::NotOpen(number),
        // Without /proc this has no name: who has the two descriptors can make a client of them.
        Errno::NOENT => JobOpenError::Failed(Errno::OPNOTSUPP),
        errno => JobOpenError::Failed(errno),
    })
}

fn open_fifo(path: FifoPath<'_>) -> Result<JobClient, JobOpenError> {
    let mut name = [0; PATH_MAX];
    let path = c_string(path.bytes(), &mut name)?;
    let file = fifo::look(path)?;
    if !file.is_fifo && !file.is_device {
        return Err(JobOpenError::NotAJobServer(None));
    }
    open_path(path, file, None)
}

/// The bytes with a zero at their end. EINVAL if there is one among them, ENAMETOOLONG if there are too many.
pub(super) fn c_string(bytes: impl Iterator<Item = u8>, buf: &mut [u8; PATH_MAX]) -> Result<&CStr, Errno> {
    let mut places = buf.iter_mut();
    for byte in bytes {
        if byte == 0 {
            return Err(Errno::INVAL);
        }
        *places.next().ok_or(Errno::NAMETOOLONG)? = byte;
    }
    *places.next().ok_or(Errno::NAMETOOLONG)? = 0;
    CStr::from_bytes_until_nul(buf).map_err(|_| Errno::NAMETOOLONG)
}

/// Opens what was looked at.
///
/// All four descriptors now: one that a token could not be given back without must not be missing then.
pub(super) fn open_path(path: &CStr, seen: File, number: Option<i32>) -> Result<JobClient, JobOpenError> {
    let changed = JobOpenError::NotAJobServer(number);
    let writing = fifo::open(path, true)?;
    if fifo::look_at(&writing)? != seen {
        return Err(changed);
    }
    let reading = if seen.is_device {
        fifo::duplicate(&writing)?
    } else {
        let reading = fifo::open(path, false)?;
        if fifo::look_at(&reading)? != seen {
            return Err(changed);
        }
        fifo::let_block(&reading)?;
        reading
    };
    let reader = TokenReader::with_twin(reading, fifo::duplicate(&writing)?);
    let twin = fifo::duplicate(&writing)?;
    Ok(JobClient::from((reader, TokenWriter::with_twin(writing, twin))))
}
