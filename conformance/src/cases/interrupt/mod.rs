//! I: Core's interrupt. With real threads and signals: `tests/interrupt.rs`.

#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
mod disturbed;
#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
mod flag;
#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
pub(super) mod meanwhile;
#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
mod sleep;
#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
mod sleepers;

use core::cell::Cell;

use sockpipe::{Deadline, Errno, Events, SendError, Sink, When};

use crate::{
    Verdict, World, claim,
    faulty::{Call, Fault, Plan},
};

interrupt_cases! {
    disturbed: woken_for_nothing;
    flag: initially_clear set_until_reset twice_is_once reset_clears safe_in_a_handler sleepers_left_behind;
    sleep: sleeps_its_time ends_a_sleep set_keeps_from_sleeping zero_does_not_sleep enormous_sleep one_clock;
    sleepers: reset_at_once all_sleepers wakes_a_socket;
}

/// I-19: what Core's fuzzer hands to its sockets.
pub fn flips<W: World>(w: &W) -> Verdict {
    const AGAIN: Fault = Fault::Fail(Errno::AGAIN);
    let nothing = [Fault::Ready(Events::NONE); 4];
    let looks = Cell::new(0);
    let flips = When(|| looks.replace(looks.get() + 1) % 2 == 1);
    let (a, _b) = w.faulty(Plan { send: &[AGAIN, AGAIN, AGAIN, Fault::Pass], wait: &nothing, ..Plan::default() })?;
    claim!(a.send_complete(b"hello", Deadline::Never, &flips), Err(SendError::Interrupted { sent: 0, total: 5 }));
    claim!(looks.get(), 2);
    // What it said to one operation is nothing to the next.
    claim!(a.send_complete(b"hello", Deadline::Never, &flips), Ok(()));
    claim!(looks.get(), 3);
    let wait = |call: &&Call| matches!(call, Call::Wait(..));
    claim!(a.calls().iter().filter(wait).count(), 2);
    Ok(())
}
