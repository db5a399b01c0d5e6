//! Sockets: one call each, which never blocks, whatever mode the descriptor is in, and never raises SIGPIPE.

use rustix::{
    fd::{BorrowedFd, OwnedFd},
    io::IoSlice,
    net::{
        self, AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketAddrAny, SocketFlags, SocketType,
        addr::SocketAddrArg,
    },
};

pub(crate) use super::super::recv::{peek, recv};
use crate::{Errno, stream::PARTS};

/// What every new socket is.
const FLAGS: SocketFlags = SocketFlags::CLOEXEC.union(SocketFlags::NONBLOCK);

/// A new socket, close-on-exec and non-blocking. socket(2).
pub(crate) fn make(family: AddressFamily, kind: SocketType) -> Result<OwnedFd, Errno> {
    Ok(net::socket_with(family, kind, FLAGS, None)?)
}

/// Two stream sockets, close-on-exec and non-blocking. socketpair(2).
pub(crate) fn pair() -> Result<(OwnedFd, OwnedFd), Errno> {
    Ok(net::socketpair(AddressFamily::UNIX, SocketType::STREAM, FLAGS, None)?)
}

/// accept4(2). The new one is close-on-exec and non-blocking.
pub(crate) fn accept(fd: BorrowedFd<'_>) -> Result<(OwnedFd, Option<SocketAddrAny>), Errno> {
    Ok(net::acceptfrom_with(fd, FLAGS)?)
}

/// connect(2), which asked again says what has become of a connection that was being made.
pub(crate) fn connect(fd: BorrowedFd<'_>, address: &impl SocketAddrArg, _again: bool) -> Result<(), Errno> {
    Ok(net::connect(fd, address)?)
}

/// send(2).
pub(crate) fn send(fd: BorrowedFd<'_>, data: &[u8]) -> Result<usize, Errno> {
    Ok(net::send(fd, data, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)?)
}

/// sendmsg(2).
pub(crate) fn send_vectored(fd: BorrowedFd<'_>, parts: &[&[u8]]) -> Result<usize, Errno> {
    let mut slices = [IoSlice::new(&[]); PARTS];
    slices.iter_mut().zip(parts).for_each(|(slice, part)| *slice = IoSlice::new(part));
    let slices = slices.get(..parts.len()).unwrap_or(&slices);
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    Ok(net::sendmsg(fd, slices, &mut SendAncillaryBuffer::default(), flags)?)
}

/// recv(2) with MSG_TRUNC: TCP throws the bytes away uncopied, other sockets write them where they stand already. One call is
/// right for both, so nobody asks which it is.
pub(crate) fn consume(fd: BorrowedFd<'_>, seen: &mut [u8]) -> Result<usize, Errno> {
    let (n, _) = net::recv(fd, seen, RecvFlags::DONTWAIT | RecvFlags::TRUNC)?;
    Ok(n)
}
