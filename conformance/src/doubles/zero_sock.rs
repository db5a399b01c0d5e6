//! A stream on which everything succeeds.

use core::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use sockpipe::{Errno, Events, Instant, Interrupt, Peek, Room, Sink, Source, Wait};

use super::{Clock, without_time};

/// Core's `ZeroSock`: takes all that is sent, gives zeros for as long as anybody asks, and is ready for whatever is waited for.
#[derive(Debug, Default)]
pub struct ZeroSock {
    clock: Clock,
}

impl ZeroSock {
    /// Another one, "from" Core's address.
    pub fn accept(&self) -> (Self, SocketAddr) {
        (Self::default(), SocketAddr::from((Ipv4Addr::new(5, 5, 5, 5), 6789)))
    }
}

impl Wait for ZeroSock {
    /// Exactly what was asked for. A wait for nothing, or for time, sleeps.
    fn wait(&self, events: Events, at_most: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        if events.is_empty() || events == Events::TIME {
            self.clock.sleep(at_most.unwrap_or_default());
            return Ok(Events::NONE);
        }
        Ok(without_time(events))
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

impl Sink for ZeroSock {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        Ok(data.len())
    }
}

impl Source for ZeroSock {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let mut n = 0;
        while room.remaining() > 0 {
            n += room.put(&[0; 64]);
        }
        Ok(n)
    }
}

impl Peek for ZeroSock {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.recv(room)
    }
}
