//! A waker whose ends notice that the other is gone.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    mem::zeroed,
    ptr::null_mut,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    thread,
    time::Duration,
};

use common::in_a_process_of_its_own;
use sockpipe::{Deadline, Errno, Never, WaitError, WakePipe};

/// More than any machine needs.
const SOON: Deadline = Deadline::Within(Duration::from_secs(30));
const GONE: Result<bool, WaitError> = Err(WaitError::Failed(Errno::PIPE));

#[test]
fn a_wake_and_no_wake() {
    let mut pipe = WakePipe::new();
    let (reader, writer) = pipe.split().unwrap();
    assert_eq!(reader.wait(Deadline::Within(Duration::from_millis(10)), &Never), Ok(false));
    for _ in 0..100_000 {
        writer.wake().unwrap();
    }
    assert_eq!(reader.wait(SOON, &Never), Ok(true));
    assert_eq!(reader.wait(Deadline::NOW, &Never), Ok(false));
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(reader.wait(SOON, &Never), Ok(true)));
        writer.wake().unwrap();
    });
}

/// Each wake is for one; what one has drained, the other does not find, and that is no error.
#[test]
fn two_readers() {
    let mut pipe = WakePipe::new();
    let (reader, writer) = pipe.split().unwrap();
    let woken = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while woken.load(Relaxed) < 1000 {
                    assert_eq!(reader.wait(SOON, &Never), Ok(true));
                    woken.fetch_add(1, Relaxed);
                }
                // Whoever was last tells the other.
                writer.wake().unwrap();
            });
        }
        while woken.load(Relaxed) < 1000 {
            writer.wake().unwrap();
            thread::yield_now();
        }
    });
}

/// After its last wake, which is not lost.
#[test]
fn the_writer_is_gone() {
    let mut pipe = WakePipe::new();
    for wakes in [false, true] {
        let (reader, writer) = pipe.split().unwrap();
        if wakes {
            writer.wake().unwrap();
        }
        drop(writer);
        if wakes {
            assert_eq!(reader.wait(Deadline::NOW, &Never), Ok(true));
        }
        assert_eq!((reader.wait(SOON, &Never), reader.wait(SOON, &Never)), (GONE, GONE));
    }
    let (reader, writer) = pipe.split().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(reader.wait(SOON, &Never), GONE));
        thread::sleep(Duration::from_millis(10));
        drop(writer);
    });
}

/// Each wake says so, whatever state the reader left behind; and no SIGPIPE ends this process.
#[test]
fn the_reader_is_gone() {
    // By itself: a process that another test starts has for a moment a copy of the reader.
    in_a_process_of_its_own("the_reader_is_gone", || {
        let mut pipe = WakePipe::new();
        for wakes in [false, true] {
            let (reader, writer) = pipe.split().unwrap();
            if wakes {
                writer.wake().unwrap();
            }
            drop(reader);
            assert_eq!((writer.wake(), writer.wake()), (Err(Errno::PIPE), Err(Errno::PIPE)));
        }
        // And the next pair is a new one.
        let (reader, writer) = pipe.split().unwrap();
        assert_eq!(reader.wait(Deadline::NOW, &Never), Ok(false));
        assert_eq!(writer.wake(), Ok(()));
        assert_eq!(reader.wait(SOON, &Never), Ok(true));
    });
}

/// Who waits without an end sleeps in a read, not in a poll. Several who do get one wake each.
#[test]
fn each_wake_is_for_one_who_waits_without_an_end() {
    const WAITERS: u32 = 3;
    const WAKES: u32 = 1000;
    in_a_process_of_its_own("each_wake_is_for_one_who_waits_without_an_end", || {
        let (mut pipe, woken) = (WakePipe::new(), AtomicU32::new(0));
        let (reader, writer) = pipe.split().unwrap();
        thread::scope(|scope| {
            for _ in 0..WAITERS {
                scope.spawn(|| {
                    for _ in 0..WAKES {
                        assert_eq!(reader.wait(Deadline::Never, &Never), Ok(true));
                        woken.fetch_add(1, Relaxed);
                    }
                });
            }
            for already in 0..WAITERS * WAKES {
                assert_eq!(woken.load(Relaxed), already);
                writer.wake().unwrap();
                while woken.load(Relaxed) == already {
                    thread::yield_now();
                }
            }
        });
    });
}

/// That is, they do sleep.
#[test]
fn who_waits_without_an_end_sleeps() {
    in_a_process_of_its_own("who_waits_without_an_end_sleeps", || {
        let mut pipe = WakePipe::new();
        let (reader, writer) = pipe.split().unwrap();
        let waiter = rustix::thread::gettid();
        thread::scope(|scope| {
            scope.spawn(|| {
                // See proc_pid_stat(5).
                let stat = || fs::read_to_string(format!("/proc/self/task/{waiter}/stat")).unwrap();
                while !stat().contains(") S ") {
                    thread::sleep(Duration::from_millis(1));
                }
                writer.wake().unwrap();
            });
            assert_eq!(reader.wait(Deadline::Never, &Never), Ok(true));
        });
    });
}

/// All of those hear that the writer is gone.
#[test]
fn the_writer_is_gone_from_those_who_wait_without_an_end() {
    in_a_process_of_its_own("the_writer_is_gone_from_those_who_wait_without_an_end", || {
        let mut pipe = WakePipe::new();
        let (reader, writer) = pipe.split().unwrap();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| assert_eq!(reader.wait(Deadline::Never, &Never), GONE));
            }
            thread::sleep(Duration::from_millis(10));
            drop(writer);
        });
    });
}

extern "C" fn nothing(_: i32) {}

/// Its handler does not restart what it interrupts.
#[test]
fn a_signal_is_no_wake() {
    in_a_process_of_its_own("a_signal_is_no_wake", || {
        // SAFETY: a plain C struct, for which zeros are a value: no flags, so no SA_RESTART.
        let mut action: libc::sigaction = unsafe { zeroed() };
        action.sa_sigaction = nothing as extern "C" fn(i32) as libc::sighandler_t;
        // SAFETY: the handler does nothing.
        unsafe { libc::sigaction(libc::SIGUSR1, &action, null_mut()) };
        // SAFETY: always possible.
        let here = unsafe { libc::pthread_self() };
        let (mut pipe, signals) = (WakePipe::new(), AtomicU32::new(0));
        let (reader, writer) = pipe.split().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..50 {
                    thread::sleep(Duration::from_millis(1));
                    signals.fetch_add(1, Relaxed);
                    // SAFETY: the thread lives until the scope ends.
                    unsafe { libc::pthread_kill(here, libc::SIGUSR1) };
                }
                writer.wake().unwrap();
            });
            assert_eq!(reader.wait(Deadline::Never, &Never), Ok(true));
            assert_eq!(signals.load(Relaxed), 50);
        });
    });
}
