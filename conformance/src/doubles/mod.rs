//! Core's test doubles over our seam (`test/util/net.h`, `test/fuzz/util/net.h`): streams in memory that answer everything, say one
//! thing, talk to each other, or do what lent bytes say.
//!
//! They behave as Core's do, but for quirks that each file names. None is a [`World`](crate::World): two [`DynSock`]s are what the
//! [`Loopback`](crate::worlds::Loopback) is, without its limits, resets and agenda, so the list would be run twice in one world; the
//! others have no peer.

mod dyn_sock;
mod fuzzed_sock;
mod input;
mod static_contents;
mod zero_sock;

pub use dyn_sock::{Backlog, DynSock, Pipes};
pub use fuzzed_sock::{Failure, FuzzedInterrupt, FuzzedSock};
pub use input::Input;
pub use static_contents::StaticContentsSock;
pub use zero_sock::ZeroSock;

use core::{cell::Cell, time::Duration};

use sockpipe::{Events, Instant};

/// What of `asked` can occur.
fn without_time(asked: Events) -> Events {
    let events = [Events::RECV, Events::SEND, Events::ERROR, Events::HANGUP].into_iter();
    events.filter(|event| asked.contains(*event)).fold(Events::NONE, |all, event| all | event)
}

/// A clock that stands still but for what waits sleep.
#[derive(Debug, Default)]
pub struct Clock(Cell<u64>);

impl Clock {
    /// The time.
    pub fn now(&self) -> Instant {
        Instant::from_nanos(self.0.get())
    }

    /// Lets this time pass.
    pub fn sleep(&self, time: Duration) {
        self.0.set(self.now().saturating_add(time).as_nanos());
    }
}
