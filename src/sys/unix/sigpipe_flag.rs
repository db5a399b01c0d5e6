//! Writing where nobody may be reading, without dying of SIGPIPE, where descriptors have a flag for that: F_SETNOSIGPIPE, on macOS and NetBSD.
//!
//! To mask the signal would not do: these send it to the process, and any of its threads may take it. The flag is the open file's, so whoever else
//! shares that raises no SIGPIPE either from then on. It is set before each write, as a descriptor that was adopted may be anybody's.
//!
//! # Safety
//! This file calls the C library with numbers only.
#![allow(unsafe_code)]

use libc::{F_SETNOSIGPIPE, c_int};
use rustix::fd::{AsRawFd, BorrowedFd};

use super::errno;
use crate::Errno;

/// Runs `write`, which raises no SIGPIPE.
pub(super) fn without_sigpipe<T>(fd: BorrowedFd<'_>, write: impl FnOnce() -> Result<T, Errno>) -> Result<T, Errno> {
    let on: c_int = 1;
    // SAFETY: it takes numbers only.
    if unsafe { libc::fcntl(fd.as_raw_fd(), F_SETNOSIGPIPE, on) } == -1 {
        return Err(match errno::last() {
            // A socket that is closed in both directions can be set nothing any more.
            Errno::INVAL => Errno::PIPE,
            errno => errno,
        });
    }
    write()
}
