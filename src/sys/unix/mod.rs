//! Other Unixes than Linux, through libc: macOS, FreeBSD and their like.
//!
//! What Linux can be asked call by call, these cannot, or not all of them:
//!
//! * A read or write of a pipe blocks if the pipe is in blocking mode. Pipes that are made here are not; those that are adopted are polled first.
//!   See `pipe.rs` for what that leaves open.
//! * macOS and NetBSD may let a send block on a socket that does, whatever it is asked. See `sock.rs`.
//! * No MSG_NOSIGNAL on macOS, and nothing like it for pipes anywhere: see `sigpipe`.
//! * macOS makes no descriptor that is close-on-exec from the start: see `new`.
//!
//! The cfg `sockpipe_force_unix` takes Linux for one of these, as FreeBSD is one; `sockpipe_force_apple`, with that, as macOS.

mod address;
mod clock;
mod duplicate;
mod errno;
mod event;
#[cfg(feature = "fd-passing")]
pub(crate) mod fds;
pub(crate) mod fifo;
#[cfg_attr(any(target_vendor = "apple", sockpipe_force_apple), path = "new_then_marked.rs")]
mod new;
pub(crate) mod pipe;
#[cfg_attr(any(target_vendor = "apple", target_os = "netbsd"), path = "sigpipe_flag.rs")]
mod sigpipe;
pub(crate) mod sock;
mod twin;

pub(crate) use address::unix_address;
pub(crate) use clock::now;
pub(crate) use duplicate::{duplicate_inherited, duplicate_standard};
pub(crate) use event::{EventFd, OnceEventFd};
pub(crate) use twin::OnceFd;

use super::{lend, wait::wait};
