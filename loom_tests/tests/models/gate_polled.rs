//! The gate of a foreign loop that polls the bell: drain, clear, look, in this order.
//!
//! That the wake which is lost otherwise is noticed takes three of them by one notifier.
//!
//! Two threads. Three wakes: 5 preemptions 6,098 executions, 0.3 s, and with a pipe 4 preemptions 2,079, 0.1 s (without a bound 202,564, 9 s).
//! A bell without a lock, no bound: 242, 8 ms. Three threads, a socket, 4 preemptions: 22,533, 1 s; a late ring, 3: 13,718, 0.6 s.

use loom::{
    cell::UnsafeCell,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread,
};
use sockpipe::{Deadline, Events, Gate, Interrupt, Lend, Never, Peek, RecvError, Sink, Wait};

use crate::{check, gate::Gated, mutants::mutant, world::World};

const WAKES: usize = 3;

fn three_wakes(name: &str, bell: usize, preemptions: Option<usize>) {
    check(name, preemptions, move || {
        let gated = Gated::new(Gate::polled(), World::new(bell));
        let count = Arc::new(AtomicUsize::new(0));
        let (notifier, its) = (gated.clone(), count.clone());
        let notifier = thread::spawn(move || {
            for n in 1..=WAKES {
                its.store(n, Relaxed);
                notifier.wake().unwrap();
            }
        });
        loop {
            assert_eq!(gated.bell.wait(Events::RECV, None, &Never), Ok(Events::RECV));
            let early = mutant("look_before_the_take").then(|| count.load(Relaxed));
            gated.gate.take(|| gated.bell.quiet()).unwrap();
            if early.unwrap_or_else(|| count.load(Relaxed)) == WAKES {
                break;
            }
        }
        notifier.join().unwrap();
    });
}

#[test]
fn each_of_three_wakes_is_seen() {
    three_wakes("polled gate: three wakes, an eventfd", 1, Some(5));
}

#[test]
fn each_of_three_wakes_is_seen_with_a_pipe() {
    three_wakes("polled gate: three wakes, a pipe", 4, Some(4));
}

/// A bell of which nothing but the gate puts a ring behind the drain: without a lock, as memory that another device sees.
#[test]
fn a_ring_comes_after_the_drain() {
    check("polled gate: two wakes, a take, a bell without a lock", None, || {
        let gate = Arc::new(Gate::polled());
        let bell = Arc::new(AtomicBool::new(false));
        let (its, rings) = (gate.clone(), bell.clone());
        let notifier = thread::spawn(move || {
            for _ in 0..2 {
                its.wake(|| {
                    rings.store(true, Relaxed);
                    Ok(())
                })
                .unwrap();
            }
        });
        let quiet = || {
            bell.store(false, Relaxed);
            Ok(())
        };
        gate.take(quiet).unwrap();
        notifier.join().unwrap();
        assert!(bell.load(Relaxed) || !gate.is_notified(), "notified, and the bell is quiet");
    });
}

/// As a `PolledWaker` is an interrupt: its bell ends the waits of the same world.
struct Alarm {
    gate: Gate,
    why: UnsafeCell<()>,
    world: World,
}

impl Interrupt for Alarm {
    fn is_set(&self) -> bool {
        self.gate.is_notified()
    }
    fn lend(&self) -> Lend<'_> {
        Lend::Never
    }
}

#[test]
fn a_wake_ends_the_waiting_for_a_socket() {
    check("polled gate: a wake, and a peer that sends", Some(4), || {
        let world = World::new(8);
        let alarm = Arc::new(Alarm { gate: Gate::polled(), why: UnsafeCell::new(()), world: world.clone() });
        let notifier = alarm.clone();
        let notifier = thread::spawn(move || {
            notifier.why.with_mut(|_| ());
            notifier.gate.wake(|| {
                notifier.world.ring();
                Ok(())
            })
        });
        let peer = world.clone();
        let peer = thread::spawn(move || assert_eq!(peer.send(b"a"), Ok(1)));

        let mut out = heapless::Vec::<u8, 4>::new();
        let result = world.recv_until_terminator(b'\n', &mut out, Deadline::Never, &*alarm);
        assert_eq!(result, Err(RecvError::Interrupted { received: out.len() }));
        alarm.why.with(|_| ());
        notifier.join().unwrap().unwrap();
        peer.join().unwrap();
        assert_eq!([&out[..], &world.left()].concat(), b"a", "a byte was lost");
        let hush = || {
            alarm.world.hush();
            Ok(())
        };
        assert_eq!(alarm.gate.take(hush), Ok(true));
        assert!(!world.rings());
    });
}

/// A ring after its wake was taken wakes nobody for ever, and silencing it silences no other.
#[test]
fn a_late_ring_is_silenced_and_no_other() {
    check("polled gate: a wake, a take, a look at a late ring, another wake", Some(3), || {
        let gated = Gated::new(Gate::polled(), World::new(1));
        let notifiers = [gated.clone(), gated.clone()].map(|gated| thread::spawn(move || gated.wake().unwrap()));
        let ring = || gated.bell.call();
        let rings = || !gated.bell.left().is_empty();
        gated.gate.take(|| gated.bell.quiet()).unwrap();
        gated.gate.settle(ring, || gated.bell.quiet()).unwrap();
        for notifier in notifiers {
            notifier.join().unwrap();
        }
        assert!(rings() || !gated.gate.is_notified(), "notified, and the bell is quiet");
        gated.gate.settle(ring, || gated.bell.quiet()).unwrap();
        assert_eq!(rings(), gated.gate.is_notified(), "a ring for nothing stays");
    });
}
