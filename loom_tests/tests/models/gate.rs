//! The gate and those who sleep at it: no wake is lost, each is taken once, and who takes it sees what it was for.
//!
//! The gate is the real one; its bell is the world's stream. What a wake is for is Relaxed, or a cell, so that who looks sees it only
//! if the gate has put it in order.
//!
//! Three threads. Two notifiers, 3 preemptions, with either bell: 20,367 executions, 1 s. Two waiters, 3 preemptions: 28,004, 1.4 s; one
//! wake for both: 19,330, 1 s. A deadline, 4 preemptions: 30,090, 1.4 s. An interrupt, 3 preemptions: 6,553, 0.4 s. Two threads,
//! without a bound: a wake before the deadline 3,802, 0.2 s; bells that fail: 77,994, 2.7 s, and 22,384, 0.8 s.

use loom::{
    cell::UnsafeCell,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
};
use sockpipe::{Deadline, Errno, Gate, Instant, Interrupt, Never, WaitError};

use crate::{alarm::Alarm, check, world::World};

/// Holds a single byte: an eventfd. Holds more: a token pipe.
const EVENTFD: usize = 1;
const PIPE: usize = 4;

pub struct Gated {
    pub gate: Gate,
    pub bell: World,
}

impl Gated {
    pub fn new(gate: Gate, bell: World) -> Arc<Self> {
        Arc::new(Self { gate, bell })
    }

    pub fn wake(&self) -> Result<(), Errno> {
        self.gate.wake(|| self.bell.call())
    }

    pub fn wait(&self, deadline: Deadline) -> Result<bool, WaitError> {
        self.wait_with(deadline, &Never)
    }

    pub fn wait_with(&self, deadline: Deadline, interrupt: &impl Interrupt) -> Result<bool, WaitError> {
        self.gate.wait(&self.bell, || self.bell.quiet(), deadline, interrupt)
    }
}

/// When the clock shows 1.
const AT_1: Deadline = Deadline::At(Instant::from_nanos(1));

fn two_notifiers(name: &str, bell: usize, preemptions: Option<usize>) {
    check(name, preemptions, move || {
        let gated = Gated::new(Gate::new(), World::new(bell));
        let flags = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
        let notifiers = [0, 1].map(|i| {
            let (gated, flags) = (gated.clone(), flags.clone());
            thread::spawn(move || {
                flags[i].store(true, Relaxed);
                gated.wake().unwrap();
            })
        });
        loop {
            assert_eq!(gated.wait(Deadline::Never), Ok(true));
            if flags.iter().all(|flag| flag.load(Relaxed)) {
                break;
            }
        }
        for notifier in notifiers {
            notifier.join().unwrap();
        }
    });
}

#[test]
fn two_notifiers_and_a_waiter() {
    two_notifiers("gate: two notifiers, a waiter, an eventfd", EVENTFD, Some(3));
}

#[test]
fn two_notifiers_and_a_waiter_with_a_pipe() {
    two_notifiers("gate: two notifiers, a waiter, a pipe", PIPE, Some(3));
}

/// Two wakes, and a third one when somebody has taken one: both waiters go home.
#[test]
fn a_notifier_and_two_waiters() {
    check("gate: a notifier, two waiters", Some(3), || {
        let gated = Gated::new(Gate::new(), World::new(EVENTFD));
        let woken = Arc::new((Mutex::new(0), Condvar::new()));
        let waiters = [0, 1].map(|_| {
            let (gated, woken) = (gated.clone(), woken.clone());
            thread::spawn(move || {
                assert_eq!(gated.wait(Deadline::Never), Ok(true));
                *woken.0.lock().unwrap() += 1;
                woken.1.notify_all();
            })
        });
        gated.wake().unwrap();
        gated.wake().unwrap();
        let mut n = woken.0.lock().unwrap();
        while *n == 0 {
            n = woken.1.wait(n).unwrap();
        }
        drop(n);
        gated.wake().unwrap();
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
}

#[test]
fn one_of_two_takes_a_wake() {
    check("gate: one wake before the deadline of two waiters", Some(3), || {
        let gated = Gated::new(Gate::new(), World::new(EVENTFD).with_clock());
        let other = gated.clone();
        let other = thread::spawn(move || other.wait(AT_1).unwrap());
        let notifier = gated.clone();
        let notifier = thread::spawn(move || {
            notifier.wake().unwrap();
            notifier.bell.time_passes();
        });
        let mine = gated.wait(AT_1).unwrap();
        notifier.join().unwrap();
        assert!(mine != other.join().unwrap(), "not one of two has taken it");
        assert!(!gated.gate.is_notified());
    });
}

#[test]
fn a_wake_before_the_deadline() {
    check("gate: a wake, then the deadline", None, || {
        let gated = Arc::new((Gated::new(Gate::new(), World::new(EVENTFD).with_clock()), UnsafeCell::new(())));
        let notifier = gated.clone();
        let notifier = thread::spawn(move || {
            notifier.1.with_mut(|_| ());
            notifier.0.wake().unwrap();
            notifier.0.bell.time_passes();
        });
        assert_eq!(gated.0.wait(AT_1), Ok(true));
        gated.1.with(|_| ());
        notifier.join().unwrap();
    });
}

#[test]
fn a_wake_beside_the_deadline() {
    check("gate: a wake, the deadline at any time", Some(4), || {
        let gated = Gated::new(Gate::new(), World::new(EVENTFD).with_clock());
        let why = Arc::new(UnsafeCell::new(()));
        let (notifier, its) = (gated.clone(), why.clone());
        let notifier = thread::spawn(move || {
            its.with_mut(|_| ());
            notifier.wake().unwrap();
        });
        let clock = gated.bell.clone();
        let clock = thread::spawn(move || clock.time_passes());
        // If not now, then next time.
        if !gated.wait(AT_1).unwrap() {
            assert_eq!(gated.wait(Deadline::Never), Ok(true));
        }
        why.with(|_| ());
        notifier.join().unwrap();
        clock.join().unwrap();
        assert!(!gated.gate.is_notified(), "it was taken, and is still there");
    });
}

#[test]
fn a_wake_beside_an_interrupt() {
    check("gate: a wake, an interrupt at any time", Some(3), || {
        let gated = Gated::new(Gate::new(), World::new(EVENTFD));
        let alarm = Alarm::new(&gated.bell);
        let setter = alarm.clone();
        let setter = thread::spawn(move || setter.set());
        let notifier = gated.clone();
        let notifier = thread::spawn(move || notifier.wake().unwrap());
        let woken = gated.wait_with(Deadline::Never, &*alarm);
        setter.join().unwrap();
        if woken.is_err() {
            assert_eq!(woken, Err(WaitError::Interrupted));
            gated.bell.hush();
            assert_eq!(gated.wait(Deadline::Never), Ok(true));
        }
        notifier.join().unwrap();
    });
}

#[test]
fn a_bell_that_fails_once() {
    check("gate: two wakes, the first ring fails", None, || {
        let gated = Gated::new(Gate::new(), World::new(EVENTFD));
        gated.bell.refuse(1);
        let notifier = gated.clone();
        let notifier = thread::spawn(move || {
            // It fails if somebody sleeps already; and then the second one rings.
            let first = notifier.wake();
            assert!(first.is_ok() || first == Err(Errno::PERM));
            let second = notifier.wake();
            assert!(second.is_ok() || first.is_ok());
        });
        assert_eq!(gated.wait(Deadline::Never), Ok(true));
        notifier.join().unwrap();
    });
}

#[test]
fn a_bell_that_fails() {
    check("gate: a wake whose ring fails, then the deadline", None, || {
        let gated = Gated::new(Gate::new(), World::new(EVENTFD).with_clock());
        gated.bell.refuse(1);
        let notifier = gated.clone();
        let notifier = thread::spawn(move || {
            let _ = notifier.wake();
            notifier.bell.time_passes();
        });
        assert_eq!(gated.wait(AT_1), Ok(true), "who looks does not find it");
        notifier.join().unwrap();
        assert!(!gated.gate.clear(), "one wake was taken twice");
    });
}
