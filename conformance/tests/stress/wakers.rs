//! No wake is lost: what was made before a wake is seen by who was woken, whoever wakes and whoever waits. `waker.rs` of the models.

use std::{
    sync::{
        OnceLock,
        atomic::{
            AtomicUsize,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
};

use conformance::storm::{Storm, Target};
use rustix::event::epoll;
use sockpipe::{Errno, Never, PolledWaker, TokenError, WakePipe, WakeWriter, Waker};

use super::{PAUSE, SOON, in_a_storm, rounds};

/// Some wake, some wait, until all is seen. `wait` says whether it was woken, and not just out of time.
fn all_is_seen(wakers: usize, waiters: usize, wake: impl Fn() + Sync, wait: impl Fn() -> bool + Sync) {
    let each = rounds(3_000);
    let (made, seen) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..waiters {
            scope.spawn(|| {
                in_a_storm(|| {
                    while seen.load(SeqCst) < wakers * each {
                        let woken = wait();
                        if !woken {
                            // The others end, too.
                            seen.store(usize::MAX, SeqCst);
                        }
                        assert!(woken, "a wake was lost");
                        // Relaxed: it is the wake that makes it seen.
                        seen.fetch_max(made.load(Relaxed), SeqCst);
                    }
                    // Another one may be asleep by now.
                    wake();
                });
            });
        }
        for number in 0..wakers {
            let (made, seen, wake) = (&made, &seen, &wake);
            scope.spawn(move || {
                in_a_storm(|| {
                    for n in 0..each {
                        let mine = made.fetch_add(1, Relaxed) + 1;
                        wake();
                        // Now and then it lets them fall asleep, so that a wake that is lost is not made up for by the next one.
                        while n % (3 + number) == 0 && seen.load(SeqCst) < mine {
                            thread::yield_now();
                        }
                    }
                });
            });
        }
    });
}

#[test]
fn of_a_waker() {
    let waker = Waker::new();
    all_is_seen(3, 1, || waker.wake().unwrap(), || waker.wait(SOON, &Never).unwrap());
    let waker = Waker::new();
    all_is_seen(2, 2, || waker.wake().unwrap(), || waker.wait(SOON, &Never).unwrap());
}

#[test]
fn of_a_wake_pipe() {
    let mut pipe = WakePipe::new();
    let (reader, writer) = pipe.split().unwrap();
    all_is_seen(3, 1, || writer.wake().unwrap(), || reader.wait(SOON, &Never).unwrap());
}

#[test]
fn of_a_polled_waker_in_an_event_loop() {
    let waker = PolledWaker::new().unwrap();
    let events = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
    epoll::add(&events, &waker, epoll::EventData::new_u64(7), epoll::EventFlags::IN).unwrap();
    let minute = rustix::event::Timespec { tv_sec: 60, tv_nsec: 0 };
    let wait = || {
        let mut found = Vec::with_capacity(4);
        loop {
            match epoll::wait(&events, rustix::buffer::spare_capacity(&mut found), Some(&minute)) {
                // A signal; the minute begins anew.
                Err(rustix::io::Errno::INTR) => {}
                count => {
                    waker.take().unwrap();
                    return count.unwrap() == 1;
                }
            }
        }
    };
    all_is_seen(3, 1, || waker.wake().unwrap(), wait);
}

static WAKER: Waker = Waker::new();
static POLLED: OnceLock<PolledWaker> = OnceLock::new();
static PIPE: OnceLock<WakeWriter<'static>> = OnceLock::new();
static MADE: AtomicUsize = AtomicUsize::new(0);
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// What the handler does: it makes something, and wakes.
fn make() {
    MADE.fetch_add(1, Relaxed);
    let woken = WAKER.wake().is_ok()
        && POLLED.get().is_none_or(|waker| waker.wake().is_ok())
        && PIPE.get().is_none_or(|writer| writer.wake().is_ok());
    REFUSED.fetch_add((!woken).into(), Relaxed);
}

/// The handler comes in the middle of the waits that it ends, on the waiters' own threads.
#[test]
fn by_handlers_at_10_khz() {
    let polled = POLLED.get_or_init(|| PolledWaker::new().unwrap());
    let (reader, writer) = Box::leak(Box::new(WakePipe::new())).split().unwrap();
    assert!(PIPE.set(writer).is_ok());
    let some = rounds(1_500);
    let waiter = |wait: &dyn Fn() -> bool| {
        let target = Target::calling(make);
        let storm = Storm::begin(&target, PAUSE).unwrap();
        let mut before = MADE.load(Relaxed);
        for _ in 0..some {
            assert!(wait(), "a wake was lost");
            let now = MADE.load(Relaxed);
            assert!(now >= before);
            before = now;
        }
        drop(storm);
        assert!(target.counts()[0] > 0, "there was no storm");
    };
    thread::scope(|scope| {
        scope.spawn(|| waiter(&|| WAKER.wait(SOON, &Never).unwrap()));
        scope.spawn(|| waiter(&|| reader.wait(SOON, &Never).unwrap()));
        scope.spawn(|| {
            waiter(&|| {
                let (reader, _writer) = sockpipe::TokenPipe::pair().unwrap();
                let ended = reader.token_read(SOON, polled);
                (ended, polled.take()) == (Err(TokenError::Interrupted), Ok(true))
            });
        });
    });
    assert_eq!(REFUSED.load(Relaxed), 0);
}

static NOBODY_WAITS: OnceLock<WakeWriter<'static>> = OnceLock::new();

/// The code that a handler interrupts looks at an errno of its own, also while the handler's wakes fail. (Not where rustix goes through the
/// C library.)
#[test]
fn errno_is_left_alone() {
    let (reader, writer) = Box::leak(Box::new(WakePipe::new())).split().unwrap();
    drop(reader);
    assert!(NOBODY_WAITS.set(writer).is_ok());
    let target = Target::calling(|| assert_eq!(NOBODY_WAITS.get().map(WakeWriter::wake), Some(Err(Errno::PIPE))));
    let storm = Storm::begin(&target, PAUSE).unwrap();
    while target.counts()[0] < rounds(1_000) as u64 {
        let error = std::fs::File::open("").unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ENOENT));
        assert_eq!(std::io::Error::last_os_error().raw_os_error(), Some(libc::ENOENT));
    }
    drop(storm);
}
