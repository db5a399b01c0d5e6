//! A set that is reset at once reaches every sleeper, also one that signals keep waking: `thread_interrupt.rs` of the models.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use sockpipe::{Deadline, Interrupt, Lend, Never, RecvExactError, Source, ThreadInterrupt, Ticket, make_socket_pair};

use super::{SOON, in_a_storm, rings, rounds};

/// Counts once as asleep who waits with it, and is the interrupt, if there is one.
struct Counted<'a> {
    interrupt: Option<&'a ThreadInterrupt>,
    asleep: &'a AtomicUsize,
    once: AtomicBool,
}

impl Interrupt for Counted<'_> {
    fn is_set(&self) -> bool {
        self.interrupt.is_some_and(|interrupt| interrupt.is_set())
    }
    fn lend(&self) -> Lend<'_> {
        self.interrupt.map_or(Lend::Never, |interrupt| interrupt.lend())
    }
    fn enter(&self) -> Ticket {
        let ticket = self.interrupt.map(|interrupt| interrupt.enter());
        if !self.once.swap(true, SeqCst) {
            self.asleep.fetch_add(1, SeqCst);
        }
        ticket.unwrap_or_default()
    }
    fn leave(&self, since: Ticket) -> bool {
        self.interrupt.is_some_and(|interrupt| interrupt.leave(since))
    }
}

/// In each round all sleep, and are woken once. How many of them were.
fn woken(rounds: usize, sleep: impl Fn(&ThreadInterrupt, Counted<'_>) -> bool + Sync, stormy: bool) -> usize {
    const SLEEPERS: usize = 6;
    let interrupt = ThreadInterrupt::new().unwrap();
    let (asleep, woken, over) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let (begin, end) = (Barrier::new(SLEEPERS + 1), Barrier::new(SLEEPERS + 1));
    let sleeper = || {
        for _ in 0..rounds {
            let counted = Counted { interrupt: None, asleep: &asleep, once: AtomicBool::new(false) };
            begin.wait();
            woken.fetch_add(sleep(&interrupt, counted).into(), SeqCst);
            end.wait();
        }
    };
    thread::scope(|scope| {
        for _ in 0..SLEEPERS {
            scope.spawn(|| if stormy { in_a_storm(sleeper) } else { sleeper() });
        }
        // Somebody passes all the time: it sleeps for a moment, and leaves.
        scope.spawn(|| {
            while !over.load(SeqCst) {
                let _ = interrupt.wait(Deadline::Within(Duration::from_micros(50)), &Never);
            }
        });
        for _ in 0..rounds {
            begin.wait();
            while asleep.load(SeqCst) < SLEEPERS {
                thread::yield_now();
            }
            asleep.store(0, SeqCst);
            interrupt.interrupt().unwrap();
            interrupt.reset();
            end.wait();
        }
        over.store(true, SeqCst);
    });
    assert!(!interrupt.is_set() && !rings(&interrupt), "nobody sleeps, and it rings");
    woken.into_inner() / SLEEPERS
}

#[test]
fn set_and_reset_reaches_every_sleeper_300_of_300() {
    let rounds = rounds(300);
    assert_eq!(woken(rounds, receive, false), rounds);
}

/// The same while signals end every wait after a tenth of a millisecond: what is set between two waits of a sleeper counts, too.
#[test]
fn signals_let_nobody_miss_it() {
    let rounds = rounds(300);
    let sleep = |interrupt: &ThreadInterrupt, counted: Counted<'_>| interrupt.wait(SOON, &counted) == Ok(true);
    assert_eq!(woken(rounds, sleep, true), rounds);
    assert_eq!(woken(rounds, receive, true), rounds);
}

fn receive(interrupt: &ThreadInterrupt, counted: Counted<'_>) -> bool {
    let counted = Counted { interrupt: Some(interrupt), ..counted };
    let (ours, _theirs) = make_socket_pair().unwrap();
    ours.recv_exact(&mut [0], SOON, &counted) == Err(RecvExactError::Interrupted { received: 0 })
}
