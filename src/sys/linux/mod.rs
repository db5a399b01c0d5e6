//! Linux, by bare system calls where rustix makes them.

mod clock;
mod eventfd;
mod fd;
#[cfg(feature = "fd-passing")]
pub(crate) mod fds;
pub(crate) mod fifo;
mod kind;
mod once_fd;
pub(crate) mod pipe;
pub(crate) mod place;
mod raw;
mod sigpipe;
pub(crate) mod sock;
mod twin;
mod wait;

pub(crate) use clock::now;
pub(crate) use eventfd::{EventFd, LentEventFd};
pub(crate) use fd::{duplicate_standard, lend};
pub(crate) use kind::{Kind, kind};
pub(crate) use once_fd::OnceFd;
pub(crate) use wait::{Entry, wait, wait_many};

/// What an interrupt lends: a descriptor that is readable once it is set.
pub type Handle<'a> = rustix::fd::BorrowedFd<'a>;
