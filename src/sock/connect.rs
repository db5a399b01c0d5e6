//! Connecting, without believing that a connection is there before it is.

use core::time::Duration;

use rustix::net;

use super::{Address, Sock, options};
use crate::{
    ConnectError, Deadline, Errno, Events, Interrupt, log, sys,
    transfer::{Patience, Stop},
};

impl Sock {
    /// Connects to `address`, waiting until the connection is there or is refused. Sets the descriptor non-blocking.
    ///
    /// A Unix listener whose backlog is full is tried again, after 1 to 64 ms, until the deadline. A signal does not end it.
    ///
    /// Core's `ConnectDirectly` in `netbase.cpp` asks SO_ERROR alone, which says "connected" for a Unix socket that is not; here
    /// getpeername(2) has the last word.
    ///
    /// # Errors
    /// After [`ConnectError::TimedOut`] and [`ConnectError::Interrupted`] a TCP connection is still being made: wait for
    /// [`Events::SEND`] and see [`options::Error`], or drop the socket. After the others, drop it.
    pub fn connect(
        &self,
        address: &Address,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), ConnectError> {
        let mut patience = Patience::new(deadline, interrupt);
        self.set_non_blocking().map_err(ConnectError::Failed)?;
        loop {
            match address.with(|ip| net::connect(self, ip), |unix| net::connect(self, unix)) {
                Ok(()) => return Ok(()),
                // After a signal the connection is being made all the same.
                Err(Errno::INPROGRESS | Errno::INTR) => break,
                // The backlog of a Unix listener is full. Nothing tells when it no longer is; this socket itself looks hung up.
                Err(Errno::AGAIN) => patience.nap_with(sys::now, only_sleep)?,
                Err(errno) => {
                    log::debug!("connect failed with errno {}", errno.raw());
                    return Err(ConnectError::Failed(errno));
                }
            };
        }
        while patience.pause(self, Events::SEND)?.is_empty() {}
        match self.get_sock_opt::<options::Error>().map_err(ConnectError::Failed)? {
            options::Error(Some(errno)) => {
                log::debug!("connect failed with errno {}", errno.raw());
                Err(ConnectError::Failed(errno))
            }
            options::Error(None) => self.get_peer_name().map(drop).map_err(ConnectError::Failed),
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
