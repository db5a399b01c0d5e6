//! Many set it, many wait for it, one resets it: every waiter hears of each round, and what was written before the set is seen
//! by who waited. `latch.rs` of the models.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use sockpipe::{Interrupt, Never, ThreadInterrupt};

use super::{SOON, in_a_storm, rings, rounds};

#[test]
fn many_triggers_many_waiters() {
    const EACH: usize = 4;
    let rounds = rounds(400);
    let latch = ThreadInterrupt::new().unwrap();
    let (begin, end) = (Barrier::new(2 * EACH), Barrier::new(2 * EACH));
    let written = AtomicUsize::new(0);
    thread::scope(|scope| {
        for number in 0..EACH {
            let (latch, begin, end, written) = (&latch, &begin, &end, &written);
            scope.spawn(move || {
                in_a_storm(|| {
                    for round in 1..=rounds {
                        begin.wait();
                        // Relaxed: it is the latch that makes it seen.
                        written.fetch_max(round, Relaxed);
                        latch.interrupt().unwrap();
                        end.wait();
                        if number == 0 {
                            latch.reset();
                            assert!(!latch.is_set() && !rings(latch));
                        }
                    }
                });
            });
            scope.spawn(move || {
                in_a_storm(|| {
                    for round in 1..=rounds {
                        begin.wait();
                        assert_eq!(latch.wait(SOON, &Never), Ok(true));
                        assert_eq!(written.load(Relaxed), round);
                        // A second wait consumes nothing either.
                        assert_eq!(latch.wait(SOON, &Never), Ok(true));
                        end.wait();
                    }
                });
            });
        }
    });
}
