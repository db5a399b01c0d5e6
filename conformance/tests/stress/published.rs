//! What was written before a set, a flag or a token is seen by who was woken by it. What is written is plain memory, so that the
//! sanitizer looks whether anything orders it; on most machines nothing goes wrong visibly if nothing does.

use std::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
};

use sockpipe::{Interrupt, Never, ThreadInterrupt, TokenPipe, Waker};

use super::{SOON, in_a_storm, rounds};

/// Memory that two threads use in turn.
struct Plain(UnsafeCell<usize>);

// SAFETY: who uses it has its turn. Whether that is so, the sanitizer says.
unsafe impl Sync for Plain {}

impl Plain {
    /// It must be `old`, and becomes `old + 1`.
    fn step(&self, old: usize) {
        // SAFETY: nobody else has its turn.
        unsafe { assert_eq!(self.0.get().replace(old + 1), old) };
    }
}

/// Two threads in turn: each steps, hands over, and waits until the other has.
fn in_turn(hand_over: [&(dyn Fn() + Sync); 2], wait: [&(dyn Fn() + Sync); 2]) {
    let rounds = rounds(300);
    let memory = Plain(UnsafeCell::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            in_a_storm(|| {
                for round in 0..rounds {
                    wait[0]();
                    memory.step(2 * round + 1);
                    hand_over[1]();
                }
            });
        });
        in_a_storm(|| {
            for round in 0..rounds {
                memory.step(2 * round);
                hand_over[0]();
                wait[1]();
            }
        });
    });
}

#[test]
fn by_an_interrupt() {
    let [there, back] = [(); 2].map(|()| ThreadInterrupt::new().unwrap());
    let set = |interrupt: &ThreadInterrupt| interrupt.interrupt().unwrap();
    let wait = |interrupt: &ThreadInterrupt| {
        assert_eq!(interrupt.wait(SOON, &Never), Ok(true));
        interrupt.reset();
    };
    in_turn([&|| set(&there), &|| set(&back)], [&|| wait(&there), &|| wait(&back)]);
}

#[test]
fn by_a_waker() {
    let [there, back] = [(); 2].map(|()| Waker::new());
    let wait = |waker: &Waker| assert_eq!(waker.wait(SOON, &Never), Ok(true));
    in_turn([&|| there.wake().unwrap(), &|| back.wake().unwrap()], [&|| wait(&there), &|| wait(&back)]);
}

/// `is_set` is all that orders it.
#[test]
fn by_a_flag() {
    let [there, back] = [(); 2].map(|()| AtomicBool::new(false));
    let set = |flag: &AtomicBool| flag.store(true, std::sync::atomic::Ordering::Release);
    let wait = |flag: &AtomicBool| {
        while !flag.is_set() {
            thread::yield_now();
        }
        flag.store(false, Relaxed);
    };
    in_turn([&|| set(&there), &|| set(&back)], [&|| wait(&there), &|| wait(&back)]);
}

/// Here it is the kernel that orders it.
#[test]
fn by_a_token() {
    let [there, back] = [(); 2].map(|()| TokenPipe::pair().unwrap());
    in_turn(
        [&|| there.1.token_write(7, SOON, &Never).unwrap(), &|| back.1.token_write(8, SOON, &Never).unwrap()],
        [&|| assert_eq!(there.0.token_read(SOON, &Never), Ok(Some(7))), &|| {
            assert_eq!(back.0.token_read(SOON, &Never), Ok(Some(8)))
        }],
    );
}

/// A flag that orders nothing. The sanitizer must find it, or it finds nothing at all.
#[test]
#[ignore = "a race: conformance/sanitize runs it"]
fn a_race() {
    let [there, back] = [(); 2].map(|()| AtomicBool::new(false));
    let wait = |flag: &AtomicBool| {
        while !flag.swap(false, Relaxed) {
            thread::yield_now();
        }
    };
    in_turn([&|| there.store(true, Relaxed), &|| back.store(true, Relaxed)], [&|| wait(&there), &|| wait(&back)]);
}
