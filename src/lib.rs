//! Bitcoin Core's `Sock` and `TokenPipe` for programs that have no libc, no allocator and no patience.
//!
//! * [`Sock`]: a stream socket whose [`send_complete`](Sink::send_complete) sends everything, whose
//!   [`recv_until_terminator`](Peek::recv_until_terminator) takes a line and not a byte more, and which knows whether its peer is there.
//! * [`LineReader`]: many lines for two system calls, and still not a byte more than the last one.
//! * [`TokenPipe`]: one-byte wake-ups between threads and processes.
//! * `Waker`, `WakePipe`: wakes that make no system call while nobody sleeps; and `PolledWaker`, for event loops.
//! * `ThreadInterrupt`: what stops the threads of a program, from any thread or signal handler, and wakes them at once.
//! * [`link`]: frames over any of these, whole and in order, from several threads without a lock.
//! * [`Readiness`]: a child process says once that it is ready, or why not; that it died is no success.
//!   [`ready`] tells a supervisor: s6, dinit, OpenRC.
//! * [`jobs`]: tokens that programs share which run at the same time, as make, ninja and cargo hand them out and take them.
//! * One [`Deadline`] for a whole operation, and an [`Interrupt`] that ends its waiting: a token pipe at once, a plain flag within a
//!   second. Both hold whatever mode the descriptor is in.
//! * Errors that say how many bytes had moved. Nothing is lost: call again, and it goes on.
//!
//! On Linux it makes bare system calls through rustix, on other Unixes rustix calls the C library. It never allocates and never panics on what a peer or the kernel does.
//!
//! ```
//! # #[cfg(unix)] {
//! use core::time::Duration;
//! use sockpipe::{Deadline, Peek, RecvError, Sink, TokenPipe};
//!
//! let (server, client) = sockpipe::make_socket_pair()?;
//! let (stop, stopper) = TokenPipe::pair()?; // whoever writes a token into `stopper` ends the waiting below at once
//! let patience = Deadline::Within(Duration::from_secs(3));
//!
//! client.send_complete(b"HELLO\nand then raw bytes", patience, &stop)?;
//!
//! let mut line = heapless::String::<80>::new();
//! server.recv_until_terminator(b'\n', &mut line, patience, &stop)?; // the raw bytes are still in the socket
//! assert_eq!(line, "HELLO");
//!
//! stopper.try_token_write(0)?;
//! let mut line = heapless::Vec::<u8, 80>::new();
//! let end = server.recv_until_terminator(b'\n', &mut line, patience, &stop);
//! assert_eq!(end, Err(RecvError::Interrupted { received: 18 })); // and those 18 bytes are in `line`
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Follow one byte
//!
//! [`Sink::send_complete`] → `transfer/send_complete.rs` → `Sink for Sock` → `sys/linux/sock.rs` → rustix → the kernel.
//! The algorithms in `transfer/` know the traits of [`stream`](Stream) and nothing else, so that the same code runs on sockets, on
//! pipes, in memory, under injected faults and in a model checker. Implement [`Peek`] and [`Sink`] for a transport
//! of yours, and it has them all.
//!
//! # What holds everywhere
//!
//! * An operation attempts, then looks at the deadline, then at the interrupt, then waits, and then attempts again
//!   (`transfer/patience.rs`). So what can be done at once is done at once, without reading a clock or polling; a permanent error beats a
//!   timeout, and a timeout beats an interrupt.
//! * No O_NONBLOCK is set on what was adopted, but on a socket by [`Sock::connect`] and [`Sock::accept`]. No process-wide signal disposition is
//!   changed, and writing to somebody who is gone raises no SIGPIPE.
//! * Descriptors are close-on-exec from the start, and owned from the start.
//! * Nothing past a terminator is consumed, ever.
//!
//! # Features
//!
//! None is on by default. `std`: conversions to std's descriptors, sockets and errors, the clock through the vDSO. `tracing`: logs, and
//! needs a global allocator. `defmt`: logs without one, and `defmt::Format` on errors, [`Errno`],
//! [`Events`], [`Deadline`], [`Instant`], `Family`, and a link's [`Format`](link::Format), `Profile` and `Header`. `embedded-io`: links over its `Read` and `Write` (`link::embedded`), and any
//! stream of ours as those (`Blocking`). `embedded-io-async`: the same links over its own, without a runtime (`link::embedded_async`).
//! `fd-passing`: descriptors beside the frames of a [`link`].
//!
//! # Other systems than Linux
//!
//! On macOS, FreeBSD and NetBSD it goes through the C library, and has all of the above. What differs there:
//!
//! * A pipe cannot be asked call by call not to block, nor opened again. So a [`TokenPipe`] is non-blocking, and **a deadline holds on a pipe that was
//!   adopted in blocking mode only while nobody else reads the same end** (or writes to it): see there.
//! * On macOS and NetBSD, a SIGPIPE is kept away by a flag of the open file, which stays with it; and a send on a socket in blocking mode is 2 KiB at
//!   most. On macOS descriptors become close-on-exec right after they were made: a process that is started in between inherits them.
//! * There are no abstract names of Unix sockets, and a connection to a listener whose backlog is full is refused.
//!
//! On what is no Unix only the portable part is there: the traits, the algorithms, deadlines, errors, and links over streams of yours.
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// What only descriptors need lies idle elsewhere.
#![cfg_attr(not(unix), allow(unused))]

#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(feature = "embedded-io")]
mod blocking;
mod deadline;
#[cfg(unix)]
mod descriptor;
mod errno;
mod errno_bsd;
mod errno_text;
mod error;
mod events;
#[cfg(all(feature = "fd-passing", unix))]
mod fds;
pub mod jobs;
pub mod link;
mod log;
#[cfg(sockpipe_loom)]
#[doc(hidden)]
pub mod models;
#[cfg(target_os = "linux")]
mod peek_pipe;
mod room;
mod signal;
#[cfg(unix)]
mod sock;
mod stream;
mod sync;
mod sys;
#[cfg(unix)]
mod token_pipe;
mod transfer;

#[cfg(feature = "embedded-io")]
pub use blocking::{Blocking, BlockingError};
pub use deadline::{Deadline, Instant};
pub use errno::{Errno, io_error_is_permanent, network_error_string};
pub use error::{
    AcceptError, BindError, ConnectError, Disconnected, ReadinessError, RecvError, RecvExactError, SendError,
    TokenError, WaitError,
};
pub use events::Events;
#[cfg(all(feature = "fd-passing", unix))]
pub use fds::{FdRoom, RecvFds, SendFds};
/// The strings and vectors that lines are received into, in the version that fits.
pub use heapless;
#[cfg(target_os = "linux")]
pub use peek_pipe::PeekPipe;
pub use room::Room;
/// Descriptors: rustix's `OwnedFd`, `BorrowedFd` and `AsFd`, which are std's if the feature `std` is on.
#[cfg(unix)]
pub use rustix::fd;
#[cfg(target_has_atomic = "32")]
pub use signal::Gate;
#[cfg(all(unix, target_has_atomic = "64"))]
pub use signal::ThreadInterrupt;
pub use signal::{Interrupt, Lend, Never, Ticket, When};
#[cfg(all(unix, target_has_atomic = "32"))]
pub use signal::{PolledWaker, WakePipe, WakeReader, WakeWriter, Waker};
#[cfg(unix)]
pub use signal::{Readiness, ReadinessNotifier, ready};
#[cfg(unix)]
pub use sock::{Address, Family, Sock, WaitSet, is_selectable_socket, make_socket_pair, options};
pub use stream::{Peek, Sink, Source, Stream, Wait};
#[cfg(unix)]
pub use token_pipe::{TokenPipe, TokenReader, TokenWriter};
pub use transfer::{LineReader, MAX_WAIT_FOR_IO, Text};

/// The traits, for `use sockpipe::prelude::*`: their methods, without their names.
pub mod prelude {
    pub use crate::{Interrupt as _, Peek as _, Sink as _, Source as _, Wait as _};
}

/// The README's example compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
