//! A waker whose ends notice that the other is gone.
#![cfg(target_os = "linux")]

use std::{thread, time::Duration};

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
