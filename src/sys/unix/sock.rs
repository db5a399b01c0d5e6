//! Sockets: one call each, which never blocks, whatever mode the descriptor is in, and never raises SIGPIPE.
//!
//! FreeBSD knows MSG_DONTWAIT and MSG_NOSIGNAL for all of it. macOS passes over the first one when it sends (xnu's `sosendcheck` asks for the
//! socket's mode only), so there a socket in blocking mode is polled, and then sent no more than it must have room for. The one thing that could use that room up
//! meanwhile is another one who sends, whose bytes would be mixed with ours. Instead of the second it has SO_NOSIGPIPE, which stays with the
//! socket, for all who share it. It is set before each send, as an adopted socket may be anybody's.

use core::time::Duration;

use heapless::Vec;
use rustix::{
    fd::{BorrowedFd, OwnedFd},
    fs::{OFlags, fcntl_getfl},
    io::IoSlice,
    net::{
        self, AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketAddrAny, SocketType, addr::SocketAddrArg,
        sockopt,
    },
};

pub(crate) use super::super::recv::{peek, recv};
use super::{new, wait};
use crate::{Errno, Events, Never, stream::PARTS};

/// A new socket, close-on-exec and non-blocking.
pub(crate) fn make(family: AddressFamily, kind: SocketType) -> Result<OwnedFd, Errno> {
    new::socket(family, kind)
}

/// Two stream sockets, close-on-exec and non-blocking.
pub(crate) fn pair() -> Result<(OwnedFd, OwnedFd), Errno> {
    new::pair()
}

/// The new one is close-on-exec and non-blocking.
pub(crate) fn accept(fd: BorrowedFd<'_>) -> Result<(OwnedFd, Option<SocketAddrAny>), Errno> {
    new::accept(fd)
}

/// connect(2). Asked `again`, it says what has become of a connection that was being made.
///
/// Elsewhere than on Linux a second call does not say why the first has failed, but begins anew, or says EINVAL. SO_ERROR does.
pub(crate) fn connect(fd: BorrowedFd<'_>, address: &impl SocketAddrArg, again: bool) -> Result<(), Errno> {
    if again {
        sockopt::socket_error(fd)??;
    }
    Ok(net::connect(fd, address)?)
}

/// Whether sends can be asked not to block. (NetBSD may be able to; nobody has looked.)
const CAN_SEND_WITHOUT_WAITING: bool =
    cfg!(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "dragonfly"))
        && !cfg!(sockpipe_force_apple);

/// The least room that makes a socket writable, unless somebody has set SO_SNDLOWAT: MCLBYTES.
const LOW_WATER: usize = 2048;

#[cfg(target_vendor = "apple")]
const QUIETLY: SendFlags = SendFlags::empty();
#[cfg(not(target_vendor = "apple"))]
const QUIETLY: SendFlags = SendFlags::NOSIGNAL;
const SENDING: SendFlags = if CAN_SEND_WITHOUT_WAITING { SendFlags::DONTWAIT.union(QUIETLY) } else { QUIETLY };

/// send(2).
pub(crate) fn send(fd: BorrowedFd<'_>, data: &[u8]) -> Result<usize, Errno> {
    let most = most(fd)?;
    Ok(net::send(fd, data.get(..most).unwrap_or(data), SENDING)?)
}

/// sendmsg(2).
pub(crate) fn send_vectored(fd: BorrowedFd<'_>, parts: &[&[u8]]) -> Result<usize, Errno> {
    send_message(fd, parts, &mut SendAncillaryBuffer::default())
}

pub(super) fn send_message(
    fd: BorrowedFd<'_>,
    parts: &[&[u8]],
    control: &mut SendAncillaryBuffer<'_, '_, '_>,
) -> Result<usize, Errno> {
    let mut most = most(fd)?;
    let mut slices = Vec::<_, PARTS>::new();
    for part in parts.iter().take(PARTS) {
        let part = part.get(..most).unwrap_or(part);
        most -= part.len();
        // It takes no more than fit.
        let _ = slices.push(IoSlice::new(part));
    }
    Ok(net::sendmsg(fd, &slices, control, SENDING)?)
}

/// How many bytes can be sent so that it will not block. Sees to it that SIGPIPE is not raised.
fn most(fd: BorrowedFd<'_>) -> Result<usize, Errno> {
    #[cfg(target_vendor = "apple")]
    sockopt::set_socket_nosigpipe(fd, true).map_err(|errno| match errno {
        // One that is closed in both directions can be set nothing any more.
        rustix::io::Errno::INVAL => Errno::PIPE,
        errno => errno.into(),
    })?;
    if CAN_SEND_WITHOUT_WAITING || fcntl_getfl(fd)?.contains(OFlags::NONBLOCK) {
        return Ok(usize::MAX);
    }
    // What is no socket may never be ready.
    sockopt::socket_type(fd)?;
    let events = wait(fd, Events::SEND, Some(Duration::ZERO), &Never)?;
    if events.intersects(Events::SEND | Events::HANGUP) {
        return Ok(LOW_WATER);
    }
    // An error alone is no room. It is the socket's, or Linux has another queue of them.
    sockopt::socket_error(fd)??;
    Err(Errno::AGAIN)
}

/// recv(2), over what stands there already. MSG_TRUNC throws nothing away here.
pub(crate) fn consume(fd: BorrowedFd<'_>, seen: &mut [u8]) -> Result<usize, Errno> {
    let (n, _) = net::recv(fd, seen, RecvFlags::DONTWAIT)?;
    Ok(n)
}
