//! Second descriptors.
//!
//! # Safety
//! This file hands the kernel numbers, and becomes the owner of the descriptor that it makes.
#![allow(unsafe_code)]

use rustix::fd::{AsRawFd, OwnedFd, RawFd};

use super::{
    super::lend::{borrow, own},
    nr, raw,
};
use crate::Errno;

/// A second descriptor of the same description, close-on-exec.
pub(super) fn duplicate(fd: &OwnedFd) -> Result<OwnedFd, Errno> {
    duplicate_number(fd.as_raw_fd(), 0)
}

/// A second descriptor of standard input (0), output (1) or error (2), close-on-exec, and none of these three itself.
///
/// # Errors
/// EBADF if that is not open.
pub(crate) fn duplicate_standard(number: u8) -> Result<OwnedFd, Errno> {
    duplicate_number(number.into(), 3)
}

/// A second descriptor of one of this number, which somebody else has.
///
/// # Errors
/// EBADF if that is not open.
pub(crate) fn duplicate_inherited(number: RawFd) -> Result<OwnedFd, Errno> {
    duplicate_number(number, 3)
}

/// fcntl(2), F_DUPFD_CLOEXEC. The new one has at least this number.
fn duplicate_number(fd: RawFd, lowest: RawFd) -> Result<OwnedFd, Errno> {
    const F_DUPFD_CLOEXEC: usize = 1030;
    if !raw::KNOWN {
        // SAFETY: it is a descriptor, or 0, 1 or 2, so not -1; if it is not open, the one thing that is done with it says so.
        let fd = unsafe { borrow(fd) };
        return Ok(rustix::io::fcntl_dupfd_cloexec(fd, lowest)?);
    }
    // SAFETY: it takes numbers only: the descriptor, what to do, and the lowest that the new one may be.
    match unsafe { raw::syscall4(nr::FCNTL, fd as usize, F_DUPFD_CLOEXEC, lowest as usize, 0) } {
        // SAFETY: the kernel has just opened it for us.
        fd @ 0.. => Ok(unsafe { own(fd as RawFd) }),
        errno => Err(Errno::from_raw(-errno as i32)),
    }
}
