//! Descriptors over Unix sockets.

use rustix::fd::BorrowedFd;

use super::Sock;
use crate::{Errno, FdRoom, RecvFds, Room, SendFds, sys};

impl SendFds for Sock {
    fn send_with_fds(&self, parts: &[&[u8]], fds: &[BorrowedFd<'_>]) -> Result<usize, Errno> {
        sys::fds::send(sys::lend(&self.fd), parts, fds)
    }

    fn passes_fds(&self) -> Result<bool, Errno> {
        sys::fds::passes(sys::lend(&self.fd))
    }
}

impl RecvFds for Sock {
    fn recv_with_fds(&self, room: &mut Room<'_>, fds: &mut FdRoom<'_>) -> Result<usize, Errno> {
        sys::fds::recv(sys::lend(&self.fd), room, fds)
    }
}
