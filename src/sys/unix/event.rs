//! A descriptor that is readable from when it is rung until it is hushed: a pipe to oneself, as there is no eventfd(2).
//!
//! Rather than a kqueue with EVFILT_USER, which is one descriptor and not two: a pipe is there on every system, and works the same.
//!
//! # Safety
//! This file owns two descriptors as one number, so that threads which race for them get both of the same pipe. The one fact it relies on: `fds`
//! is NONE, or two descriptors that this OnceEventFd has opened, that nobody else closes, and that stay open until it is dropped.
#![allow(unsafe_code)]

use core::time::Duration;

use rustix::{
    fd::{BorrowedFd, IntoRawFd, OwnedFd, RawFd},
    io::{read, write},
};

use super::{
    super::lend::{borrow, own},
    errno, lend, new, now, wait,
};
use crate::{
    Errno, Events, Instant, Interrupt, Wait,
    descriptor::descriptor,
    sync::{AtomicU64, Ordering, const_fn},
};

/// The pipe. What is polled is the end to read from.
#[derive(Debug)]
pub(crate) struct EventFd {
    fd: OwnedFd,
    writer: OwnedFd,
}

impl EventFd {
    /// One that is quiet, close-on-exec and non-blocking.
    pub(crate) fn new() -> Result<Self, Errno> {
        let (fd, writer) = new::pipe()?;
        Ok(Self { fd, writer })
    }

    /// It, lent.
    pub(crate) fn lent(&self) -> LentEventFd<'_> {
        LentEventFd { reader: lend(&self.fd), writer: lend(&self.writer) }
    }
}

descriptor!(EventFd);

/// One that somebody keeps open. As both ends are, a write raises no SIGPIPE.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LentEventFd<'a> {
    reader: BorrowedFd<'a>,
    writer: BorrowedFd<'a>,
}

impl LentEventFd<'_> {
    /// Makes it readable. Does not block, and may be called in a signal handler.
    pub(crate) fn ring(self) -> Result<(), Errno> {
        loop {
            match errno::kept(|| write(self.writer, &[0])).map_err(Errno::from) {
                Err(Errno::INTR) => {}
                // Full is as readable as it gets.
                Ok(_) | Err(Errno::AGAIN) => return Ok(()),
                Err(errno) => return Err(errno),
            }
        }
    }

    /// Makes it unreadable, however often it was rung. Does not block, and may be called in a signal handler.
    pub(crate) fn hush(self) -> Result<(), Errno> {
        let mut rings = [0; 64];
        loop {
            match errno::kept(|| read(self.reader, &mut rings)).map_err(Errno::from) {
                Ok(n) if n == rings.len() => {}
                Err(Errno::INTR) => {}
                Ok(_) | Err(Errno::AGAIN) => return Ok(()),
                Err(errno) => return Err(errno),
            }
        }
    }
}

impl Wait for LentEventFd<'_> {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        wait(self.reader, events, at_most, interrupt)
    }

    fn now(&self) -> Instant {
        now()
    }
}

/// Perhaps one.
#[derive(Debug)]
pub(crate) struct OnceEventFd {
    /// The reader's number above the writer's.
    fds: AtomicU64,
}

const NONE: u64 = u64::MAX;

fn pack(event: EventFd) -> u64 {
    u64::from(event.fd.into_raw_fd() as u32) << 32 | u64::from(event.writer.into_raw_fd() as u32)
}

fn unpack(fds: u64) -> (RawFd, RawFd) {
    ((fds >> 32) as RawFd, fds as RawFd)
}

impl OnceEventFd {
    const_fn! {
        pub(crate) fn none() -> Self {
            Self { fds: AtomicU64::new(NONE) }
        }
    }

    /// It, if there is one.
    pub(crate) fn get(&self) -> Option<LentEventFd<'_>> {
        // Acquire: the open descriptors happened before.
        match self.fds.load(Ordering::Acquire) {
            NONE => None,
            fds => Some(self.lent(fds)),
        }
    }

    /// It, made if there is none. Threads that race for it all get the same one.
    pub(crate) fn get_or_make(&self) -> Result<LentEventFd<'_>, Errno> {
        if let Some(lent) = self.get() {
            return Ok(lent);
        }
        let made = pack(EventFd::new()?);
        // Release: publishes the open descriptors. Acquire: the other ones are open.
        match self.fds.compare_exchange(NONE, made, Ordering::Release, Ordering::Acquire) {
            Ok(_) => Ok(self.lent(made)),
            Err(first) => {
                // Another thread was faster, and nobody has seen ours.
                close(made);
                Ok(self.lent(first))
            }
        }
    }

    /// For what `self.fds` is.
    fn lent(&self, fds: u64) -> LentEventFd<'_> {
        let (reader, writer) = unpack(fds);
        // SAFETY: it is open, and stays so as long as `self` is borrowed.
        let reader = unsafe { borrow(reader) };
        // SAFETY: as above.
        let writer = unsafe { borrow(writer) };
        LentEventFd { reader, writer }
    }
}

/// For two that nobody uses any more.
fn close(fds: u64) {
    let (reader, writer) = unpack(fds);
    // SAFETY: it is open, it is ours, and nobody can borrow it any more.
    drop(unsafe { own(reader) });
    // SAFETY: as above.
    drop(unsafe { own(writer) });
}

impl Drop for OnceEventFd {
    fn drop(&mut self) {
        // Relaxed: whoever drops it has it alone.
        match self.fds.load(Ordering::Relaxed) {
            NONE => {}
            fds => close(fds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Never;

    #[test]
    fn however_often_it_was_rung_it_is_hushed() -> Result<(), Errno> {
        let event = EventFd::new()?;
        let is_readable = || event.lent().wait(Events::RECV, Some(Duration::ZERO), &Never);
        for rings in [0, 1, 63, 64, 65, 200_000] {
            assert_eq!(is_readable(), Ok(Events::NONE));
            (0..rings).try_for_each(|_| event.lent().ring())?;
            assert_eq!(is_readable() == Ok(Events::RECV), rings > 0);
            event.lent().hush()?;
        }
        assert_eq!(is_readable(), Ok(Events::NONE));
        event.lent().hush()
    }
}
