//! Streams of ours as embedded-io's.

use std::{cell::Cell, time::Duration};

use embedded_io::{Error, ErrorKind, Read, ReadReady, Write, WriteReady};
use sockpipe::{
    Blocking, BlockingError, Deadline, Errno, Events, Instant, Interrupt, Never, Sink, Sock, TokenPipe, Wait,
    make_socket_pair,
};

const NO_TIME: Deadline = Deadline::Within(Duration::from_millis(5));

fn pair() -> (Sock, Sock) {
    make_socket_pair().unwrap()
}

#[test]
fn a_read_waits_for_something_and_says_that_it_is_the_end() {
    let (a, b) = pair();
    let mut b = Blocking::new(b, NO_TIME, &Never);
    let mut buf = [0; 8];
    assert_eq!(b.read(&mut []), Ok(0));
    assert_eq!(b.read_ready(), Ok(false));
    assert_eq!(b.read(&mut buf), Err(BlockingError::TimedOut));
    a.send(b"abc").unwrap();
    assert_eq!(b.read_ready(), Ok(true));
    assert_eq!(b.read(&mut []), Ok(0));
    assert_eq!(b.read(&mut buf), Ok(3));
    assert_eq!(&buf[..3], b"abc");
    drop(a);
    assert_eq!(b.read_ready(), Ok(true));
    assert_eq!(b.read(&mut buf), Ok(0));
}

#[test]
fn a_write_waits_for_room_and_never_says_that_it_took_nothing() {
    let (a, b) = pair();
    let mut a = Blocking::new(&a, NO_TIME, &Never);
    assert_eq!(a.write(&[]), Ok(0));
    assert_eq!(a.write_ready(), Ok(true));
    let end = loop {
        match a.write(&[0; 4096]) {
            Ok(n) => assert!(n > 0),
            Err(error) => break error,
        }
    };
    assert_eq!(end, BlockingError::TimedOut);
    assert_eq!(a.write_ready(), Ok(false));
    assert_eq!(a.flush(), Ok(()));
    drop(b);
    let error = a.write(&[0]).unwrap_err();
    assert_eq!((error, error.kind()), (BlockingError::Failed(Errno::PIPE), ErrorKind::BrokenPipe));
}

/// Takes nothing at first, without an error.
struct Hesitant(Sock, Cell<u32>);

impl Wait for Hesitant {
    fn wait(&self, events: Events, at_most: Option<Duration>, by: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        self.0.wait(events, at_most, by)
    }
    fn now(&self) -> Instant {
        self.0.now()
    }
}

impl Sink for Hesitant {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        match self.1.replace(self.1.get().saturating_sub(1)) {
            0 => self.0.send(data),
            _ => Ok(0),
        }
    }
}

#[test]
fn a_sink_that_takes_nothing_is_asked_again() {
    let (a, _b) = pair();
    let mut a = Blocking::new(Hesitant(a, Cell::new(2)), Deadline::Within(Duration::from_secs(60)), &Never);
    assert_eq!(a.write(b"abc"), Ok(3));
}

#[test]
fn the_ends_of_a_token_pipe_are_a_reader_and_a_writer() {
    let (reader, writer) = TokenPipe::pair().unwrap();
    let (mut reader, mut writer) =
        (Blocking::new(reader, NO_TIME, &Never), Blocking::new(writer, Deadline::Never, &Never));
    writer.write_all(b"xyz").unwrap();
    let mut buf = [0; 3];
    reader.read_exact(&mut buf).unwrap();
    assert_eq!(&buf, b"xyz");
    drop(writer.into_stream());
    assert_eq!(reader.read(&mut buf), Ok(0));
}

#[test]
fn an_interrupt_ends_a_read() {
    let (_a, b) = pair();
    let (stop, stopper) = TokenPipe::pair().unwrap();
    stopper.try_token_write(0).unwrap();
    let mut b = Blocking::new(&b, Deadline::Never, &stop);
    let error = b.read(&mut [0]).unwrap_err();
    // Not `Interrupted`, after which loops go on.
    assert_eq!((error, error.kind()), (BlockingError::Interrupted, ErrorKind::TimedOut));
}
