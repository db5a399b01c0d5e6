//! The works, and the ways to do them: ours, the bare calls and the peers.

mod interrupts;
mod lines;
pub mod links;
mod ping_pong;
mod readers;
mod sends;
mod tokens;
mod wakes;

pub use interrupts::{interrupt_as_core_does, interrupts};
pub use links::{Echo, RoundTrip};
pub use ping_pong::ping_pongs;
pub use wakes::{AT_ONCE, nobody_asleep, woken_already};

use crate::{Goal, Plan, pinned};

/// All of them, in the order in which they are shown.
pub fn all() -> Vec<Plan> {
    let mut plans = vec![tokens::plan()];
    plans.extend(signals());
    plans.extend(sends::plans());
    plans.extend(lines::plans());
    plans.extend(links::plans());
    plans
}

fn signals() -> [Plan; 5] {
    let one = "notify when notified, to a bare swap";
    let two = "interrupt to return, to a futex wake";
    [
        Plan::new("16 wakes of who was woken already", move || {
            (woken_already(), vec![Goal::new(one, "ours: Waker", "bare swap", 1.05)])
        }),
        Plan::new("16 wakes, each with a wait, nobody asleep", || (nobody_asleep(), vec![])),
        Plan::new("there and back between threads on one CPU", || (pinned(0, ping_pongs).expect("a CPU"), vec![])),
        Plan::new("interrupt to return, from one CPU to another", move || {
            let ways = pinned(1, || {
                let mut ways = interrupts();
                ways.push(interrupt_as_core_does());
                ways
            });
            (ways.into_iter().flatten().map(crate::Latency::into_case).collect(), vec![latency(two)])
        }),
        Plan::new("interrupt to return, on one CPU", move || {
            let ways = pinned(0, interrupts).expect("a CPU");
            (ways.into_iter().map(crate::Latency::into_case).collect(), vec![latency(two)])
        }),
    ]
}

fn latency(row: &'static str) -> Goal {
    Goal::new(row, "ours: ThreadInterrupt, a line", "bare futex", 1.3)
}

/// For as long as the program runs.
fn leak<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}
