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

use rustix::fd::{BorrowedFd, OwnedFd, RawFd};

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
