//! Linux, by bare system calls where rustix makes them.

mod clock;
#[cfg(target_has_atomic = "64")]
mod eventfd;
mod fd;
pub(crate) mod fifo;
pub(crate) mod pipe;
mod raw;
mod sigpipe;
pub(crate) mod sock;
mod twin;
mod wait;

pub(crate) use clock::now;
#[cfg(target_has_atomic = "64")]
pub(crate) use eventfd::EventFd;
pub(crate) use fd::lend;
pub(crate) use twin::Twin;
pub(crate) use wait::{Entry, wait, wait_many};

/// What an interrupt lends: a descriptor that is readable once it is set.
pub type Handle<'a> = rustix::fd::BorrowedFd<'a>;
