//! The gate with a bell that is one flag: an interrupt handler wakes the main program.

use core::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use conformance::{Verdict, claim, must};
use sockpipe::{Deadline, Errno, Events, Gate, Instant, Interrupt, MAX_WAIT_FOR_IO, Never, Wait, WaitError};

use crate::tick::{self, AtEachTick};

static GATE: Gate = Gate::new();
static BELL: AtomicBool = AtomicBool::new(false);
static RINGS: AtomicU32 = AtomicU32::new(0);

fn ring() -> Result<(), Errno> {
    BELL.store(true, Relaxed);
    RINGS.store(RINGS.load(Relaxed) + 1, Relaxed);
    Ok(())
}

fn wait(deadline: Deadline, interrupt: &impl Interrupt) -> Result<bool, WaitError> {
    let hush = || {
        BELL.store(false, Relaxed);
        Ok(())
    };
    GATE.wait(&Bell, hush, deadline, interrupt)
}

struct Bell;

impl Wait for Bell {
    fn wait(&self, events: Events, at_most: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        let has_rung = tick::sleep(at_most, || events.contains(Events::RECV) && BELL.load(Relaxed));
        Ok(if has_rung { Events::RECV } else { Events::NONE })
    }

    fn now(&self) -> Instant {
        tick::now()
    }
}

pub fn wakes_of_nobody(_: &()) -> Verdict {
    let rings = RINGS.load(Relaxed);
    for _ in 0..3 {
        must!(GATE.wake(ring));
    }
    claim!(RINGS.load(Relaxed), rings);
    claim!(wait(Deadline::NOW, &AtomicBool::new(true)), Ok(true));
    claim!(wait(Deadline::NOW, &Never), Ok(false));
    Ok(())
}

pub fn deadline(_: &()) -> Verdict {
    let end = tick::now().saturating_add(Duration::from_millis(50));
    claim!(wait(Deadline::At(end), &Never), Ok(false));
    claim!(tick::now() >= end);
    Ok(())
}

pub fn flag(_: &()) -> Verdict {
    static STOP: AtomicBool = AtomicBool::new(false);
    let begin = tick::now();
    let _ticking = AtEachTick::call(|| STOP.store(true, Relaxed));
    claim!(wait(Deadline::Never, &STOP), Err(WaitError::Interrupted));
    claim!(tick::now().saturating_duration_since(begin) <= MAX_WAIT_FOR_IO + Duration::from_millis(1));
    Ok(())
}

/// The handler wakes once. It comes a cycle later each time, until the main program was asleep already.
pub fn at_each_instruction(_: &()) -> Verdict {
    static IS_TRUE: AtomicBool = AtomicBool::new(false);
    static CAME_LATE: AtomicBool = AtomicBool::new(false);
    let mut cycles = 0;
    while !CAME_LATE.load(Relaxed) {
        cycles += 1;
        IS_TRUE.store(false, Relaxed);
        let rings = RINGS.load(Relaxed);
        let ticking = AtEachTick::call(|| {
            if !IS_TRUE.swap(true, Relaxed) {
                CAME_LATE.store(tick::is_asleep(), Relaxed);
                // This bell never fails.
                let _ = GATE.wake(ring);
            }
        });
        let too_late = tick::now().saturating_add(Duration::from_secs(1));
        tick::next_after(cycles);
        claim!(wait(Deadline::At(too_late), &Never), Ok(true));
        // A wake whose ring is lost is found all the same, by the last look at the deadline.
        claim!(tick::now() < too_late);
        claim!(IS_TRUE.load(Relaxed));
        drop(ticking);
        claim!(RINGS.load(Relaxed) - rings <= 1);
        claim!(wait(Deadline::NOW, &Never), Ok(false));
    }
    tick::was_fine_enough(cycles)
}
