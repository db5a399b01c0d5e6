//! Pipes by their names: FIFOs, and the descriptors of this process in /proc. Opened again, they are descriptions of our own, whose
//! mode is nobody else's business.

use core::ffi::CStr;

use rustix::{
    fd::{AsFd, BorrowedFd, OwnedFd},
    fs::{CWD, FileType, Mode, OFlags, Stat, fcntl_getfl, fcntl_setfl, fstat, mkfifoat, stat, unlink},
    io::{FdFlags, fcntl_setfd, ioctl_fionread},
    pipe::fcntl_getpipe_size,
};

use super::twin::{self, PATH, write_number};
use crate::Errno;

/// The longest name that the kernel takes, with the zero at its end. path_resolution(7).
pub(crate) const PATH_MAX: usize = 4096;

/// What stands behind a name or a descriptor: what kind of file, and which one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct File {
    pub(crate) is_fifo: bool,
    pub(crate) is_device: bool,
    pub(crate) is_socket: bool,
    number: (u64, u64),
}

// The fields are of other types on other architectures.
#[allow(clippy::unnecessary_cast)]
impl From<Stat> for File {
    fn from(stat: Stat) -> Self {
        let kind = FileType::from_raw_mode(stat.st_mode as _);
        Self {
            is_fifo: kind == FileType::Fifo,
            is_device: kind == FileType::CharacterDevice,
            is_socket: kind == FileType::Socket,
            number: (stat.st_dev as u64, stat.st_ino as u64),
        }
    }
}

/// What has this name. stat(2).
pub(crate) fn look(path: &CStr) -> Result<File, Errno> {
    Ok(stat(path)?.into())
}

/// What this descriptor belongs to. fstat(2).
pub(crate) fn look_at(fd: &OwnedFd) -> Result<File, Errno> {
    Ok(fstat(super::lend(fd))?.into())
}

/// Room for the name of a descriptor.
pub(crate) type Name = [u8; PATH.len()];

/// The name of this thread's descriptor of that number.
pub(crate) fn name_of(number: i32, buf: &mut Name) -> &CStr {
    *buf = PATH;
    write_number(buf, number)
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

/// Makes reads block: of this description, which nobody else may have.
pub(crate) fn let_block(fd: &OwnedFd) -> Result<(), Errno> {
    let fd = super::lend(fd);
    Ok(fcntl_setfl(fd, fcntl_getfl(fd)? - OFlags::NONBLOCK)?)
}

/// A second descriptor of the same description.
pub(crate) fn duplicate(fd: &OwnedFd) -> Result<OwnedFd, Errno> {
    super::fd::duplicate(fd)
}

/// Makes a FIFO for its owner alone. mkfifo(3).
pub(crate) fn make(path: &CStr) -> Result<(), Errno> {
    Ok(mkfifoat(CWD, path, Mode::RUSR | Mode::WUSR)?)
}

/// Removes its name. unlink(2).
pub(crate) fn remove(path: &CStr) -> Result<(), Errno> {
    Ok(unlink(path)?)
}

/// How many bytes can be read. FIONREAD.
pub(crate) fn available(fd: BorrowedFd<'_>) -> Result<u64, Errno> {
    Ok(ioctl_fionread(fd)?)
}

/// How many bytes fit. F_GETPIPE_SZ.
pub(crate) fn capacity(fd: BorrowedFd<'_>) -> Result<usize, Errno> {
    Ok(fcntl_getpipe_size(fd)?)
}

/// Keeps it open across exec. F_SETFD.
pub(crate) fn keep_across_exec(fd: &impl AsFd) -> Result<(), Errno> {
    Ok(fcntl_setfd(fd, FdFlags::empty())?)
}
