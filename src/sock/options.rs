//! Socket options, as types: `sock.set_sock_opt(NoDelay(true))?`, `let NoDelay(on) = sock.get_sock_opt()?`.
//!
//! For the many others: `rustix::net::sockopt`, to which a [`Sock`] can be handed as it is.

use core::time::Duration;

use rustix::{fd::BorrowedFd, io::Result, net::sockopt};

use super::Sock;
use crate::Errno;

/// An option that can be read. Sealed.
pub trait Get: sealed::Sealed + Sized {
    #[doc(hidden)]
    fn get(from: BorrowedFd<'_>) -> Result<Self>;
}

/// An option that can be set. Sealed.
pub trait Set: sealed::Sealed {
    #[doc(hidden)]
    fn set(self, on: BorrowedFd<'_>) -> Result<()>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! options {
    ($($(#[$doc:meta])* $name:ident($value:ty): $get:ident, $set:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name(pub $value);

        impl sealed::Sealed for $name {}
        impl Get for $name {
            fn get(from: BorrowedFd<'_>) -> Result<Self> {
                sockopt::$get(from).map(Self)
            }
        }
        impl Set for $name {
            fn set(self, on: BorrowedFd<'_>) -> Result<()> {
                sockopt::$set(on, self.0)
            }
        }
    )* };
}

options! {
    /// TCP_NODELAY: small writes go out at once. tcp(7).
    NoDelay(bool): tcp_nodelay, set_tcp_nodelay;
    /// SO_KEEPALIVE: a silent TCP peer is asked from time to time whether it is still there. socket(7).
    KeepAlive(bool): socket_keepalive, set_socket_keepalive;
    /// SO_REUSEADDR: a TCP port can be bound while connections of its last user linger. socket(7).
    ReuseAddress(bool): socket_reuseaddr, set_socket_reuseaddr;
    /// IPV6_V6ONLY: an IPv6 listener takes no IPv4 connections. ipv6(7).
    V6Only(bool): ipv6_v6only, set_ipv6_v6only;
    /// SO_RCVBUF in bytes. The kernel doubles what is set, and reports that. socket(7).
    RecvBuffer(usize): socket_recv_buffer_size, set_socket_recv_buffer_size;
    /// SO_SNDBUF in bytes. The kernel doubles what is set, and reports that. socket(7).
    SendBuffer(usize): socket_send_buffer_size, set_socket_send_buffer_size;
    /// SO_LINGER, in whole seconds, rounded up. Zero makes closing reset a TCP connection. socket(7).
    Linger(Option<Duration>): socket_linger, set_socket_linger;
}

/// SO_ERROR: the socket's pending error, which reading clears. socket(7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Error(pub Option<Errno>);

impl sealed::Sealed for Error {}
impl Get for Error {
    fn get(from: BorrowedFd<'_>) -> Result<Self> {
        sockopt::socket_error(from).map(|error| Self(error.err().map(Errno::from)))
    }
}

impl Sock {
    /// Reads an option. getsockopt(2).
    ///
    /// # Errors
    /// ENOPROTOOPT or EOPNOTSUPP for one that this kind of socket does not have.
    pub fn get_sock_opt<O: Get>(&self) -> core::result::Result<O, Errno> {
        Ok(O::get(rustix::fd::AsFd::as_fd(self))?)
    }

    /// Sets an option. setsockopt(2).
    ///
    /// # Errors
    /// ENOPROTOOPT or EOPNOTSUPP for one that this kind of socket does not have.
    pub fn set_sock_opt(&self, option: impl Set) -> core::result::Result<(), Errno> {
        Ok(option.set(rustix::fd::AsFd::as_fd(self))?)
    }
}
