//! Wakes in one thread: of somebody who was woken already, and taken by nobody who sleeps.
#![allow(missing_docs)]

use benches::{compare, settings, works};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn wakes(criterion: &mut Criterion) {
    let many = Throughput::Elements(works::AT_ONCE as u64);
    let title = format!("{} wakes of who was woken already", works::AT_ONCE);
    compare(criterion, &title, many.clone(), &mut works::woken_already());
    let title = format!("{} wakes, each with a wait, nobody asleep", works::AT_ONCE);
    compare(criterion, &title, many, &mut works::nobody_asleep());
}

criterion_group! {
    name = benches;
    config = settings();
    targets = wakes
}
criterion_main!(benches);
