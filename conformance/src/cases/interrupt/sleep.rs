//! Sleeping until it is set.

use core::{cell::Cell, time::Duration};

use sockpipe::{Deadline, Events, Instant, Interrupt, ThreadInterrupt, Wait, WaitError, WaitSet};

use super::meanwhile::{Meanwhile, set, timed};
use crate::{
    Skip, Verdict, World,
    cases::common::{SOON, ms},
    claim, must,
    worlds::{Loopback, kernel::Timer},
};

/// I-05
pub(super) fn sleeps_its_time() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    let start = Instant::now();
    claim!(interrupt.sleep_for(ms(20)), Ok(true));
    claim!(Instant::now().saturating_duration_since(start) >= ms(20));
    Ok(())
}

/// I-06: an empty set only sleeps.
pub(super) fn ends_a_sleep() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    let looks = Cell::new(0);
    let act = |interrupt: &ThreadInterrupt| {
        looks.set(looks.get() + 1);
        set(interrupt);
    };
    let ended = WaitSet::<0>::new().wait(SOON, &Meanwhile { interrupt: &interrupt, act });
    claim!((ended, looks.get()), (Err(WaitError::Interrupted), 1));
    claim!(interrupt.sleep_for(ms(60_000)), Ok(false));
    Ok(())
}

/// I-07
pub(super) fn set_keeps_from_sleeping() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    must!(interrupt.interrupt());
    for seconds in [0, 1000, u64::MAX] {
        claim!(interrupt.sleep_for(Duration::from_secs(seconds)), Ok(false));
    }
    Ok(())
}

/// I-08: there are no negative durations.
pub(super) fn zero_does_not_sleep() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    claim!(interrupt.sleep_for(Duration::ZERO), Ok(true));
    must!(interrupt.interrupt());
    claim!(interrupt.sleep_for(Duration::ZERO), Ok(false));
    // A deadline in the past is none to sleep for, either.
    interrupt.reset();
    claim!(interrupt.wait(Deadline::At(Instant::from_nanos(0)), &sockpipe::Never), Ok(false));
    Ok(())
}

/// I-09: only the other interrupt ends it.
pub(super) fn enormous_sleep() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    for deadline in [Deadline::Within(Duration::MAX), Deadline::At(Instant::MAX), Deadline::after(Duration::MAX)] {
        let alarm = Timer::new(ms(5)).ok_or(Skip("this kernel has no timerfd"))?;
        claim!(interrupt.wait(deadline, &alarm), Err(WaitError::Interrupted));
    }
    Ok(())
}

/// I-16
pub(super) fn one_clock() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    let (a, _b) = must!(sockpipe::make_socket_pair());
    let (slept, time) = timed(&a, || interrupt.sleep_for(ms(20)));
    claim!((slept, time >= ms(20)), (Ok(true), true));

    // An hour in a world whose clock is its own.
    let world = Loopback::default();
    let (a, _b) = world.pair()?;
    let hour = Deadline::Within(Duration::from_secs(3600));
    let (waited, time) = timed(&a, || a.wait_for(Events::RECV, hour, &interrupt));
    claim!((waited, time), (Ok(Events::NONE), Duration::from_secs(3600)));
    claim!(interrupt.is_set(), false);
    Ok(())
}
