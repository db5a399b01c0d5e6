//! Connecting to an [`Address`].

use core::mem;

use super::{Address, Sock};
use crate::{ConnectError, Deadline, Interrupt, Wait as _, sys};

impl Sock {
    /// Makes a socket and connects it to `address`: [`stream`](Self::stream), then [`connect`](Self::connect).
    ///
    /// # Errors
    /// Those of both. The socket is closed; nothing is left behind.
    pub fn connect_to(
        address: &Address,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Self, ConnectError> {
        let sock = Self::stream(address.family()).map_err(ConnectError::Failed)?;
        sock.connect(address, deadline, interrupt)?;
        Ok(sock)
    }

    /// Connects to `address`, waiting until the connection is there or is refused. Sets the descriptor non-blocking.
    ///
    /// A Unix listener whose backlog is full is tried again, after 1 to 64 ms, until the deadline; elsewhere than on Linux it refuses, as one who does not
    /// listen. A signal does not end it.
    ///
    /// Core's `ConnectDirectly` in `netbase.cpp` asks SO_ERROR what became of it, which says "connected" for a Unix socket that is
    /// not; here connect(2) itself is asked again, elsewhere than on Linux after SO_ERROR.
    ///
    /// # Errors
    /// After [`ConnectError::TimedOut`] and [`ConnectError::Interrupted`] a TCP connection is still being made: wait for
    /// [`Events::SEND`](crate::Events::SEND) and see [`options::Error`](super::options::Error), or drop the socket. After the others, drop it.
    pub fn connect(
        &self,
        address: &Address,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), ConnectError> {
        self.set_non_blocking().map_err(ConnectError::Failed)?;
        let (fd, mut again) = (sys::lend(&self.fd), false);
        let attempt = || {
            let again = mem::replace(&mut again, true);
            address.with(|ip| sys::sock::connect(fd, ip, again), |unix| sys::sock::connect(fd, unix, again))
        };
        self.connect_with(attempt, deadline, interrupt)
    }
}
