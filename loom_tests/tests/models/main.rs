//! Models of the crate's concurrent code: loom runs the real code through the interleavings that it tells apart, within the bounds.
//!
//!     RUSTFLAGS="--cfg sockpipe_loom" cargo test -p loom_tests --release
//!
//! What it sees is what goes through `sync.rs` of the crate, and the doubles here; not system calls, nor the atomics of other
//! crates. Of a thread's accesses to an atomic it keeps the last, and may miss what could have come before the one that it has
//! forgotten; the latch's word, which is loaded and then exchanged, has a remedy for that in `sync.rs`.
//!
//! Each model has mutants that it must reject: see `mutants.rs`. The figures in the files were taken on one core of a small x86_64
//! machine; all of it, with the mutants, takes about a minute.
#![cfg(sockpipe_loom)]
#![allow(missing_docs)]

mod gate;
mod gate_polled;
mod latch;
mod mutants;
mod once_fd;
mod readers;
mod recv;
mod send;
mod thread_interrupt;
mod tokens;
mod wake_pipe;
mod waker;
mod world;

use std::{
    collections::BTreeSet,
    env,
    io::Write,
    sync::{Arc, Mutex},
    time::Instant,
};

/// Runs a model through the interleavings with at most so many preemptions (`None`: any number), and with more if that is wanted.
fn check(name: &str, preemptions: Option<usize>, model: impl Fn() + Send + Sync + 'static) {
    outcomes(name, preemptions, model);
}

/// Does the same, and says how the model can end.
fn outcomes<T: Ord + Send + 'static>(
    name: &str,
    preemptions: Option<usize>,
    model: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<T> {
    let more: usize = env::var("SOCKPIPE_DEEPER").map_or(0, |more| more.parse().expect("a number of preemptions"));
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions.map(|preemptions| preemptions + more);

    let seen = Arc::new(Mutex::new((0, BTreeSet::new())));
    let begin = Instant::now();
    let sees = seen.clone();
    builder.check(move || {
        let outcome = model();
        let mut seen = sees.lock().unwrap();
        seen.0 += 1;
        seen.1.insert(outcome);
    });
    let (time, bound) = (begin.elapsed(), builder.preemption_bound);
    let (executions, outcomes) = std::mem::take(&mut *seen.lock().unwrap());
    let cut = if builder.max_duration.is_some_and(|most| time >= most) { ", and there are more" } else { "" };
    // Not by `println!`, which a test that passes keeps to itself.
    let _ = writeln!(std::io::stdout(), "{name}: {executions} executions{cut}, preemptions {bound:?}, {time:.1?}");
    outcomes
}
