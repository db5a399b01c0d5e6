//! A handler sets it 10,000 times a second at each of the threads that wait for it and reset it: nobody waits for ever, and when
//! the storm is over it is either set, and its descriptor says so, or neither.

use std::{sync::OnceLock, thread, time::Duration};

use conformance::storm::{Storm, Target};
use sockpipe::{Interrupt, Never, ThreadInterrupt};

use super::{PAUSE, SOON, rings, rounds};

static INTERRUPT: OnceLock<ThreadInterrupt> = OnceLock::new();

fn set() {
    if let Some(interrupt) = INTERRUPT.get() {
        let _ = interrupt.interrupt();
    }
}

#[test]
fn set_by_handlers_reset_by_threads() {
    let interrupt = INTERRUPT.get_or_init(|| ThreadInterrupt::new().unwrap());
    for _ in 0..rounds(3) {
        let signals: u64 = thread::scope(|scope| {
            let waiter = || {
                let target = Target::calling(set);
                let storm = Storm::begin(&target, PAUSE).unwrap();
                for _ in 0..2_000 {
                    assert_eq!(interrupt.wait(SOON, &Never), Ok(true));
                    interrupt.reset();
                }
                drop(storm);
                target.counts()[0]
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(waiter)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert!(signals > 0, "there was no storm");
        assert_eq!(rings(interrupt), interrupt.is_set());
        interrupt.reset();
        assert!(!rings(interrupt));
        assert_eq!(interrupt.sleep_for(Duration::from_millis(2)), Ok(true));
    }
}
