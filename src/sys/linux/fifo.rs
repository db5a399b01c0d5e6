//! Pipes by their names: FIFOs, and the descriptors of this process in /proc. Opened again, they are descriptions of our own, whose
//! mode is nobody else's business.

use core::ffi::CStr;

use rustix::{
    fd::{BorrowedFd, OwnedFd},
    fs::{CWD, Mode, OFlags, mkfifoat},
    pipe::fcntl_getpipe_size,
};

pub(crate) use super::super::file::{PATH_MAX, available, keep_across_exec, let_block, look, look_at, remove};
use super::twin::{self, PATH, write_number};
use crate::Errno;

/// Room for the name of a descriptor.
pub(crate) type Name = [u8; PATH.len()];

/// The name of this thread's descriptor of that number.
pub(crate) fn name_of(number: i32, buf: &mut Name) -> Option<&CStr> {
    *buf = PATH;
    Some(write_number(buf, number))
}

/// Whether there is a /proc.
pub(crate) fn has_proc() -> bool {
    look(c"/proc/thread-self/fd").is_ok()
}

/// Opens it for reading, or both ways. Does not block, and neither do reads and writes. Waits for no other end.
pub(crate) fn open(path: &CStr, both_ways: bool) -> Result<OwnedFd, Errno> {
    let access = if both_ways { OFlags::RDWR } else { OFlags::RDONLY };
    twin::open(path, access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC)
}

/// A second descriptor of the same description.
pub(crate) fn duplicate(fd: &OwnedFd) -> Result<OwnedFd, Errno> {
    super::fd::duplicate(fd)
}

/// Makes a FIFO for its owner alone. mkfifo(3).
pub(crate) fn make(path: &CStr) -> Result<(), Errno> {
    Ok(mkfifoat(CWD, path, Mode::RUSR | Mode::WUSR)?)
}

/// How many bytes fit. F_GETPIPE_SZ.
pub(crate) fn capacity(fd: BorrowedFd<'_>) -> Result<usize, Errno> {
    Ok(fcntl_getpipe_size(fd)?)
}
