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
//! * `duplicate_standard(number)`: standard input or output as a descriptor of ours; and `kind(fd)`, how a descriptor is to be used.
//! * `EventFd`: a descriptor that one program makes readable (`ring`), and quiet again (`hush`); `LentEventFd`, which can do so.
//! * `fds::{send, recv}`, with the feature `fd-passing`: the same with descriptors.
//! * `sock::{send, send_vectored, recv, peek, consume}`: one call each, which never block and never raise SIGPIPE.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::*;

#[cfg(not(target_os = "linux"))]
mod none;
#[cfg(not(target_os = "linux"))]
pub(crate) use none::*;
