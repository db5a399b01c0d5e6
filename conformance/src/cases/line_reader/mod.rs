//! K: reading lines through a window.

mod calls;
mod copies;
mod faults;
#[cfg(target_os = "linux")]
mod linux;
mod partial;
mod position;

pub use calls::*;
pub use copies::*;
pub use faults::*;
pub use partial::*;
pub use position::*;

on_linux! { linux:
    /// K-19
    pipe
}

use core::time::Duration;

use sockpipe::{Deadline, Events, LineReader, Peek};

use crate::faulty::Fault;

/// On a fake clock that stands at 0: a second, and how a wait for all of it looks in the log.
const SECOND: Deadline = Deadline::Within(Duration::from_secs(1));
const ALL_OF_IT: Option<Duration> = Some(Duration::from_secs(1));
/// What a wait returns when there are bytes.
const READY: Fault = Fault::Ready(Events::RECV);

/// Both ways: whether it is lazy.
const BOTH: [bool; 2] = [false, true];

/// A reader of one or the other way.
fn reader<'s, 'w, S: Peek>(is_lazy: bool, stream: &'s mut S, window: &'w mut [u8]) -> LineReader<'s, 'w, S> {
    if is_lazy { LineReader::lazy(stream, window) } else { LineReader::eager(stream, window) }
}
