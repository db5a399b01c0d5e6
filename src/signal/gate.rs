//! Who was notified, and who sleeps: the state that lets a wake of somebody who is awake cost nothing.
//!
//! One word, `[asleep | PENDING | NOTIFIED]`; the three states of the books are: empty (0), waiting (somebody is asleep), notified.
//!
//! | state | [`wake`](Gate::wake) | [`wait`](Gate::wait) |
//! |---|---|---|
//! | empty | NOTIFIED | asleep + 1, and it sleeps |
//! | waiting | NOTIFIED, and it rings the bell | asleep + 1, and it sleeps as well |
//! | notified | nothing | not NOTIFIED, and it returns |
//!
//! A gate that a foreign loop polls counts that loop as somebody who always sleeps, so that the first wake always rings.
//!
//! # The order of things, and what is lost otherwise
//!
//! Who waits:
//! 1. *Says that it sleeps, and sees in the same step whether it was notified.* Were it to look first, a wake in between would
//!    find nobody asleep and not ring.
//! 2. Sleeps until the bell rings.
//! 3. *Drains the bell, then clears NOTIFIED.* The other way round, a wake in between sets NOTIFIED and rings, and that ring is drained with
//!    the old one. NOTIFIED stays, so every later wake believes that it need not ring; and a loop that polls the bell sleeps for ever.
//! 4. *Clears it by an exchange, not by a store*, or a wake in between is overwritten.
//! 5. *Looks at its condition after that.* A condition that came true before a wake which found NOTIFIED set, and so did nothing, is
//!    visible only to who cleared that NOTIFIED.
//!
//! Who wakes:
//! 1. *Makes the condition true, then sets NOTIFIED by an exchange*, even if it is set already: only so does whoever clears
//!    it afterwards see the condition.
//! 2. *Counts the sleepers after that*: who lies down later sees NOTIFIED. Were it to count before, it would miss who lies down in between.
//!
//! Who waits no more, for ever, closes the bell, then counts as asleep, then clears NOTIFIED. In any other order a wake in between sets it
//! for good, and no later one would ring and hear that nobody is there.
//!
//! A ring may arrive after the waiter has taken its notification for another reason, as its time was up, say. It disturbs the
//! next one who sleeps, who finds that nobody has notified it, and sleeps on.
//!
//! # What is released, and who acquires it
//!
//! | release | acquire | so that it sees |
//! |---|---|---|
//! | `wake` sets NOTIFIED | `clear`, `is_notified` | the condition |
//! | `clear` | `wake` counts | the bell, opened before somebody sleeps, or drained: it rings it after that |
//!
//! The rest is Relaxed. What changes the word is an exchange, and passes on what was released before it. So he who lies down
//! releases nothing: he has looked, by `clear`, right before that.

use core::mem;

use crate::{
    Deadline, Errno, Events, Interrupt, Wait, WaitError,
    sync::{AtomicU32, Ordering, const_fn, mutant, order},
    transfer::{Patience, Stop},
};

/// There is something to look at, and a bell has rung, or need not.
const NOTIFIED: u32 = 1;
/// There is something to look at, but the bell failed: who looks finds it, and the next wake rings again.
const PENDING: u32 = 1 << 1;
/// One of those who are asleep. There is room for a thousand million.
const ASLEEP: u32 = 1 << 2;

/// How many rings for nothing, one after the other, are taken for those of others. After that there are naps between them.
const BELIEVED: u32 = 64;

/// The state of a waker without its bell, for whoever has a bell of another kind: no system call, and not a byte but one word.
///
/// A bell is anything that can be made ready and quiet again, and be waited for: it is given to each call as closures. The [`Waker`](crate::Waker),
/// the [`PolledWaker`](crate::PolledWaker) and the [`WakePipe`](crate::WakePipe) are this with the bells that Linux has. Their docs say what a wake promises.
///
/// ```
/// use sockpipe::{Deadline, Gate, Never};
/// # #[cfg(unix)] {
/// # use sockpipe::TokenPipe;
///
/// static GATE: Gate = Gate::new();
/// let (reader, writer) = TokenPipe::pair()?; // any bell
///
/// GATE.wake(|| unreachable!("nobody sleeps, so it does not ring"))?;
/// assert_eq!(GATE.wait(&reader, || unreachable!(), Deadline::Never, &Never), Ok(true));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Gate(AtomicU32);

impl Gate {
    const_fn! {
        /// One that nobody has notified and nobody waits at.
        pub fn new() -> Self {
            Self(AtomicU32::new(0))
        }
    }

    const_fn! {
        /// One for a bell that a foreign loop polls: as if somebody always slept. Each first wake rings.
        pub fn polled() -> Self {
            Self(AtomicU32::new(ASLEEP))
        }
    }

    /// Notifies, and rings if somebody is asleep and nobody has rung yet. Does not block, and may be called in a signal handler, if
    /// that holds for `ring`.
    ///
    /// One atomic operation if it is notified already; two and no ring if nobody sleeps.
    ///
    /// # Errors
    /// That of `ring`. It is notified all the same, for those who look; the sleepers were not woken, and the next wake rings again.
    #[inline]
    pub fn wake(&self, ring: impl FnOnce() -> Result<(), Errno>) -> Result<(), Errno> {
        if mutant!("look_before_waking") && self.is_notified() {
            return Ok(());
        }
        let early = mutant!("count_before_waking").then(|| self.0.load(Ordering::Acquire));
        if self.0.fetch_or(NOTIFIED, order!("relaxed_wake", Release)) & NOTIFIED != 0 {
            return Ok(());
        }
        // That it is a second look does no harm: who lies down in between sees NOTIFIED, and who gets up has taken it.
        let count = self.0.load(order!("relaxed_count", Acquire));
        if early.unwrap_or(count) < ASLEEP {
            return Ok(());
        }
        ring().inspect_err(|_| self.not_heard())
    }

    /// Waits until it is notified, and clears that. True: it was. False: the deadline passed first.
    ///
    /// Returns at once if it was notified before, even past the deadline or when interrupted. `bell` is waited for, for
    /// [`Events::RECV`]; `hush` makes it quiet, or fails if that cannot be, as at the end of a stream. Each notification is taken by one of those who wait.
    ///
    /// # Errors
    /// [`WaitError::Interrupted`]; or what `hush` or the waiting said, and no notification was taken.
    pub fn wait(
        &self,
        bell: &(impl Wait + ?Sized),
        hush: impl Fn() -> Result<(), Errno>,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<bool, WaitError> {
        let mut patience = Patience::new(deadline, interrupt);
        let mut believed = BELIEVED;
        while !self.clear() {
            let asleep = Asleep::lie_down(self);
            let paused = match asleep.is_notified {
                true => Ok(Events::NONE),
                false => patience.pause(bell, Some(Events::RECV)),
            };
            let paused = match paused {
                Ok(occurred) if !occurred.is_empty() => {
                    // Quiet after this, so it cannot wake us for nothing; but not for ever, lest it cannot be made quiet.
                    if believed > 0 {
                        believed -= 1;
                        patience.progress();
                    }
                    if mutant!("clear_before_drain") && self.clear() {
                        return hush().map(|()| true).map_err(WaitError::Failed);
                    }
                    hush().map_err(Stop::Failed)
                }
                paused => paused.map(drop),
            };
            drop(asleep);
            match paused {
                Ok(()) => {}
                Err(_) if self.last_look() => break,
                Err(Stop::TimedOut) => return Ok(false),
                Err(Stop::Interrupted) => return Err(WaitError::Interrupted),
                Err(Stop::Failed(errno)) => return Err(WaitError::Failed(errno)),
            }
        }
        Ok(true)
    }

    /// Makes the bell of a [polled](Self::polled) gate quiet, and then takes the notification, if there is one. Says whether there was.
    /// Does not block.
    ///
    /// The bell is made quiet whether it was notified or not, as a ring can be late.
    ///
    /// # Errors
    /// That of `hush`; the notification was not taken.
    pub fn take(&self, hush: impl FnOnce() -> Result<(), Errno>) -> Result<bool, Errno> {
        if mutant!("clear_before_drain") {
            let was_notified = self.clear();
            return hush().map(|()| was_notified);
        }
        hush()?;
        Ok(self.clear())
    }

    /// For who polls the bell of a [polled](Self::polled) gate together with other things, and was woken: if there is no notification, a late ring
    /// is silenced, which would wake it again and again. Says whether there is one; it stays. Does not block.
    ///
    /// A wake at the same moment may be silenced with it, and is rung for again.
    ///
    /// # Errors
    /// That of `hush` or `ring`.
    pub fn settle(
        &self,
        ring: impl FnOnce() -> Result<(), Errno>,
        hush: impl FnOnce() -> Result<(), Errno>,
    ) -> Result<bool, Errno> {
        if self.is_notified() || mutant!("leave_it_ringing_late") {
            return Ok(self.is_notified());
        }
        hush()?;
        let is_notified = self.is_notified() && !mutant!("trust_the_late_hush");
        if is_notified {
            ring()?;
        }
        Ok(is_notified)
    }

    /// Takes the notification, if there is one, and leaves the bell alone. Says whether there was. Does not block.
    ///
    /// For a polled gate it is [`take`](Self::take).
    #[inline]
    pub fn clear(&self) -> bool {
        if mutant!("store_over_the_wake") {
            let old = self.0.load(Ordering::Acquire);
            self.0.store(old & !(NOTIFIED | PENDING), Ordering::Release);
            return old & (NOTIFIED | PENDING) != 0;
        }
        let looked_for = if mutant!("overlook_pending") { NOTIFIED } else { NOTIFIED | PENDING };
        let order = match mutant!("clear_without_acquire") {
            true => Ordering::Release,
            false => order!("clear_without_release", AcqRel, Acquire),
        };
        self.0.fetch_and(!(NOTIFIED | PENDING), order) & looked_for != 0
    }

    /// The last look of who gives up: a wake that came before is taken after all.
    fn last_look(&self) -> bool {
        if mutant!("no_last_look") {
            return false;
        }
        let was_notified = self.clear();
        if mutant!("lose_it_at_the_end") { false } else { was_notified }
    }

    /// Whether there is a notification. It stays.
    pub fn is_notified(&self) -> bool {
        self.0.load(order!("relaxed_look", Acquire)) & (NOTIFIED | PENDING) != 0
    }

    /// The bell failed: the next wake is to ring again. But who has seen the notification need not see it again.
    #[cold]
    fn not_heard(&self) {
        let pending = |state: u32| {
            let is_there = state & NOTIFIED != 0 || mutant!("see_it_again");
            (is_there && !mutant!("trust_the_ring")).then_some(state & !NOTIFIED | PENDING)
        };
        if mutant!("store_over_the_take") {
            return pending(self.0.load(Ordering::Relaxed))
                .into_iter()
                .for_each(|state| self.0.store(state, Ordering::Relaxed));
        }
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, pending);
    }

    /// Nobody waits here any more: each wake rings, and hears from the bell that it is gone.
    pub(crate) fn abandon(&self) {
        let early = mutant!("clear_before_abandon").then(|| self.clear());
        mem::forget(Asleep::lie_down(self));
        early.unwrap_or_else(|| self.clear());
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

/// Somebody who counts as asleep, until dropped: also by a panic, as of a closure that is the interrupt.
struct Asleep<'g> {
    gate: &'g Gate,
    is_notified: bool,
}

impl<'g> Asleep<'g> {
    fn lie_down(gate: &'g Gate) -> Self {
        let early = mutant!("look_before_lying_down").then(|| gate.is_notified());
        let before = gate.0.fetch_add(ASLEEP, Ordering::Relaxed);
        Self { gate, is_notified: early.unwrap_or(before & (NOTIFIED | PENDING) != 0) }
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.gate.0.fetch_sub(ASLEEP, Ordering::Relaxed);
    }
}

/// What takes no bell; the rest is in `conformance`, and in `loom_tests`.
#[cfg(all(test, not(sockpipe_loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_each_call_says() {
        let gate = Gate::new();
        let silent = || -> Result<(), Errno> { panic!("nobody sleeps") };
        assert!(!gate.clear());
        assert_eq!((gate.wake(silent), gate.wake(silent)), (Ok(()), Ok(())));
        assert!(gate.is_notified());
        assert_eq!((gate.clear(), gate.clear()), (true, false));

        let polled = Gate::polled();
        assert_eq!(polled.wake(|| Err(Errno::PERM)), Err(Errno::PERM));
        assert!(polled.is_notified());
        assert_eq!((polled.wake(|| Ok(())), polled.wake(silent)), (Ok(()), Ok(())));
        assert_eq!(polled.settle(silent, silent), Ok(true));
        assert_eq!((polled.take(|| Ok(())), polled.take(|| Ok(()))), (Ok(true), Ok(false)));
        assert_eq!(polled.settle(silent, || Ok(())), Ok(false));
        polled.abandon();
        assert_eq!(polled.wake(|| Err(Errno::PIPE)), Err(Errno::PIPE));
    }
}
