//! A second opinion on what loom says: the same scenarios on this kernel, with threads, forks, and signals at 10 kHz to each thread.
//!
//! Nothing here depends on how fast anything is. What would sleep for ever is found by deadlines that no machine needs. Run with
//! `SOCKPIPE_STRESS=100` it takes a hundred times as long, and with the sanitizer as `conformance/sanitize` says.
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;
mod forks;
mod handler;
mod latch;
mod published;
mod sleepers;
mod sockets;
mod twins;
mod wakers;

use std::{env, time::Duration};

use conformance::storm::{Storm, Target};
use sockpipe::{Deadline, Events, Never, ThreadInterrupt, WaitSet};

/// More than any machine needs.
const SOON: Deadline = Deadline::Within(Duration::from_secs(60));
/// 10 kHz.
const PAUSE: Duration = Duration::from_micros(100);

/// So many rounds, or as many times more as the environment says.
fn rounds(few: usize) -> usize {
    few * env::var("SOCKPIPE_STRESS").map_or(1, |times| times.parse().expect("SOCKPIPE_STRESS is a number"))
}

/// Whether its descriptor says that it is set.
fn rings(interrupt: &ThreadInterrupt) -> bool {
    let mut set = WaitSet::<1>::new();
    set.add(interrupt, Events::RECV);
    set.wait(Deadline::NOW, &Never) == Ok(1)
}

/// Does it in a storm of signals that disturb and do nothing.
fn in_a_storm<T>(body: impl FnOnce() -> T) -> T {
    let target = Target::calling(|| ());
    let storm = Storm::begin(&target, PAUSE).expect("a timer for this thread");
    let result = body();
    drop(storm);
    result
}
