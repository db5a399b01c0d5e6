//! A descriptor that is readable from when it is rung until it is hushed: an eventfd(2).
//!
//! Rather than a pipe to oneself: it is one descriptor and not two, a write to it raises no SIGPIPE and needs no kernel of some age
//! for that, and however often it was rung, one read hushes it.

use core::time::Duration;

use rustix::{
    event::{EventfdFlags, eventfd},
    fd::{BorrowedFd, OwnedFd},
    io::{read, write},
};

use super::{OnceFd, lend, now, wait};
use crate::{Errno, Events, Instant, Interrupt, Wait, descriptor::descriptor, sync::const_fn};

/// An eventfd.
#[derive(Debug)]
pub(crate) struct EventFd {
    fd: OwnedFd,
}

impl EventFd {
    /// One that is quiet, close-on-exec and non-blocking.
    pub(crate) fn new() -> Result<Self, Errno> {
        Ok(Self { fd: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)? })
    }

    /// It, lent.
    pub(crate) fn lent(&self) -> LentEventFd<'_> {
        LentEventFd(lend(&self.fd))
    }
}

descriptor!(EventFd);

/// An eventfd that somebody keeps open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LentEventFd<'a>(BorrowedFd<'a>);

/// Perhaps an eventfd.
#[derive(Debug)]
pub(crate) struct OnceEventFd(OnceFd);

impl OnceEventFd {
    const_fn! {
        pub(crate) fn none() -> Self {
            Self(OnceFd::none())
        }
    }

    /// It, if there is one.
    pub(crate) fn get(&self) -> Option<LentEventFd<'_>> {
        self.0.get().map(LentEventFd)
    }

    /// It, made if there is none. Threads that race for it all get the same one.
    pub(crate) fn get_or_make(&self) -> Result<LentEventFd<'_>, Errno> {
        self.0.get_or_open(|| EventFd::new().map(OwnedFd::from)).map(LentEventFd)
    }
}

impl LentEventFd<'_> {
    /// Makes it readable. Does not block, and may be called in a signal handler.
    pub(crate) fn ring(self) -> Result<(), Errno> {
        match write(self.0, &1_u64.to_ne_bytes()).map_err(Errno::from) {
            // The count is as high as it gets, which is as readable as it gets.
            Ok(_) | Err(Errno::AGAIN) => Ok(()),
            Err(errno) => Err(errno),
        }
    }

    /// Makes it unreadable. Does not block, and may be called in a signal handler.
    pub(crate) fn hush(self) -> Result<(), Errno> {
        match read(self.0, &mut [0; 8]).map_err(Errno::from) {
            // It is quiet already.
            Ok(_) | Err(Errno::AGAIN) => Ok(()),
            Err(errno) => Err(errno),
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
        wait(self.0, events, at_most, interrupt)
    }

    fn now(&self) -> Instant {
        now()
    }
}
