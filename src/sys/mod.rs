//! The operating system. Each must provide:
//!
//! * `Handle<'a>`: what an interrupt lends, to be waited for together with a stream. Uninhabited where nothing can be polled.
//!
//! and, where there are descriptors:
//!
//! * `now()`: the monotonic clock.
//! * `lend(fd)`: an owned descriptor, borrowed.
//! * `wait(fd, …)` and `wait_many(entries, …)`, with what an `Entry` is: one poll.
//! * `pipe::{make, read, write}`: token pipes, whose reads and writes never block and never raise SIGPIPE; and `OnceFd`, what an end
//!   has to keep for that. `pipe::{read_blocking, write_blocking}` sleep if the descriptor is in blocking mode.
//! * `fifo`: pipes opened again by their names, and counted.
//! * `place::{look, lock, remove}`: the places of socket files, and the locks on them.
//! * `duplicate_standard(number)`, `duplicate_inherited(number)`: standard input or output, or what a number stands for, as a descriptor of
//!   ours; and `kind(fd)`, how a descriptor is to be used.
//! * `EventFd`: a descriptor that one program makes readable (`ring`), and quiet again (`hush`); `LentEventFd`, which can do so, and
//!   `OnceEventFd`, made when it is first needed.
//! * `fds::{send, recv}`, with the feature `fd-passing`: the same with descriptors.
//! * `sock::{make, pair, accept, connect}`: sockets, close-on-exec and non-blocking.
//! * `sock::{send, send_vectored, recv, peek, consume}`: one call each, which never block and never raise SIGPIPE.
//!
//! What all that have descriptors share stands beside this file. The cfg `sockpipe_force_unix` takes Linux for any other Unix, to try that there.

#[cfg(unix)]
mod clock;
#[cfg(unix)]
mod file;
#[cfg(unix)]
mod kind;
#[cfg(unix)]
mod lend;
#[cfg(unix)]
pub(crate) mod place;
#[cfg(unix)]
mod recv;
#[cfg(target_feature = "sse2")]
pub(crate) mod vector;
#[cfg(unix)]
mod wait;

#[cfg(unix)]
pub(crate) use self::{
    file::File,
    kind::{Kind, kind},
    lend::lend,
    wait::{Entry, wait, wait_many},
};

/// What an interrupt lends: a descriptor that is readable once it is set.
#[cfg(unix)]
pub type Handle<'a> = rustix::fd::BorrowedFd<'a>;

#[cfg(all(target_os = "linux", not(sockpipe_force_unix)))]
mod linux;
#[cfg(all(target_os = "linux", not(sockpipe_force_unix)))]
pub(crate) use linux::*;

#[cfg(all(unix, any(not(target_os = "linux"), sockpipe_force_unix)))]
mod unix;
#[cfg(all(unix, any(not(target_os = "linux"), sockpipe_force_unix)))]
pub(crate) use unix::*;

#[cfg(not(any(
    not(unix),
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd"
)))]
compile_error!("sockpipe does not know this Unix yet: src/sys/unix says what it takes");

#[cfg(not(unix))]
mod none;
#[cfg(not(unix))]
pub(crate) use none::*;
