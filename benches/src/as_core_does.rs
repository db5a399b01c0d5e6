//! Core's two loops as a peer: the same calls in the same order as in `Sock::SendComplete` and `Sock::RecvUntilTerminator`.
//!
//! The clock is read before the first attempt and after each that did not finish it, and then the socket is polled, whether
//! there is more to have or not; lines come in pieces of 512 bytes, each peeked at, searched and received.

use std::{
    sync::atomic::{AtomicBool, Ordering::Acquire},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::{AsFd, OwnedFd},
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
};

/// A non-blocking socket, used as Core uses it.
#[derive(Debug)]
pub struct CoreSock(pub OwnedFd);

impl CoreSock {
    /// Sends everything.
    pub fn send_complete(&self, mut data: &[u8], timeout: Duration, interrupt: &AtomicBool) -> Option<()> {
        let end = Instant::now() + timeout;
        loop {
            match send(&self.0, data, SendFlags::NOSIGNAL) {
                Ok(n) if n == data.len() => return Some(()),
                Ok(n) => data = &data[n..],
                Err(Errno::AGAIN) => {}
                Err(_) => return None,
            }
            self.wait_until(end, PollFlags::OUT, interrupt)?;
        }
    }

    /// Receives a line of less than `limit` bytes.
    pub fn recv_until_terminator(
        &self,
        terminator: u8,
        timeout: Duration,
        interrupt: &AtomicBool,
        limit: usize,
    ) -> Option<Vec<u8>> {
        let end = Instant::now() + timeout;
        let mut line = Vec::new();
        while line.len() < limit {
            let mut piece = [0; 512];
            let window = piece.len().min(limit - line.len());
            match recv(&self.0, &mut piece[..window], RecvFlags::PEEK) {
                Ok((0, _)) => return None,
                Ok((seen, _)) => {
                    let hit = piece[..seen].iter().position(|byte| *byte == terminator);
                    let take = hit.map_or(seen, |at| at + 1);
                    let (taken, _) = recv(&self.0, &mut piece[..take], RecvFlags::empty()).ok()?;
                    if taken != take {
                        return None;
                    }
                    line.extend_from_slice(&piece[..hit.unwrap_or(take)]);
                    if hit.is_some() {
                        return Some(line);
                    }
                }
                Err(Errno::AGAIN) => {}
                Err(_) => return None,
            }
            self.wait_until(end, PollFlags::IN, interrupt)?;
        }
        None
    }

    fn wait_until(&self, end: Instant, events: PollFlags, interrupt: &AtomicBool) -> Option<()> {
        let left = end.saturating_duration_since(Instant::now()).min(Duration::from_secs(1));
        if left.is_zero() || interrupt.load(Acquire) {
            return None;
        }
        let time = Timespec { tv_sec: left.as_secs() as _, tv_nsec: left.subsec_nanos() as _ };
        // Core does not look at what came of it either.
        let _ = poll(&mut [PollFd::from_borrowed_fd(self.0.as_fd(), events)], Some(&time));
        Some(())
    }
}
