//! Descriptors lent and owned without a check that cannot fail.
//!
//! Without std, rustix's types assert that a descriptor is not -1 each time that one is lent or comes from the kernel. The
//! optimiser cannot see that it never is, so these would be the last panics, and not the fewest bytes, of a small program.
//!
//! # Safety
//! This file makes descriptors of descriptors. `OwnedFd` and `BorrowedFd`, rustix's as well as std's, are documented to have the
//! representation of the number.
#![allow(unsafe_code)]

use core::mem::transmute;

use rustix::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};

use super::raw;
use crate::Errno;

/// Lends a descriptor.
pub(crate) fn lend(fd: &OwnedFd) -> BorrowedFd<'_> {
    // SAFETY: the representation is the same, and it stays open as long as it is borrowed.
    unsafe { *core::ptr::from_ref(fd).cast() }
}

/// Lends a descriptor that somebody owns as a number.
///
/// # Safety
/// * It is open, so not -1, and stays open for the lifetime, which the caller chooses.
pub(super) unsafe fn borrow<'a>(fd: RawFd) -> BorrowedFd<'a> {
    // SAFETY: the representation is the same; the caller answers for the number and the lifetime.
    unsafe { transmute::<RawFd, BorrowedFd<'a>>(fd) }
}

/// Makes the owner of a descriptor.
///
/// # Safety
/// * It is open, so not -1, and nobody else owns it.
pub(super) unsafe fn own(fd: RawFd) -> OwnedFd {
    // SAFETY: the representation is the same; the caller answers for the number.
    unsafe { transmute::<RawFd, OwnedFd>(fd) }
}

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

/// fcntl(2), F_DUPFD_CLOEXEC. The new one has at least this number.
fn duplicate_number(fd: RawFd, lowest: RawFd) -> Result<OwnedFd, Errno> {
    const F_DUPFD_CLOEXEC: usize = 1030;
    const FCNTL: usize = if cfg!(target_arch = "x86_64") {
        72
    } else if cfg!(any(target_arch = "arm", target_arch = "x86")) {
        221
    } else {
        25
    };
    if !raw::KNOWN {
        // SAFETY: it is a descriptor, or 0, 1 or 2, so not -1; if it is not open, the one thing that is done with it says so.
        let fd = unsafe { borrow(fd) };
        return Ok(rustix::io::fcntl_dupfd_cloexec(fd, lowest)?);
    }
    // SAFETY: it takes numbers only: the descriptor, what to do, and the lowest that the new one may be.
    match unsafe { raw::syscall4(FCNTL, fd as usize, F_DUPFD_CLOEXEC, lowest as usize, 0) } {
        // SAFETY: the kernel has just opened it for us.
        fd @ 0.. => Ok(unsafe { own(fd as RawFd) }),
        errno => Err(Errno::from_raw(-errno as i32)),
    }
}
