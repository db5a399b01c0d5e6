//! A second, non-blocking description of a pipe, for what cannot be asked not to block call by call.
//!
//! FIFOs and ttys know no RWF_NOWAIT, and neither do pipes on older kernels. Setting O_NONBLOCK would change the description
//! that other processes share; opening /proc/thread-self/fd/N makes one of our own. It is opened when first needed, kept as long as the end
//! that needs it, and closed with it.
//!
//! # Safety
//! This file owns a descriptor as a number. The one fact it relies on: `fd` is -1, or a descriptor that this Twin opened, that
//! nobody else closes, and that stays open until the Twin is dropped.
#![allow(unsafe_code)]

use core::ffi::CStr;

use rustix::{
    fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd},
    fs::{FileType, Mode, OFlags, fstat, major, minor},
    io::Errno as E,
};

use crate::{
    Errno,
    sync::{AtomicI32, Ordering, mutant},
};

/// Perhaps a second descriptor for the same pipe.
#[derive(Debug)]
pub(crate) struct Twin {
    fd: AtomicI32,
}

impl Twin {
    pub(crate) fn none() -> Self {
        Self { fd: AtomicI32::new(-1) }
    }

    /// The twin, if it is open.
    pub(crate) fn get(&self) -> Option<BorrowedFd<'_>> {
        // Acquire: the open descriptor happened before.
        match self.fd.load(if mutant!("relaxed_twin") { Ordering::Relaxed } else { Ordering::Acquire }) {
            -1 => None,
            // SAFETY: it is open, and stays so as long as `self` is borrowed.
            fd => Some(unsafe { BorrowedFd::borrow_raw(fd) }),
        }
    }

    /// The twin, which `open` makes if there is none. Threads that race for it all get the same one.
    pub(crate) fn get_or_open(&self, open: impl FnOnce() -> Result<OwnedFd, Errno>) -> Result<BorrowedFd<'_>, Errno> {
        if let Some(fd) = self.get() {
            return Ok(fd);
        }
        let fd = open()?.into_raw_fd();
        let first = if mutant!("store_over_the_first") {
            self.fd.store(fd, Ordering::Release);
            Ok(-1)
        } else {
            // Release: publishes the open descriptor.
            self.fd.compare_exchange(-1, fd, Ordering::AcqRel, Ordering::Acquire)
        };
        match first {
            // SAFETY: it is `self.fd` now.
            Ok(_) => Ok(unsafe { BorrowedFd::borrow_raw(fd) }),
            Err(first) => {
                // SAFETY: another thread was faster, and nobody has seen ours: it is still our own.
                drop(unsafe { OwnedFd::from_raw_fd(fd) });
                // SAFETY: it is `self.fd`.
                Ok(unsafe { BorrowedFd::borrow_raw(first) })
            }
        }
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        let fd = self.fd.load(Ordering::Acquire);
        if fd != -1 {
            // SAFETY: it is open, it is ours, and nobody can borrow it any more.
            drop(unsafe { OwnedFd::from_raw_fd(fd) });
        }
    }
}

/// Opens the FIFO or terminal behind `fd` again, non-blocking.
///
/// # Errors
/// EOPNOTSUPP where there can be no twin: without /proc, after the user was changed, and for other kinds of files. EPIPE for the
/// write end of a FIFO that nobody reads. The others, like EMFILE, are about this moment.
pub(crate) fn reopen(fd: BorrowedFd<'_>, access: OFlags) -> Result<OwnedFd, Errno> {
    if !is_the_same_when_reopened(fd)? {
        return Err(Errno::OPNOTSUPP);
    }
    // Not /proc/self: that is the main thread's, which may have other descriptors, or be gone.
    let mut path = *b"/proc/thread-self/fd/\0\0\0\0\0\0\0\0\0\0\0";
    let path = write_number(&mut path, "/proc/thread-self/fd/".len(), fd.as_raw_fd());
    match rustix::fs::open(path, access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()) {
        Ok(fd) => Ok(fd),
        Err(E::NXIO) if access == OFlags::WRONLY => Err(Errno::PIPE),
        Err(E::NOENT | E::NOTDIR | E::ACCESS | E::PERM | E::LOOP) => Err(Errno::OPNOTSUPP),
        Err(errno) => Err(errno.into()),
    }
}

/// A regular file would have a second position, and opening /dev/ptmx makes a new terminal.
fn is_the_same_when_reopened(fd: BorrowedFd<'_>) -> Result<bool, Errno> {
    const PTMX: (u32, u32) = (5, 2);
    let stat = fstat(fd)?;
    Ok(match FileType::from_raw_mode(stat.st_mode) {
        FileType::Fifo => true,
        FileType::CharacterDevice => (major(stat.st_rdev), minor(stat.st_rdev)) != PTMX,
        _ => false,
    })
}

/// Writes `number` into `path`, from `at` on.
fn write_number(path: &mut [u8], at: usize, number: RawFd) -> &CStr {
    let digits = number.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
    let mut rest = number.unsigned_abs();
    for place in path.get_mut(at..at + digits).unwrap_or_default().iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    CStr::from_bytes_until_nul(path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length() {
        for (number, want) in [(0, c"/0"), (9, c"/9"), (10, c"/10"), (1024, c"/1024"), (i32::MAX, c"/2147483647")] {
            let mut path = *b"/\0\0\0\0\0\0\0\0\0\0\0";
            assert_eq!(write_number(&mut path, 1, number), want);
        }
    }
}
