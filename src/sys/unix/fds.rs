//! Descriptors over Unix sockets: one call each, which never blocks, whatever mode the descriptor is in, and never raises SIGPIPE.

use core::mem::MaybeUninit;

use rustix::{
    fd::BorrowedFd,
    io::IoSliceMut,
    net::{
        self, AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
        SendAncillaryMessage,
    },
};

use super::{new, sock};
use crate::{Errno, FdRoom, Room, link::MAX_FDS};

/// The most that one message can have, on Linux. Others take about as many, or say EINVAL or EMSGSIZE.
const MOST: usize = MAX_FDS as usize;

/// As many bytes as all control messages that come can have: the descriptors, and what somebody else may have asked the socket for.
const ROOM: usize = rustix::cmsg_space!(ScmRights(MOST)) + 256;

/// Whether the socket's family knows descriptors at all. Others do not refuse them, but drop them. getsockname(2).
pub(crate) fn passes(fd: BorrowedFd<'_>) -> Result<bool, Errno> {
    Ok(net::getsockname(fd)?.address_family() == AddressFamily::UNIX)
}

/// sendmsg(2).
pub(crate) fn send(fd: BorrowedFd<'_>, parts: &[&[u8]], fds: &[BorrowedFd<'_>]) -> Result<usize, Errno> {
    if fds.len() > MOST {
        return Err(Errno::INVAL);
    }
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(fds));
    }
    sock::send_message(fd, parts, &mut control)
}

/// recvmsg(2). Every descriptor that has come is owned before anybody looks at how many there should be. The memory is cleared before.
pub(crate) fn recv(fd: BorrowedFd<'_>, room: &mut Room<'_>, fds: &mut FdRoom<'_>) -> Result<usize, Errno> {
    let mut space = [MaybeUninit::uninit(); ROOM];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    room.put_with(|spare| {
        let flags = RecvFlags::DONTWAIT | new::RECEIVING;
        let message = net::recvmsg(fd, &mut [IoSliceMut::new(spare)], &mut control, flags)?;
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(rights) = message {
                rights.for_each(|fd| {
                    new::received(&fd);
                    fds.put(fd);
                });
            }
        }
        if message.flags.contains(ReturnFlags::CTRUNC) {
            fds.set_truncated();
        }
        Ok(message.bytes)
    })
}
