//! New descriptors, close-on-exec and non-blocking from the start.

use rustix::{
    fd::{BorrowedFd, OwnedFd},
    net::{self, AddressFamily, SocketAddrAny, SocketFlags, SocketType},
    pipe::{PipeFlags, pipe_with},
};

use crate::Errno;

const FLAGS: SocketFlags = SocketFlags::CLOEXEC.union(SocketFlags::NONBLOCK);

/// pipe2(2).
pub(super) fn pipe() -> Result<(OwnedFd, OwnedFd), Errno> {
    Ok(pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?)
}

/// socket(2).
pub(super) fn socket(family: AddressFamily, kind: SocketType) -> Result<OwnedFd, Errno> {
    Ok(net::socket_with(family, kind, FLAGS, None)?)
}

/// socketpair(2).
pub(super) fn pair() -> Result<(OwnedFd, OwnedFd), Errno> {
    Ok(net::socketpair(AddressFamily::UNIX, SocketType::STREAM, FLAGS, None)?)
}

/// accept4(2).
pub(super) fn accept(fd: BorrowedFd<'_>) -> Result<(OwnedFd, Option<SocketAddrAny>), Errno> {
    Ok(net::acceptfrom_with(fd, FLAGS)?)
}

/// What recvmsg(2) brings, with MSG_CMSG_CLOEXEC.
#[cfg(feature = "fd-passing")]
pub(super) const RECEIVING: net::RecvFlags = net::RecvFlags::CMSG_CLOEXEC;

/// That is close-on-exec already.
#[cfg(feature = "fd-passing")]
pub(super) fn received(_fd: &OwnedFd) {}
