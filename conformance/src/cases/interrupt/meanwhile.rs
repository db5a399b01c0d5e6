//! What another thread may do at the worst moment, without a thread.

use core::time::Duration;

use sockpipe::{Deadline, Events, Interrupt, Lend, Never, ThreadInterrupt, Ticket, Wait, WaitSet};

use crate::{Outcome, must};

/// An interrupt during whose waits something happens: after it was looked at, and before the wait sleeps.
pub struct Meanwhile<'a, F> {
    /// The interrupt.
    pub interrupt: &'a ThreadInterrupt,
    /// What happens.
    pub act: F,
}

impl<F: Fn(&ThreadInterrupt)> Interrupt for Meanwhile<'_, F> {
    fn is_set(&self) -> bool {
        let set = self.interrupt.is_set();
        (self.act)(self.interrupt);
        set
    }
    fn lend(&self) -> Lend<'_> {
        self.interrupt.lend()
    }
    fn enter(&self) -> Ticket {
        self.interrupt.enter()
    }
    fn leave(&self, since: Ticket) -> bool {
        self.interrupt.leave(since)
    }
}

/// Sets it. That it fails would be seen by whoever is not woken.
pub fn set(interrupt: &ThreadInterrupt) {
    let _ = interrupt.interrupt();
}

/// Sets it and resets it at once.
pub fn blink(interrupt: &ThreadInterrupt) {
    set(interrupt);
    interrupt.reset();
}

/// Whether its descriptor is readable.
pub fn rings(interrupt: &ThreadInterrupt) -> Result<bool, Outcome> {
    let mut set = WaitSet::<1>::new();
    set.add(interrupt, Events::RECV);
    Ok(must!(set.wait(Deadline::NOW, &Never)) == 1)
}

/// How long `body` took on the clock of `on`.
pub fn timed<T>(on: &impl Wait, body: impl FnOnce() -> T) -> (T, Duration) {
    let start = on.now();
    let result = body();
    (result, on.now().saturating_duration_since(start))
}
