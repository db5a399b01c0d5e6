//! A socket that takes and gives less than it could, for tests of what happens in between.

use std::{cell::Cell, time::Duration};

use sockpipe::{Errno, Events, FdRoom, Instant, Interrupt, RecvFds, Room, SendFds, Sink, Wait};

use super::*;

/// Takes so many bytes at the first call that has descriptors, after so many calls in vain; gives at most so many bytes at a time.
pub struct Halting<'s> {
    pub sock: &'s Sock,
    pub in_vain: Cell<u32>,
    pub first: usize,
    pub at_a_time: usize,
    /// How often descriptors were taken.
    pub handed_over: Cell<u32>,
    /// What each send after that gets for an answer, until it is taken away.
    pub then: Cell<Option<Errno>>,
}

impl<'s> Halting<'s> {
    pub fn new(sock: &'s Sock) -> Self {
        let (first, at_a_time) = (usize::MAX, usize::MAX);
        Self { sock, in_vain: Cell::new(0), first, at_a_time, handed_over: Cell::new(0), then: Cell::new(None) }
    }
}

impl Wait for Halting<'_> {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        self.sock.wait(events, at_most, interrupt)
    }
    fn now(&self) -> Instant {
        self.sock.now()
    }
}

impl Sink for Halting<'_> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        self.send_vectored(&[data])
    }
    fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
        self.then.get().map_or_else(|| self.sock.send_vectored(parts), Err)
    }
}

impl SendFds for Halting<'_> {
    fn send_with_fds(&self, parts: &[&[u8]], fds: &[BorrowedFd<'_>]) -> Result<usize, Errno> {
        if let left @ 1.. = self.in_vain.get() {
            self.in_vain.set(left - 1);
            return if left % 2 == 0 { Err(Errno::AGAIN) } else { Ok(0) };
        }
        self.handed_over.set(self.handed_over.get() + 1);
        let whole = parts.concat();
        self.sock.send_with_fds(&[&whole[..self.first.min(whole.len())]], fds)
    }
    fn passes_fds(&self) -> Result<bool, Errno> {
        Ok(true)
    }
}

impl Source for Halting<'_> {
    fn recv(&self, _: &mut Room<'_>) -> Result<usize, Errno> {
        unreachable!("a link with slots gives room for descriptors")
    }
}

impl RecvFds for Halting<'_> {
    fn recv_with_fds(&self, room: &mut Room<'_>, fds: &mut FdRoom<'_>) -> Result<usize, Errno> {
        let mut part = vec![0; self.at_a_time.min(room.remaining())];
        let n = self.sock.recv_with_fds(&mut Room::from(&mut part[..]), fds)?;
        Ok(room.put(&part[..n]))
    }
}
