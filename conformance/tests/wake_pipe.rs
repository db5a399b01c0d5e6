//! A waker whose ends notice that the other is gone.
#![cfg(target_os = "linux")]

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    thread,
    time::Duration,
};

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
}
