//! A flag with a bell, in such a way that setting it reaches whoever sleeps, even if it is reset at once.
//!
//! A sleeper polls the bell, and the kernel looks whether it rings only once the sleeper is awake: were a reset to silence it before
//! that, the sleeper would go on sleeping. So sleepers are counted, and the last one whom a set has woken silences the bell.
//!
//! All is in one word: `[round | asleep | awake | UNHEARD | SET]`.
//!
//! | what happens | to the word | and to the bell |
//! |---|---|---|
//! | `enter` | asleep + 1. The ticket is the round | |
//! | `set`, when it is not | SET, round + 1; all that are asleep count as awake, and so does the setter | it rings it, and leaves |
//! | `set`, when it is | nothing, unless UNHEARD: the ring failed. Then it is tried again | |
//! | `reset` | not SET; it counts as awake | it leaves |
//! | `leave`, the round is the ticket's | asleep - 1: nothing was set meanwhile | |
//! | `leave`, another round | awake - 1 | the last one silences it first, unless SET |
//!
//! So the bell is quiet if it is not SET and nobody is awake; and it rings, or is about to be rung by somebody awake, if it is SET,
//! or was while somebody slept who has not left yet. Whoever sleeps since is disturbed until those have left, and no longer. The one who
//! silences it is awake while at it, so there is only one; what was rung meanwhile it may have silenced, too, and rings again.
//!
//! Each exchange is AcqRel and each load Acquire, also where the one before or after would do for both: beside the system calls it costs
//! nothing, and so each can be understood alone.
//!
//! Nothing here blocks or allocates, so all of it may be called in a signal handler, also one that interrupts any other part of it.

use super::Entered;
use crate::{
    Deadline, Errno, Events, Interrupt, Ticket, Wait, WaitError,
    sync::{AtomicU64, Ordering, mutant, order},
    sys::EventFd,
    transfer::{Patience, Stop},
};

/// What wakes the sleepers: readable from `ring` to `hush`, for all who poll it.
pub trait Bell {
    /// Rings, until it is hushed. Does not block.
    fn ring(&self) -> Result<(), Errno>;
    /// Rings no more. Does not block.
    fn hush(&self);
}

impl Bell for EventFd {
    fn ring(&self) -> Result<(), Errno> {
        self.lent().ring()
    }
    fn hush(&self) {
        // It fails only if somebody has closed it under us, or a sandbox forbids it.
        let _ = self.lent().hush();
    }
}

const SET: u64 = 1;
const UNHEARD: u64 = 1 << 1;
/// One of those who are awake; one of those who are asleep. There is room for 262,143 of either, and who sets or resets it is awake,
/// too. One more, and the count runs over into the next: it may take nobody for somebody, and ring, or let somebody sleep on.
const AWAKE: u64 = 1 << 2;
const ASLEEP: u64 = 1 << 20;
const COUNT: u64 = (1 << 18) - 1;
/// The rest, which wraps around: nobody takes 67 million rounds to wake up.
const ROUND: u64 = 1 << 38;

const fn round(word: u64) -> u64 {
    word / ROUND
}

const fn asleep(word: u64) -> u64 {
    (word / ASLEEP) & COUNT
}

const fn awake(word: u64) -> u64 {
    (word / AWAKE) & COUNT
}

/// The flag and its bell.
#[derive(Debug)]
pub struct Latch<B> {
    word: AtomicU64,
    bell: B,
}

impl<B: Bell> Latch<B> {
    /// One that is not set, with a bell that is quiet.
    pub fn new(bell: B) -> Self {
        Self { word: AtomicU64::new(0), bell }
    }

    /// Its bell.
    pub fn bell(&self) -> &B {
        &self.bell
    }

    /// Whether it is set. Acquire: what was written before it was set is seen by who sees it set.
    pub fn is_set(&self) -> bool {
        self.word.load(order!("relaxed_is_set", Acquire)) & SET != 0
    }

    /// Sets it. If the bell fails, it is set all the same, and the next call rings again.
    pub fn set(&self) -> Result<(), Errno> {
        let set = self.word.fetch_update(order!("relaxed_set", AcqRel), Ordering::Acquire, |word| {
            match word & (SET | UNHEARD) {
                SET => None,
                0 | UNHEARD => {
                    let called = asleep(word);
                    let word = word - called * ASLEEP + called * AWAKE;
                    Some((word.wrapping_add(ROUND) + AWAKE) & !UNHEARD | SET)
                }
                _ => Some((word + AWAKE) & !UNHEARD),
            }
        });
        if set.is_err() {
            return Ok(());
        }
        let rung = self.bell.ring();
        if rung.is_err() {
            self.word.fetch_or(UNHEARD, Ordering::AcqRel);
        }
        self.leave_awake();
        rung
    }

    /// Resets it.
    pub fn reset(&self) {
        let reset = |word: u64| (word & SET != 0).then_some((word & !SET) + AWAKE);
        if self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, reset).is_ok() {
            self.leave_awake();
        }
    }

    /// Counts somebody as asleep, who must look after this whether it is set.
    pub fn enter(&self) -> Ticket {
        Ticket(round(self.word.fetch_add(ASLEEP, Ordering::AcqRel)) as usize)
    }

    /// Counts somebody no more. True: it was set in between.
    pub fn leave(&self, since: Ticket) -> bool {
        let go = |word| (round(word) as usize == since.0 && asleep(word) > 0).then(|| word - ASLEEP);
        let called = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, go).is_err();
        if called {
            self.leave_awake();
        }
        called
    }

    /// Counts one less awake, and before that silences the bell if there is nobody left who needs it.
    fn leave_awake(&self) {
        let mut silent_since = None;
        let mut word = self.word.load(Ordering::Acquire);
        // Nobody: a ticket that was not ours, or was used twice.
        while awake(word) > 0 {
            let last = awake(word) == 1 || mutant!("hush_over_sleepers");
            let silent = silent_since == Some(round(word)) || mutant!("leave_it_ringing");
            if last && !silent && word & SET == 0 {
                self.bell.hush();
                let now = self.word.load(Ordering::Acquire);
                let kept = round(now) == round(word) || mutant!("trust_the_hush");
                // What rang meanwhile may have been silenced. Nobody hears of it if that fails, but the next set tries it again.
                if !kept && self.bell.ring().is_err() && !mutant!("trust_the_second_ring") {
                    self.word.fetch_or(UNHEARD, Ordering::AcqRel);
                }
                silent_since = kept.then_some(round(word));
                word = now;
                continue;
            }
            let less = self.word.compare_exchange(word, word - AWAKE, Ordering::AcqRel, Ordering::Acquire);
            let Err(now) = less else { return };
            word = now;
        }
    }
}

impl<B: Bell + Wait> Latch<B> {
    /// Waits at its bell until it is set: [`ThreadInterrupt::wait`](crate::ThreadInterrupt::wait).
    pub fn wait(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<bool, WaitError> {
        let mut patience = Patience::new(deadline, interrupt);
        let mut before = None;
        loop {
            let entered = Entered::new(self);
            let before = *before.get_or_insert(entered.since);
            let set = self.is_set() || before != entered.since && !mutant!("forget_the_round");
            let paused = if set { Ok(Events::NONE) } else { patience.pause(&self.bell, Some(Events::RECV)) };
            if entered.leave() || set {
                return Ok(true);
            }
            match paused {
                Ok(_) => {}
                Err(Stop::TimedOut) => return Ok(false),
                Err(Stop::Interrupted) => return Err(WaitError::Interrupted),
                Err(Stop::Failed(errno)) => return Err(WaitError::Failed(errno)),
            }
        }
    }
}

/// For whoever waits at its bell, and so is not lent it.
impl<B: Bell> Interrupt for Latch<B> {
    fn is_set(&self) -> bool {
        self.is_set()
    }
    fn enter(&self) -> Ticket {
        self.enter()
    }
    fn leave(&self, since: Ticket) -> bool {
        self.leave(since)
    }
}

#[cfg(all(test, not(sockpipe_loom)))]
mod tests {
    use core::cell::Cell;

    use super::*;

    /// Counts.
    #[derive(Default)]
    struct Counter {
        rings: Cell<usize>,
        hushes: Cell<usize>,
    }

    impl Bell for Counter {
        fn ring(&self) -> Result<(), Errno> {
            self.rings.set(self.rings.get() + 1);
            Ok(())
        }
        fn hush(&self) {
            self.hushes.set(self.hushes.get() + 1);
        }
    }

    fn calls(latch: &Latch<Counter>) -> (usize, usize) {
        (latch.bell().rings.get(), latch.bell().hushes.get())
    }

    /// Threads that do this at the same time: `loom_tests`.
    #[test]
    fn who_came_later_is_told_apart() {
        let latch = Latch::new(Counter::default());
        latch.reset();
        assert_eq!(calls(&latch), (0, 0));
        let before = [latch.enter(), latch.enter()];
        assert_eq!(latch.set(), Ok(()));
        latch.reset();
        // The sleepers have not heard it yet, so it rings.
        assert_eq!(calls(&latch), (1, 0));
        let later = latch.enter();
        assert!(latch.leave(before[0]));
        assert_eq!(calls(&latch), (1, 0));
        assert!(latch.leave(before[1]));
        assert_eq!(calls(&latch), (1, 1));
        assert!(!latch.leave(later));
        assert_eq!(calls(&latch), (1, 1));
        // In each round again.
        for round in 2..10 {
            let before = latch.enter();
            assert_eq!(latch.set(), Ok(()));
            assert_eq!(latch.set(), Ok(()));
            latch.reset();
            let later = latch.enter();
            assert!(latch.leave(before));
            assert!(!latch.leave(later));
            assert_eq!(calls(&latch), (round, round));
        }
    }

    #[test]
    fn a_ticket_that_is_used_twice_does_no_harm() {
        let latch = Latch::new(Counter::default());
        let ticket = latch.enter();
        assert!(!latch.leave(ticket));
        assert!(latch.leave(ticket));
        assert_eq!(calls(&latch), (0, 0));
        assert_eq!(latch.set(), Ok(()));
        assert_eq!((latch.is_set(), calls(&latch)), (true, (1, 0)));
        latch.reset();
        assert_eq!((latch.is_set(), calls(&latch)), (false, (1, 1)));
    }
}
