//! A descriptor that is opened when it is first needed, by whichever thread is first.
//!
//! # Safety
//! This file owns a descriptor as a number. The one fact it relies on: `fd` is -1, or a descriptor that this OnceFd opened or was given, that
//! nobody else closes, and that stays open until the OnceFd is dropped.
#![allow(unsafe_code)]

use rustix::fd::{BorrowedFd, IntoRawFd, OwnedFd};

use super::super::lend::{borrow, own};
use crate::{
    Errno,
    sync::{AtomicI32, Ordering, const_fn, mutant, order},
};

/// Perhaps a descriptor.
#[derive(Debug)]
pub(crate) struct OnceFd {
    fd: AtomicI32,
}

impl OnceFd {
    const_fn! {
        pub(crate) fn none() -> Self {
            Self { fd: AtomicI32::new(-1) }
        }
    }

    /// This one.
    pub(crate) fn opened(fd: OwnedFd) -> Self {
        Self { fd: AtomicI32::new(fd.into_raw_fd()) }
    }

    /// The descriptor, if it is open.
    #[inline]
    pub(crate) fn get(&self) -> Option<BorrowedFd<'_>> {
        // Acquire: the open descriptor happened before.
        match self.fd.load(order!("relaxed_fd", Acquire)) {
            -1 => None,
            // SAFETY: it is open, and stays so as long as `self` is borrowed.
            fd => Some(unsafe { borrow(fd) }),
        }
    }

    /// The descriptor, which `open` makes if there is none. Threads that race for it all get the same one.
    pub(crate) fn get_or_open(&self, open: impl FnOnce() -> Result<OwnedFd, Errno>) -> Result<BorrowedFd<'_>, Errno> {
        if let Some(fd) = self.get() {
            return Ok(fd);
        }
        let fd = open()?.into_raw_fd();
        let first = if mutant!("store_over_the_first") {
            self.fd.store(fd, Ordering::Release);
            Ok(-1)
        } else {
            // Release: publishes the open descriptor. Acquire: the other one is open.
            self.fd.compare_exchange(-1, fd, order!("unpublished_fd", Release), order!("relaxed_first", Acquire))
        };
        match first {
            // SAFETY: it is `self.fd` now.
            Ok(_) => Ok(unsafe { borrow(fd) }),
            Err(first) => {
                // SAFETY: another thread was faster, and nobody has seen ours: it is still our own.
                drop(unsafe { own(fd) });
                // SAFETY: it is `self.fd`.
                Ok(unsafe { borrow(first) })
            }
        }
    }
}

impl Drop for OnceFd {
    fn drop(&mut self) {
        // Relaxed: whoever drops it has it alone.
        let fd = self.fd.load(Ordering::Relaxed);
        if fd != -1 {
            // SAFETY: it is open, it is ours, and nobody can borrow it any more.
            drop(unsafe { own(fd) });
        }
    }
}
