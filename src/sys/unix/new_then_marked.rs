//! New descriptors, made close-on-exec and non-blocking once they are there, as macOS does not make them so.
//!
//! A process that another thread starts by fork and exec between the two calls inherits them. Whoever cannot have that starts processes with
//! posix_spawn(2) and POSIX_SPAWN_CLOEXEC_DEFAULT.

use rustix::{
    fd::{BorrowedFd, OwnedFd},
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::{FdFlags, fcntl_setfd},
    net::{self, AddressFamily, SocketAddrAny, SocketFlags, SocketType},
};

use crate::Errno;

/// pipe(2).
pub(super) fn pipe() -> Result<(OwnedFd, OwnedFd), Errno> {
    both(rustix::pipe::pipe()?)
}

/// socket(2).
pub(super) fn socket(family: AddressFamily, kind: SocketType) -> Result<OwnedFd, Errno> {
    marked(net::socket(family, kind, None)?)
}

/// socketpair(2).
pub(super) fn pair() -> Result<(OwnedFd, OwnedFd), Errno> {
    both(net::socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::empty(), None)?)
}

/// accept(2).
pub(super) fn accept(fd: BorrowedFd<'_>) -> Result<(OwnedFd, Option<SocketAddrAny>), Errno> {
    let (fd, peer) = net::acceptfrom(fd)?;
    Ok((marked(fd)?, peer))
}

/// What recvmsg(2) brings is not close-on-exec.
#[cfg(feature = "fd-passing")]
pub(super) const RECEIVING: net::RecvFlags = net::RecvFlags::empty();

/// Makes it that.
#[cfg(feature = "fd-passing")]
pub(super) fn received(fd: &OwnedFd) {
    // It fails for what is not open only.
    let _ = fcntl_setfd(fd, FdFlags::CLOEXEC);
}

fn both((a, b): (OwnedFd, OwnedFd)) -> Result<(OwnedFd, OwnedFd), Errno> {
    Ok((marked(a)?, marked(b)?))
}

fn marked(fd: OwnedFd) -> Result<OwnedFd, Errno> {
    fcntl_setfd(&fd, FdFlags::CLOEXEC)?;
    fcntl_setfl(&fd, fcntl_getfl(&fd)? | OFlags::NONBLOCK)?;
    Ok(fd)
}
