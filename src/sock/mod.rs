//! Sock: a socket that is owned, and whose operations end when they should.

mod accept;
mod address;
mod connect;
#[cfg(feature = "fd-passing")]
mod fds;
pub mod options;
#[cfg(feature = "std")]
mod std_net;
mod wait_set;

pub use address::{Address, Family};
pub use wait_set::WaitSet;

use core::sync::atomic::AtomicU32;

use rustix::{
    fd::{AsFd, AsRawFd, OwnedFd},
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    net::{self, Shutdown, SocketType},
};

use crate::{Disconnected, Errno, Peek, Room, Sink, Source, descriptor::descriptor, log, sys, transfer};

/// A stream socket: TCP or Unix. Closed when dropped.
///
/// Its algorithms are methods of the traits that it implements: [`Sink::send_complete`], [`Peek::recv_until_terminator`],
/// [`Source::recv_exact`], [`Peek::is_connected`], [`Wait::wait_for`](crate::Wait::wait_for).
///
/// Every operation keeps to its deadline whether the descriptor is in blocking mode or not, and none changes the mode, but for
/// two, which have no flag per call: [`connect`](Self::connect) and [`accept`](Self::accept) set it non-blocking. Sockets that this
/// crate makes are non-blocking and close-on-exec; adopted ones are left as they are.
///
/// On macOS each send sets SO_NOSIGPIPE on the socket, which stays with it, for all who share it.
///
/// Datagram sockets must not be adopted: receiving the beginning of a datagram discards its rest. SO_PEEK_OFF must not be set, and
/// SO_RCVLOWAT above 1 delays lines.
///
/// ```
/// # #[cfg(unix)] {
/// use core::time::Duration;
/// use sockpipe::{Deadline, Never, Peek, Sink};
///
/// let (a, b) = sockpipe::make_socket_pair()?;
/// a.send_complete(b"HELLO\nraw bytes", Deadline::Never, &Never)?;
///
/// let mut line = heapless::String::<64>::new();
/// b.recv_until_terminator(b'\n', &mut line, Deadline::Within(Duration::from_secs(3)), &Never)?;
/// assert_eq!(line, "HELLO");
/// let mut rest = [0; 16];
/// assert_eq!(b.recv(&mut rest)?, 9);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sock {
    fd: OwnedFd,
    /// How long recent lines were. See [`Peek::window`].
    window: AtomicU32,
}

impl Sock {
    /// Makes a stream socket that is not connected yet: one `socket(2)`, non-blocking and close-on-exec.
    ///
    /// # Errors
    /// Those of socket(2): EMFILE or ENFILE when there are no descriptors left.
    pub fn stream(family: Family) -> Result<Self, Errno> {
        let sock = Self::from(sys::sock::make(family.into(), SocketType::STREAM)?);
        log::trace!("socket {} made", sock.fd.as_raw_fd());
        Ok(sock)
    }

    /// Sends what can be sent at once: [`Sink::send`], for callers who have not imported the trait.
    ///
    /// # Errors
    /// Those of [`Sink::send`].
    pub fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        sys::sock::send(sys::lend(&self.fd), data)
    }

    /// Receives what is there, into initialised memory. One `recv(2)`; does not block. 0 is the end of the stream, unless `buf` is
    /// empty.
    ///
    /// # Errors
    /// [`Errno::AGAIN`] when nothing is there now; the others of recv(2).
    pub fn recv(&self, buf: &mut [u8]) -> Result<usize, Errno> {
        sys::sock::recv(sys::lend(&self.fd), &mut Room::from(buf))
    }

    /// Looks at what is there, and leaves it. One `recv(2)` with MSG_PEEK; does not block. 0 is the end of the stream, unless
    /// `buf` is empty.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    pub fn peek(&self, buf: &mut [u8]) -> Result<usize, Errno> {
        sys::sock::peek(sys::lend(&self.fd), &mut Room::from(buf))
    }

    /// Tells the peer that no more will be sent; receiving goes on. shutdown(2) with SHUT_WR.
    ///
    /// # Errors
    /// ENOTCONN on a socket that is not connected.
    pub fn shutdown_send(&self) -> Result<(), Errno> {
        log::trace!("socket {} sends no more", self.fd.as_raw_fd());
        Ok(net::shutdown(&self.fd, Shutdown::Write)?)
    }

    /// The address that it is bound to; of a Unix socket that is not, [`Address::Unnamed`]. getsockname(2).
    ///
    /// # Errors
    /// EAFNOSUPPORT for a socket that is neither TCP nor Unix; ENAMETOOLONG for a path of 108 bytes, for which an [`Address`]
    /// has no room.
    pub fn get_sock_name(&self) -> Result<Address, Errno> {
        Address::try_from(net::getsockname(&self.fd)?)
    }

    /// The address that it is connected to. getpeername(2).
    ///
    /// # Errors
    /// ENOTCONN on a socket that is not connected; otherwise those of [`get_sock_name`](Self::get_sock_name).
    pub fn get_peer_name(&self) -> Result<Address, Errno> {
        match net::getpeername(&self.fd)? {
            Some(name) => Address::try_from(name),
            None => Ok(Address::Unnamed),
        }
    }

    /// Puts the descriptor into non-blocking mode, for everyone who shares it. Its other flags stay. fcntl(2).
    ///
    /// The operations of this crate do not need it.
    ///
    /// # Errors
    /// ENOTSOCK for what is no socket, which is left as it is; those of fcntl(2).
    pub fn set_non_blocking(&self) -> Result<(), Errno> {
        let flags = fcntl_getfl(&self.fd)?;
        if !flags.contains(OFlags::NONBLOCK) {
            // A pipe that was adopted by mistake stays as it is: others may share it.
            net::sockopt::socket_type(&self.fd)?;
            fcntl_setfl(&self.fd, flags | OFlags::NONBLOCK)?;
        }
        Ok(())
    }
}

/// Two stream sockets that are connected to each other, non-blocking and close-on-exec. socketpair(2).
///
/// # Errors
/// Those of socketpair(2): EMFILE or ENFILE when there are no descriptors left.
pub fn make_socket_pair() -> Result<(Sock, Sock), Errno> {
    let (a, b) = sys::sock::pair()?;
    Ok((a.into(), b.into()))
}

/// Whether the descriptor's number is small enough for select(2): below 1,024.
///
/// Nothing in this crate needs it to be: waits use ppoll(2).
pub fn is_selectable_socket(fd: impl AsFd) -> bool {
    const FD_SETSIZE: i32 = 1024;
    fd.as_fd().as_raw_fd() < FD_SETSIZE
}

impl Sink for Sock {
    #[inline]
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        sys::sock::send(sys::lend(&self.fd), data)
    }

    fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
        sys::sock::send_vectored(sys::lend(&self.fd), parts)
    }

    fn is_send_vectored(&self) -> bool {
        true
    }

    fn finish(&self) -> Result<(), Errno> {
        self.shutdown_send()
    }
}

impl Source for Sock {
    #[inline]
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        sys::sock::recv(sys::lend(&self.fd), room)
    }
}

impl Peek for Sock {
    #[inline]
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        sys::sock::peek(sys::lend(&self.fd), room)
    }

    #[inline]
    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        sys::sock::consume(sys::lend(&self.fd), seen)
    }

    #[inline]
    fn window(&self) -> Option<&AtomicU32> {
        Some(&self.window)
    }

    /// Beyond the peek, a socket that has nothing to show is asked for its peer: one that is still connecting has none.
    fn is_connected(&self) -> Result<(), Disconnected> {
        transfer::is_connected(self, || match net::getpeername(&self.fd).map_err(Errno::from) {
            Err(Errno::NOTCONN) => Err(Disconnected::Connecting),
            _ => Ok(()),
        })
    }
}

descriptor!(Sock);

/// Adopts a stream socket, in whatever mode it is, and changes nothing about it.
impl From<OwnedFd> for Sock {
    fn from(fd: OwnedFd) -> Self {
        Self { fd, window: AtomicU32::new(0) }
    }
}
