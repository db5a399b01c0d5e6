//! Wakers with real threads, real signals and no descriptors left.
#![cfg(target_os = "linux")]

mod common;

use std::{
    os::fd::{AsFd, AsRawFd},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use common::in_a_process_of_its_own;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sockpipe::{
    Deadline, Errno, Events, Gate, Interrupt, Never, PolledWaker, RecvExactError, Source, TokenError, TokenPipe,
    WaitError, WaitSet, Waker, When, make_socket_pair,
};

/// More than any machine needs.
const SOON: Deadline = Deadline::Within(Duration::from_secs(30));

#[test]
fn a_wake_is_kept_for_the_next_wait() {
    let waker = Waker::new();
    for wakes in 1..4 {
        for _ in 0..wakes {
            waker.wake().unwrap();
        }
        // However many, they are one; and it comes before the time and the interrupt.
        assert_eq!(waker.wait(Deadline::NOW, &AtomicBool::new(true)), Ok(true));
        assert_eq!(waker.wait(Deadline::NOW, &Never), Ok(false));
    }
}

#[test]
fn time_passes_and_an_interrupt_ends_it_and_no_wake_is_lost() {
    let waker = Waker::new();
    let begin = Instant::now();
    assert_eq!(waker.wait(Deadline::Within(Duration::from_millis(20)), &Never), Ok(false));
    assert!(begin.elapsed() >= Duration::from_millis(20));
    assert_eq!(waker.wait(SOON, &AtomicBool::new(true)), Err(WaitError::Interrupted));
    let (stop, stopper) = TokenPipe::pair().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| waker.wait(SOON, &stop));
        stopper.try_token_write(1).unwrap();
        assert_eq!(waiting.join().unwrap(), Err(WaitError::Interrupted));
    });
    waker.wake().unwrap();
    assert_eq!(waker.wait(SOON, &stop), Ok(true));
}

/// A ring that came after its wake was taken for another reason wakes nobody for nothing.
#[test]
fn a_late_ring_is_no_wake() {
    static GATE: Gate = Gate::polled();
    let (bell, ringer) = TokenPipe::pair().unwrap();
    let ring = || {
        assert!(GATE.clear());
        ringer.try_token_write(0).map_err(|_| Errno::PIPE)
    };
    GATE.wake(ring).unwrap();
    let hush = || {
        let _ = bell.drain(&mut [0; 16]);
        Ok(())
    };
    assert_eq!(GATE.wait(&bell, hush, Deadline::Within(Duration::from_millis(20)), &Never), Ok(false));
}

/// The bell is silenced once for each ring, and left alone otherwise.
#[test]
fn the_bell_is_drained_once() {
    let gate = Gate::new();
    let (bell, ringer) = TokenPipe::pair().unwrap();
    let untouched = || panic!("it has not rung");
    assert_eq!(gate.wait(&bell, untouched, Deadline::Within(Duration::from_millis(10)), &Never), Ok(false));
    gate.wake(untouched).unwrap();
    assert_eq!(gate.wait(&bell, untouched, SOON, &Never), Ok(true));

    let hushed = AtomicU32::new(0);
    let hush = || {
        hushed.fetch_add(1, Relaxed);
        assert_eq!(bell.try_token_read(), Ok(Some(7)));
        Ok(())
    };
    // Woken when it has just lain down.
    let wakes = When(|| {
        gate.wake(|| ringer.try_token_write(7).map_err(|_| Errno::PIPE)).unwrap();
        false
    });
    assert_eq!(gate.wait(&bell, hush, SOON, &wakes), Ok(true));
    assert_eq!((hushed.load(Relaxed), bell.try_token_read()), (1, Err(TokenError::WouldBlock)));
}

/// A wake at the moment when the waiting ends for another reason is taken.
#[test]
fn the_last_look() {
    let waker = Waker::new();
    let wakes = When(|| {
        waker.wake().unwrap();
        true
    });
    assert_eq!(waker.wait(SOON, &wakes), Ok(true));
    // Its ring is still there, and disturbs nobody.
    assert_eq!(waker.wait(Deadline::Within(Duration::from_millis(10)), &Never), Ok(false));
    assert_eq!(waker.wait(SOON, &wakes), Ok(true));
}

static TO_DO: AtomicU32 = AtomicU32::new(0);
static WAKER: Waker = Waker::new();

/// Nothing is left undone, whoever does it: if a wake were lost, all would sleep on.
#[test]
fn several_wake_several() {
    const WAKES: u32 = 20_000;
    let done = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..WAKES {
                    TO_DO.fetch_add(1, Relaxed);
                    WAKER.wake().unwrap();
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                while done.fetch_add(TO_DO.swap(0, Relaxed), Relaxed) < 3 * WAKES {
                    assert_ne!(WAKER.wait(SOON, &When(|| done.load(Relaxed) == 3 * WAKES)), Ok(false));
                }
                // Whoever did the last tells the other.
                WAKER.wake().unwrap();
            });
        }
    });
    assert_eq!(done.into_inner(), 3 * WAKES);
}

#[test]
fn each_wake_is_for_one() {
    const WAITERS: u32 = 3;
    let (waker, woken) = (Waker::new(), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..WAITERS {
            scope.spawn(|| {
                assert_eq!(waker.wait(SOON, &Never), Ok(true));
                woken.fetch_add(1, Relaxed);
            });
        }
        for already in 0..WAITERS {
            assert_eq!(woken.load(Relaxed), already);
            waker.wake().unwrap();
            while woken.load(Relaxed) == already {
                thread::yield_now();
            }
        }
    });
}

/// Where there is no descriptor left to sleep with, that is said, and nothing is lost.
#[test]
fn no_descriptors_left() {
    in_a_process_of_its_own("no_descriptors_left", || {
        let limit = getrlimit(Resource::Nofile);
        setrlimit(Resource::Nofile, Rlimit { current: Some(0), ..limit }).unwrap();
        let waker = Waker::new();
        assert_eq!(waker.wait(Deadline::NOW, &Never), Ok(false));
        assert_eq!(waker.wait(SOON, &Never), Err(WaitError::Failed(Errno::MFILE)));
        assert_eq!(PolledWaker::new().map(drop), Err(Errno::MFILE));
        waker.wake().unwrap();
        assert_eq!(waker.wait(SOON, &Never), Ok(true));
        setrlimit(Resource::Nofile, limit).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| waker.wake());
            assert_eq!(waker.wait(SOON, &Never), Ok(true));
        });
    });
}

/// Who has left is not rung for: also who has left by a panic.
#[test]
fn a_waiter_that_panics_is_gone() {
    static GATE: Gate = Gate::new();
    let (bell, _ringer) = TokenPipe::pair().unwrap();
    let interrupt = When(|| panic!("asked"));
    let ended = catch_unwind(AssertUnwindSafe(|| GATE.wait(&bell, || Ok(()), SOON, &interrupt)));
    assert!(ended.is_err());
    assert_eq!(GATE.wake(|| panic!("it rings for nobody")), Ok(()));
}

/// The sleepers are not woken, but who looks finds it, and the next wake tries again.
#[test]
fn a_ring_that_fails_is_tried_again() {
    let gate = Gate::polled();
    assert_eq!(gate.wake(|| Err(Errno::PERM)), Err(Errno::PERM));
    assert!(gate.is_notified());
    assert_eq!(gate.wake(|| Err(Errno::PERM)), Err(Errno::PERM));
    assert_eq!(gate.wake(|| Ok(())), Ok(()));
    assert_eq!(gate.wake(|| panic!("it has rung")), Ok(()));
    assert_eq!(gate.take(|| Err(Errno::PERM)), Err(Errno::PERM));
    assert_eq!(gate.take(|| Ok(())), Ok(true));
    assert_eq!(gate.take(|| Ok(())), Ok(false));
    // What has been seen need not be seen again.
    let seen = || {
        assert!(gate.clear());
        Err(Errno::PERM)
    };
    assert_eq!(gate.wake(seen), Err(Errno::PERM));
    assert!(!gate.is_notified());
}

extern "C" fn wakes(_signal: i32) {
    WOKEN_BY_A_SIGNAL.wake().unwrap();
}
static WOKEN_BY_A_SIGNAL: Waker = Waker::new();

/// The handler interrupts the waiter itself, wherever it is.
#[test]
fn a_signal_handler_wakes() {
    in_a_process_of_its_own("a_signal_handler_wakes", || {
        // SAFETY: the handler only wakes.
        unsafe { libc::signal(libc::SIGUSR1, wakes as *const () as libc::sighandler_t) };
        for after in 0..200 {
            // SAFETY: it is this thread, and alive.
            let waiter = unsafe { libc::pthread_self() };
            thread::scope(|scope| {
                scope.spawn(move || {
                    for _ in 0..after * 10 {
                        std::hint::spin_loop();
                    }
                    // SAFETY: the thread outlives the scope.
                    unsafe { libc::pthread_kill(waiter, libc::SIGUSR1) };
                });
                assert_eq!(WOKEN_BY_A_SIGNAL.wait(SOON, &Never), Ok(true));
            });
        }
    });
}

/// It is readable from the first wake until it is taken, and each first wake is an event of its own.
#[test]
fn a_polled_waker_is_readable() {
    let waker = PolledWaker::new().unwrap();
    let readable = || {
        let mut set = WaitSet::<1>::new();
        set.add(&waker, Events::RECV);
        set.wait(Deadline::NOW, &Never) == Ok(1)
    };
    assert_eq!(waker.as_raw_fd(), waker.as_fd().as_raw_fd());
    for _ in 0..3 {
        assert!(!readable() && !waker.is_set());
        waker.wake().unwrap();
        waker.wake().unwrap();
        assert!(readable() && waker.is_set());
        assert_eq!((waker.take(), waker.take()), (Ok(true), Ok(false)));
    }
}

/// A ring that came after its wake was taken ends one wait for nothing, and not each of them.
#[test]
fn a_late_ring_is_silenced() {
    if cfg!(sockpipe_force_unix) {
        println!("skipped: what is lent is one end of a pipe, into which nobody can ring");
        return;
    }
    let waker = PolledWaker::new().unwrap();
    rustix::io::write(&waker, &1_u64.to_ne_bytes()).unwrap();
    let (a, _b) = make_socket_pair().unwrap();
    let ended = a.recv_exact(&mut [0], Deadline::Within(Duration::from_millis(50)), &waker);
    assert_eq!(ended, Err(RecvExactError::TimedOut { received: 0 }));
    assert_eq!(rustix::io::read(&waker, &mut [0; 8]), Err(rustix::io::Errno::AGAIN));
}

/// A bell that cannot be made quiet costs naps, and not a whole processor.
#[test]
fn a_bell_that_is_never_quiet() {
    let gate = Gate::new();
    let (bell, ringer) = TokenPipe::pair().unwrap();
    ringer.try_token_write(0).unwrap();
    let hushed = AtomicU32::new(0);
    let deaf = || {
        hushed.fetch_add(1, Relaxed);
        Ok(())
    };
    assert_eq!(gate.wait(&bell, deaf, Deadline::Within(Duration::from_millis(100)), &Never), Ok(false));
    assert!(hushed.load(Relaxed) < 400);
}

/// A wake between two operations ends the next one, and a wake is no token: it is taken by who takes it.
#[test]
fn a_polled_waker_ends_the_waiting_for_a_socket() {
    let waker = PolledWaker::new().unwrap();
    let (a, b) = make_socket_pair().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| a.recv_exact(&mut [0], SOON, &waker));
        waker.wake().unwrap();
        assert_eq!(waiting.join().unwrap(), Err(RecvExactError::Interrupted { received: 0 }));
    });
    assert_eq!(a.recv_exact(&mut [0], SOON, &waker), Err(RecvExactError::Interrupted { received: 0 }));
    assert_eq!(waker.take(), Ok(true));
    rustix::io::write(&b, b"x").unwrap();
    assert_eq!(a.recv_exact(&mut [0], SOON, &waker), Ok(()));
}
