//! Pipes by their names: FIFOs. Opened again, they are descriptions of our own, whose mode is nobody else's business.
//!
//! # Safety
//! This file calls mkfifo(2) with a name, where rustix does not.
#![cfg_attr(target_vendor = "apple", allow(unsafe_code))]

use core::ffi::CStr;

use rustix::{
    fd::{BorrowedFd, OwnedFd},
    fs::{Mode, OFlags},
};

pub(crate) use super::super::file::{PATH_MAX, available, keep_across_exec, let_block, look, look_at, remove};
use crate::Errno;

/// Descriptors have no names that would open them again.
pub(crate) type Name = [u8; 0];

/// None.
pub(crate) fn name_of(_number: i32, _buf: &mut Name) -> Option<&CStr> {
    None
}

/// There is none.
pub(crate) fn has_proc() -> bool {
    false
}

/// Opens it for reading, or both ways. Does not block, and neither do reads and writes. Waits for no other end.
pub(crate) fn open(path: &CStr, both_ways: bool) -> Result<OwnedFd, Errno> {
    let access = if both_ways { OFlags::RDWR } else { OFlags::RDONLY };
    let flags = access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

/// A second descriptor of the same description.
pub(crate) fn duplicate(fd: &OwnedFd) -> Result<OwnedFd, Errno> {
    Ok(rustix::io::fcntl_dupfd_cloexec(fd, 0)?)
}

/// Makes a FIFO for its owner alone. mkfifo(2).
#[cfg(not(target_vendor = "apple"))]
pub(crate) fn make(path: &CStr) -> Result<(), Errno> {
    Ok(rustix::fs::mkfifoat(rustix::fs::CWD, path, Mode::RUSR | Mode::WUSR)?)
}

/// Makes a FIFO for its owner alone. mkfifo(2).
#[cfg(target_vendor = "apple")]
pub(crate) fn make(path: &CStr) -> Result<(), Errno> {
    // SAFETY: the path ends with a zero.
    match unsafe { libc::mkfifo(path.as_ptr(), 0o600) } {
        0 => Ok(()),
        _ => Err(super::errno::last()),
    }
}

/// How many bytes fit, at least. Pipes begin with 16 KiB, where memory is not short, and do not say so.
pub(crate) fn capacity(_fd: BorrowedFd<'_>) -> Result<usize, Errno> {
    Ok(8192)
}
