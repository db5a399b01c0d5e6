//! Files: which one it is, and what can be said to one, whatever the system.

use core::ffi::CStr;

use rustix::{
    fd::{AsFd, BorrowedFd, OwnedFd},
    fs::{FileType, OFlags, Stat, fcntl_getfl, fcntl_setfl, fstat, stat, unlink},
    io::{FdFlags, fcntl_setfd, ioctl_fionread},
};

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

/// Makes reads block: of this description, which nobody else may have.
pub(crate) fn let_block(fd: &OwnedFd) -> Result<(), Errno> {
    let fd = super::lend(fd);
    Ok(fcntl_setfl(fd, fcntl_getfl(fd)? - OFlags::NONBLOCK)?)
}

/// Removes its name. unlink(2).
pub(crate) fn remove(path: &CStr) -> Result<(), Errno> {
    Ok(unlink(path)?)
}

/// How many bytes can be read. FIONREAD.
pub(crate) fn available(fd: BorrowedFd<'_>) -> Result<u64, Errno> {
    Ok(ioctl_fionread(fd)?)
}

/// Keeps it open across exec. F_SETFD.
pub(crate) fn keep_across_exec(fd: &impl AsFd) -> Result<(), Errno> {
    Ok(fcntl_setfd(fd, FdFlags::empty())?)
}
