//! Connecting, without believing that a connection is there before it is.

use core::time::Duration;

use rustix::net;

use super::{Address, Sock};
use crate::{
    ConnectError, Deadline, Errno, Events, Interrupt, log, sys,
    transfer::{Patience, Stop},
};

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
    /// A Unix listener whose backlog is full is tried again, after 1 to 64 ms, until the deadline. A signal does not end it.
    ///
    /// Core's `ConnectDirectly` in `netbase.cpp` asks SO_ERROR what became of it, which says "connected" for a Unix socket that is
    /// not; here connect(2) itself is asked again.
    ///
    /// # Errors
    /// After [`ConnectError::TimedOut`] and [`ConnectError::Interrupted`] a TCP connection is still being made: wait for
    /// [`Events::SEND`] and see [`options::Error`](super::options::Error), or drop the socket. After the others, drop it.
    pub fn connect(
        &self,
        address: &Address,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), ConnectError> {
        let mut patience = Patience::new(deadline, interrupt);
        self.set_non_blocking().map_err(ConnectError::Failed)?;
        let mut begun = false;
        loop {
            match address.with(|ip| net::connect(self, ip), |unix| net::connect(self, unix)) {
                Ok(()) => return Ok(()),
                Err(Errno::ALREADY) if begun => {}
                Err(Errno::ISCONN) if begun => return Ok(()),
                // After a signal the connection is being made all the same.
                Err(Errno::INPROGRESS | Errno::INTR) => begun = true,
                // The backlog of a Unix listener is full. Nothing tells when it no longer is; this socket itself looks hung up.
                Err(Errno::AGAIN) => {
                    patience.nap_with(sys::now, only_sleep)?;
                    continue;
                }
                Err(errno) => {
                    log::debug!("connect failed with errno {}", errno.raw());
                    return Err(ConnectError::Failed(errno));
                }
            }
            patience.pause(self, Some(Events::SEND))?;
        }
    }
}

fn only_sleep(at_most: Option<Duration>, interrupt: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
    sys::wait_many::<0>(&mut [], at_most, interrupt).map(|()| Events::NONE)
}

impl From<Stop> for ConnectError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimedOut => Self::TimedOut,
            Stop::Interrupted => Self::Interrupted,
            Stop::Failed(errno) => Self::Wait(errno),
        }
    }
}
