//! W: waiting for one stream, or for several descriptors.

mod events;
#[cfg(target_os = "linux")]
mod linux;
mod owner;
mod set;
mod state;
mod time;
mod trust;

pub use {events::*, owner::*, set::*, state::*, time::*, trust::*};

use sockpipe::{Deadline, Events};

use super::common::ms;

/// A deadline that is expected to pass.
const WHILE: Deadline = Deadline::Within(ms(20));

/// To receive or to send.
fn either() -> Events {
    Events::RECV | Events::SEND
}

/// Broken, or closed in both directions.
fn gone() -> Events {
    Events::ERROR | Events::HANGUP
}
