//! Second descriptors.
//!
//! # Safety
//! This file lends descriptors that somebody else has, by their numbers.
#![allow(unsafe_code)]

use rustix::{
    fd::{OwnedFd, RawFd},
    io::fcntl_dupfd_cloexec,
};

use super::super::lend::borrow;
use crate::Errno;

/// A second descriptor of standard input (0), output (1) or error (2), close-on-exec, and none of these three itself.
///
/// # Errors
/// EBADF if that is not open.
pub(crate) fn duplicate_standard(number: u8) -> Result<OwnedFd, Errno> {
    duplicate_inherited(number.into())
}

/// A second descriptor of one of this number, which somebody else has, close-on-exec. fcntl(2), F_DUPFD_CLOEXEC.
///
/// # Errors
/// EBADF if that is not open.
pub(crate) fn duplicate_inherited(number: RawFd) -> Result<OwnedFd, Errno> {
    if number < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: it is not -1; if it is not open, the one thing that is done with it says so.
    let fd = unsafe { borrow(number) };
    Ok(fcntl_dupfd_cloexec(fd, 3)?)
}
