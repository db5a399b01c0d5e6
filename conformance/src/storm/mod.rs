//! Tokens that go there and back while signals rain on everybody who moves them: none may be lost, and none may come twice.
//!
//! Each thread has a timer that fires at it, and a handler, installed without SA_RESTART, which sets a `ThreadInterrupt` or writes
//! a token: with each signal the operation that waits at that moment ends as interrupted, and is begun anew. The tokens are of a
//! sequence that does not repeat soon, and every one is compared with the one that must come.

mod lane;
mod signals;
mod worker;

use core::{sync::atomic::Ordering::Relaxed, time::Duration};
use std::{string::String, sync::mpsc, thread, time::Instant, vec::Vec};

pub use lane::KINDS;
use lane::Lane;
pub use signals::{Storm, Target};
use worker::Shared;

/// The token with this number: one of 256, in no order that a token more or less would fit into.
pub(crate) fn token(n: u64) -> u8 {
    (n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8
}

/// What came of one lane.
#[derive(Debug)]
pub struct Report {
    /// How its tokens went.
    pub name: &'static str,
    /// How many of them, there and back.
    pub round_trips: u64,
    /// How long it took.
    pub time: Duration,
    /// How many signals came to its threads.
    pub signals: u64,
    /// How many tokens their handlers have written; all were read.
    pub ticks: u64,
    /// How many operations were ended by the handler, and begun anew.
    pub interrupted: u64,
}

/// So many round trips, all lanes at the same time, with a signal to each thread each time that `pause` has passed; `progress` is
/// told now and then how many are done. It forks, so the caller has no other threads, or none that hold a lock.
///
/// The error says which token was lost or came twice, or what kept it from beginning.
pub fn run(round_trips: u64, pause: Duration, progress: &dyn Fn(u64)) -> Result<Vec<Report>, String> {
    let mut left = round_trips;
    let mut lanes = Vec::new();
    for (n, kind) in KINDS.iter().enumerate() {
        // The last one has what is left.
        let trips = if n + 1 == KINDS.len() { left } else { round_trips * kind.share / 10 };
        left -= trips;
        lanes.push((kind.name, trips, Lane::new(*kind, trips, pause)?));
    }
    let (shared, begin) = (Shared::default(), Instant::now());
    let (tell, hear) = mpsc::channel();
    let mut reports = Vec::new();
    thread::scope(|scope| {
        let expected = lanes.len();
        for (name, round_trips, lane) in lanes {
            let (tell, shared) = (tell.clone(), &shared);
            scope.spawn(move || {
                let result = lane.run(shared).map(|[signals, ticks, interrupted]| Report {
                    name,
                    round_trips,
                    time: begin.elapsed(),
                    signals,
                    ticks,
                    interrupted,
                });
                // The receiver is there until all have told.
                let _ = tell.send(result);
            });
        }
        while reports.len() < expected {
            match hear.recv_timeout(Duration::from_millis(200)) {
                Ok(result) => reports.push(result),
                Err(_) => progress(shared.done.load(Relaxed)),
            }
        }
    });
    // The first failure is the reason of the others.
    match shared.failure.into_inner() {
        Some(why) => Err(why),
        None => reports.into_iter().collect(),
    }
}
