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
mod wake_pipe;
mod waker;
mod world;

use std::io::Write;

/// Runs a model through the interleavings with at most so many preemptions (`None`: any number).
fn check(name: &str, preemptions: Option<usize>, model: impl Fn() + Send + Sync + 'static) {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    static EXECUTIONS: AtomicUsize = AtomicUsize::new(0);
    // One at a time: some models count the process's descriptors, and all of them count here.
    static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _alone = ALONE.lock();

    EXECUTIONS.store(0, Relaxed);
    let begin = std::time::Instant::now();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    builder.check(move || {
        EXECUTIONS.fetch_add(1, Relaxed);
        model();
    });
    let (executions, time) = (EXECUTIONS.load(Relaxed), begin.elapsed());
    // Not by `println!`, which a test that passes keeps to itself.
    let _ = writeln!(std::io::stdout(), "{name}: {executions} executions, preemptions {preemptions:?}, {time:.1?}");
}
