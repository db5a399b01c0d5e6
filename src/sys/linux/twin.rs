//! A second, non-blocking description of a pipe, for what cannot be asked not to block call by call.
//!
//! FIFOs and ttys know no RWF_NOWAIT, and neither do pipes on older kernels. Setting O_NONBLOCK would change the description
//! that other processes share; opening /proc/thread-self/fd/N makes one of our own. It is opened when first needed, kept as long as the end
//! that needs it, and closed with it.
//!
//! # Safety
//! This file makes the system call of its own, and an owner of what that returns.
#![allow(unsafe_code)]

use core::ffi::CStr;

use rustix::{
    fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd},
    fs::{Mode, OFlags, fstat},
};

use super::{super::lend::own, nr, raw};
use crate::Errno;

/// Opens the FIFO or terminal behind `fd` again, non-blocking. Other character devices too, but for those that are known to be
/// something else then.
///
/// # Errors
/// EOPNOTSUPP where there can be no twin: without /proc, after the user was changed, and for other kinds of files. EPIPE for the
/// write end of a FIFO that nobody reads. The others, like EMFILE, are about this moment.
pub(crate) fn reopen(fd: BorrowedFd<'_>, access: OFlags) -> Result<OwnedFd, Errno> {
    if !is_the_same_when_reopened(fd)? {
        return Err(Errno::OPNOTSUPP);
    }
    let mut path = PATH;
    let path = write_number(&mut path, fd.as_raw_fd());
    match open(path, access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC) {
        Err(Errno::NXIO) if access == OFlags::WRONLY => Err(Errno::PIPE),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS | Errno::PERM | Errno::LOOP) => Err(Errno::OPNOTSUPP),
        result => result,
    }
}

/// open(2). Ours, where there is assembly of ours, as rustix's asserts that the descriptor is not -1.
pub(super) fn open(path: &CStr, flags: OFlags) -> Result<OwnedFd, Errno> {
    const AT_FDCWD: isize = -100;
    if !raw::KNOWN {
        return Ok(rustix::fs::open(path, flags, Mode::empty())?);
    }
    // SAFETY: the path ends with a zero.
    match unsafe {
        raw::syscall4(nr::OPENAT, AT_FDCWD as usize, path.as_ptr().expose_provenance(), flags.bits() as usize, 0)
    } {
        // SAFETY: the kernel has just opened it for us.
        fd @ 0.. => Ok(unsafe { own(fd as RawFd) }),
        errno => Err(Errno::from_raw(-errno as i32)),
    }
}

/// The kinds of files, from inode(7), and devices that are something else each time that they are opened: the kernel's console,
/// and the terminal of whoever opens it.
const S_IFMT: u32 = 0o170000;
const S_IFIFO: u32 = 0o010000;
const S_IFCHR: u32 = 0o020000;
const TTY0: u64 = 4 << 8;
const TTY: u64 = 5 << 8;
const CONSOLE: u64 = 5 << 8 | 1;
const PTMX: u64 = 5 << 8 | 2;

/// A regular file would have a second position, and opening /dev/ptmx makes a new terminal.
// The fields are of other types on other architectures.
#[allow(clippy::unnecessary_cast)]
fn is_the_same_when_reopened(fd: BorrowedFd<'_>) -> Result<bool, Errno> {
    let stat = fstat(fd)?;
    Ok(match stat.st_mode as u32 & S_IFMT {
        S_IFIFO => true,
        S_IFCHR => !matches!(stat.st_rdev as u64, TTY0 | TTY | CONSOLE | PTMX),
        _ => false,
    })
}

/// Where a thread finds its own descriptors. Slashes in a row count as one, so a number has room for ten digits.
///
/// Not /proc/self: that is the main thread's, which may have other descriptors, or be gone.
pub(super) const PATH: [u8; 32] = *b"/proc/thread-self/fd///////////\0";

/// Writes `number` over the last of the slashes.
pub(super) fn write_number(path: &mut [u8; PATH.len()], number: RawFd) -> &CStr {
    let mut rest = number.unsigned_abs();
    for place in path[21..31].iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    // SAFETY: of its bytes the last one is a zero, and no other.
    unsafe { CStr::from_bytes_with_nul_unchecked(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Few machines have all of them to try.
    #[test]
    fn devices_have_the_kernels_numbers() {
        use rustix::fs::makedev;
        assert_eq!([TTY0, TTY, CONSOLE, PTMX], [makedev(4, 0), makedev(5, 0), makedev(5, 1), makedev(5, 2)]);
    }

    #[test]
    fn numbers_of_every_length() {
        for (number, want) in [
            (0, b"/proc/thread-self/fd//////////0\0"),
            (9, b"/proc/thread-self/fd//////////9\0"),
            (10, b"/proc/thread-self/fd/////////10\0"),
            (1024, b"/proc/thread-self/fd///////1024\0"),
            (i32::MAX, b"/proc/thread-self/fd/2147483647\0"),
        ] {
            let mut path = PATH;
            assert_eq!(write_number(&mut path, number).to_bytes_with_nul(), want);
        }
    }
}
