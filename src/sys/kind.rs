//! How a descriptor is read and written: that depends on what it belongs to.

use rustix::{
    fd::OwnedFd,
    fs::{FileType, fstat},
};

/// What a descriptor belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Asked call by call not to block, with MSG_DONTWAIT.
    Socket,
    /// A regular file or a block device: there is nobody to wait for. A poll finds it ready, always.
    File,
    /// Pipes, FIFOs, ttys and other devices.
    Pipe,
}

/// fstat(2). What cannot be looked at counts as a pipe: reading and writing it will say what is wrong.
pub(crate) fn kind(fd: &OwnedFd) -> Kind {
    match fstat(super::lend(fd)).map(|stat| FileType::from_raw_mode(stat.st_mode as _)) {
        Ok(FileType::Socket) => Kind::Socket,
        Ok(FileType::RegularFile | FileType::BlockDevice) => Kind::File,
        _ => Kind::Pipe,
    }
}
