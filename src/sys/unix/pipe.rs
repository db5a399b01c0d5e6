//! Token pipes: reads and writes that never raise SIGPIPE, and that do not block, as far as that can be had.
//!
//! The system cannot be asked call by call not to block, and a descriptor cannot be opened again as a description of one's own: /dev/fd/N is
//! another name of the same. So:
//!
//! * A pipe that is made here is non-blocking. Reads and writes never block, whoever else has the ends.
//! * One that is adopted in blocking mode stays in it, as O_NONBLOCK would change what other processes have. It is polled before each read and
//!   write. **Somebody else who reads the same pipe can take what was there in between**; then the read sleeps until there is more, past a deadline and an interrupt.
//!   Likewise a write, if others fill the room that was seen: a pipe is writable when it has room for PIPE_BUF bytes, and no more than that are written.
//!   With one reader and one writer there is no such moment.
//!
//! # Safety
//! This file calls isatty(3) with the number of an open descriptor.
#![allow(unsafe_code)]

use core::time::Duration;

use rustix::{
    fd::{AsRawFd, BorrowedFd, OwnedFd},
    fs::{OFlags, fcntl_getfl},
    pipe::PIPE_BUF,
};

use super::{OnceFd, errno, new, sigpipe::without_sigpipe, wait};
use crate::{Errno, Events, Never};

/// Whether the ends of a new pipe are in blocking mode.
pub(crate) const BLOCKS: bool = false;

/// A new pipe, close-on-exec, both ends non-blocking.
pub(crate) fn make() -> Result<(OwnedFd, OwnedFd), Errno> {
    new::pipe()
}

/// Takes the bytes that are there. Leaves errno alone.
pub(crate) fn read(fd: BorrowedFd<'_>, twin: &OnceFd, buf: &mut [u8]) -> Result<usize, Errno> {
    errno::kept(|| read_some(fd, twin, buf))
}

fn read_some(fd: BorrowedFd<'_>, twin: &OnceFd, buf: &mut [u8]) -> Result<usize, Errno> {
    if let Some(twin) = twin.get() {
        return Ok(rustix::io::read(twin, buf)?);
    }
    if may_block(fd, OFlags::RDONLY)? && !buf.is_empty() {
        be_ready(fd, Events::RECV)?;
    }
    Ok(rustix::io::read(fd, buf)?)
}

/// Takes the bytes that are there, and sleeps until there are some, if the descriptor is in blocking mode.
pub(crate) fn read_blocking(fd: BorrowedFd<'_>, buf: &mut [u8]) -> Result<usize, Errno> {
    Ok(rustix::io::read(fd, buf)?)
}

/// Hands bytes over, and sleeps until it can, if the descriptor is in blocking mode. Not for pipes: it may raise SIGPIPE.
pub(crate) fn write_blocking(fd: BorrowedFd<'_>, data: &[u8]) -> Result<usize, Errno> {
    Ok(rustix::io::write(fd, data)?)
}

/// Hands over as many bytes as fit; into a pipe in blocking mode PIPE_BUF at most. EPIPE when all readers are gone. Leaves
/// errno alone.
pub(crate) fn write(fd: BorrowedFd<'_>, twin: &OnceFd, data: &[u8]) -> Result<usize, Errno> {
    errno::kept(|| write_some(fd, twin, data))
}

fn write_some(fd: BorrowedFd<'_>, twin: &OnceFd, data: &[u8]) -> Result<usize, Errno> {
    let (fd, most) = match twin.get() {
        Some(twin) => (twin, usize::MAX),
        None if may_block(fd, OFlags::WRONLY)? => {
            be_ready(fd, Events::SEND)?;
            (fd, room(fd))
        }
        None => (fd, usize::MAX),
    };
    without_sigpipe(fd, || Ok(rustix::io::write(fd, data.get(..most).unwrap_or(data))?))
}

/// Whether it is in blocking mode. EBADF if it is not open for this.
fn may_block(fd: BorrowedFd<'_>, access: OFlags) -> Result<bool, Errno> {
    let flags = fcntl_getfl(fd)?;
    let mode = flags & OFlags::RWMODE;
    if mode == access || mode == OFlags::RDWR { Ok(!flags.contains(OFlags::NONBLOCK)) } else { Err(Errno::BADF) }
}

/// EAGAIN if it is not.
fn be_ready(fd: BorrowedFd<'_>, events: Events) -> Result<(), Errno> {
    match wait(fd, events, Some(Duration::ZERO), &Never)? {
        Events::NONE => Err(Errno::AGAIN),
        _ => Ok(()),
    }
}

/// How many bytes what is ready to be written to can take without blocking. A terminal promises no more than one.
fn room(fd: BorrowedFd<'_>) -> usize {
    // SAFETY: it takes a number only.
    match unsafe { libc::isatty(fd.as_raw_fd()) } {
        1 => 1,
        _ => PIPE_BUF,
    }
}
