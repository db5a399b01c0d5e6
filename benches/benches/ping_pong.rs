//! From one thread to another and back, on one CPU: who waits for the answer is asleep when it comes.
#![allow(missing_docs)]

use benches::{compare, pinned, settings, works};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn ping_pong(criterion: &mut Criterion) {
    let title = "round trip between two threads on one CPU";
    let compared = pinned(0, || compare(criterion, title, Throughput::Elements(1), &mut works::ping_pongs()));
    if let Err(errno) = compared {
        println!("skipped, as threads cannot be kept on one CPU: {errno}");
    }
}

criterion_group! {
    name = benches;
    config = settings();
    targets = ping_pong
}
criterion_main!(benches);
