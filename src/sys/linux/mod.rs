//! Linux, by bare system calls where rustix makes them.

mod address;
mod clock;
mod eventfd;
mod fd;
#[cfg(feature = "fd-passing")]
pub(crate) mod fds;
pub(crate) mod fifo;
mod nr;
mod once_fd;
pub(crate) mod pipe;
mod raw;
mod sigpipe;
pub(crate) mod sock;
mod twin;

pub(crate) use address::unix_address;
pub(crate) use clock::now;
pub(crate) use eventfd::{EventFd, OnceEventFd};
pub(crate) use fd::{duplicate_inherited, duplicate_standard};
pub(crate) use once_fd::OnceFd;

use super::{lend, wait::wait};
