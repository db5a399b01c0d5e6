//! A descriptor that is readable from when it is rung until it is hushed: an eventfd(2).
//!
//! Rather than a pipe to oneself: it is one descriptor and not two, a write to it raises no SIGPIPE and needs no kernel of some age
//! for that, and however often it was rung, one read hushes it.

use rustix::{
    event::{EventfdFlags, eventfd},
    fd::OwnedFd,
    io::{read, write},
};

use crate::{Errno, descriptor::descriptor, sys};

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

    /// Makes it readable. Does not block, and may be called in a signal handler.
    pub(crate) fn ring(&self) -> Result<(), Errno> {
        match write(sys::lend(&self.fd), &1_u64.to_ne_bytes()).map_err(Errno::from) {
            // The count is as high as it gets, which is as readable as it gets.
            Ok(_) | Err(Errno::AGAIN) => Ok(()),
            Err(errno) => Err(errno),
        }
    }

    /// Makes it unreadable. Does not block, and may be called in a signal handler.
    pub(crate) fn hush(&self) {
        // It fails when it is quiet already, and otherwise only if somebody has closed it under us.
        let _ = read(sys::lend(&self.fd), &mut [0; 8]);
    }
}

descriptor!(EventFd);
