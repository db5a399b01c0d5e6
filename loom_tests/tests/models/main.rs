//! Models of the crate's concurrent code: loom runs the real code through the interleavings that it tells apart, within the bounds.
//!
//!     RUSTFLAGS="--cfg sockpipe_loom" cargo test -p loom_tests --release
//!
//! What it sees is what goes through `sync.rs` of the crate, and the doubles here; not system calls, nor the atomics of other
//! crates. Of a thread's accesses to an atomic it keeps the last, and may miss what could have come before the one that it has
//! forgotten; what is loaded and then exchanged has a remedy for that in `sync.rs`. That it works is seen by the mutant
//! `relaxed_is_set`, which lives without it, and by those that load and then store.
//!
//! Each model has mutants that it must reject: see `mutants.rs`. It prints how many executions it took, and how much time of one
//! processor; the figures in the files are those of a small x86_64 machine. All of it, with the
//! mutants, takes 90 s of a processor (125 s by the clock, on two that others used as well).
//!
//! Deeper, by one preemption for each model that has a bound, and by at most so many executions for each:
//!
//!     SOCKPIPE_DEEPER=1 LOOM_MAX_PERMUTATIONS=100000 RUSTFLAGS="--cfg sockpipe_loom" cargo test -p loom_tests --release -- --skip mutants
//!
//! That takes 100 s of a processor. What is cut off says so: most of three threads at a gate or at a latch, of which each preemption
//! more makes ten times as many executions or more (two sleepers at a latch: 4,260 with one, 264,624 with two).
#![cfg(sockpipe_loom)]
#![allow(missing_docs)]

mod alarm;
mod gate;
mod gate_polled;
mod latch;
mod link;
mod link_ends;
mod link_full;
mod link_holes;
mod link_large;
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
    time::Duration,
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
    // How often it looks whether it has tried as many as LOOM_MAX_PERMUTATIONS.
    builder.checkpoint_interval = 1000;

    let seen = Arc::new(Mutex::new((0, BTreeSet::new())));
    let began = own_time();
    let sees = seen.clone();
    builder.check(move || {
        let outcome = model();
        let mut seen = sees.lock().unwrap();
        seen.0 += 1;
        seen.1.insert(outcome);
    });
    let (time, bound) = (own_time() - began, builder.preemption_bound);
    let (executions, outcomes) = std::mem::take(&mut *seen.lock().unwrap());
    let is_cut = builder.max_permutations.is_some_and(|most| executions + 1 >= most);
    let cut = if is_cut { ", and there are more" } else { "" };
    // Not by `println!`, which a test that passes keeps to itself.
    let _ = writeln!(std::io::stdout(), "{name}: {executions} executions{cut}, preemptions {bound:?}, {time:.1?}");
    outcomes
}

/// The processor's time that this thread has had, whatever else runs here: loom runs all threads of a model in one.
fn own_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
