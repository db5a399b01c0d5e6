//! Sock and TokenPipe
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "std", test))]
extern crate std;

mod deadline;
mod errno;
mod errno_text;
mod error;
mod events;
mod log;
mod room;
mod signal;
mod stream;
mod sync;
mod sys;
mod transfer;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod sock;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod token_pipe;

pub use deadline::{Deadline, Instant};
pub use errno::{Errno, io_error_is_permanent, network_error_string};
pub use error::{AcceptError, ConnectError, Disconnected, RecvError, RecvExactError, SendError, TokenError, WaitError};
pub use events::Events;
pub use room::Room;
pub use signal::{Interrupt, Lend, Never, Ticket, When};
pub use stream::{Peek, Sink, Source, Stream, Wait};
pub use transfer::{MAX_WAIT_FOR_IO, Text};

#[cfg(any(target_os = "linux", target_os = "android"))]
pub use rustix::fd;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub use sock::{Address, Family, Sock, WaitSet, is_selectable_socket, make_socket_pair, options};
#[cfg(any(target_os = "linux", target_os = "android"))]
pub use token_pipe::{TokenPipe, TokenReader, TokenWriter};
