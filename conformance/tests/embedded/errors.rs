//! What ends a link, and what does not.

use std::collections::VecDeque;

use embedded_io::{Error, ErrorKind, ErrorType, Read, Write};
use sockpipe::link::{
    Format, FrameError,
    embedded::{Rx, RxError, Tx, TxError},
};

const BARE: Format = Format::bare(100);

/// Gives these, one after the other, and then the end.
struct Script(VecDeque<Result<&'static [u8], ErrorKind>>);

impl ErrorType for Script {
    type Error = ErrorKind;
}

impl Read for Script {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        assert!(!buf.is_empty());
        let bytes = self.0.pop_front().unwrap_or(Ok(b""))?;
        buf[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

fn reads(script: impl IntoIterator<Item = Result<&'static [u8], ErrorKind>>) -> Script {
    Script(script.into_iter().collect())
}

/// Answers so, one after the other, and then takes everything.
#[derive(Default)]
struct Taker {
    script: VecDeque<Result<usize, ErrorKind>>,
    flush: Option<ErrorKind>,
    taken: Vec<u8>,
}

impl ErrorType for Taker {
    type Error = ErrorKind;
}

impl Write for Taker {
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        assert!(!buf.is_empty());
        let n = self.script.pop_front().unwrap_or(Ok(buf.len()))?;
        self.taken.extend(&buf[..n.min(buf.len())]);
        Ok(n)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.flush.take().map_or(Ok(()), Err)
    }
}

fn writes<const N: usize>(script: [Result<usize, ErrorKind>; N]) -> Taker {
    Taker { script: script.into(), ..Taker::default() }
}

#[test]
fn an_end_is_told_from_one_that_cuts_something_off() {
    let stream = b"VOXL\x01\x00\x03\0\0\0abc\x02\0\0\0de";
    for length in 0..=stream.len() {
        let mut memory = [0; 64];
        let mut rx = Rx::new(&stream[..length], Format::plain(100), &mut memory);
        let frames = [6 + 7, 6 + 7 + 6].iter().filter(|end| length >= **end).count();
        (0..frames).for_each(|_| assert!(rx.recv().unwrap().is_some()));
        let rest = [0, 13, 19].iter().rev().find(|end| length >= **end).map_or(0, |end| length - end);
        let expected = match (frames, rest) {
            (_, 0) | (0, 6) => Ok(false),
            (0, got @ ..6) => Err(FrameError::EndInPrologue { got: got as u8 }),
            (0, got @ ..10) => Err(FrameError::EndInHeader { got: got as u8 - 6 }),
            (0, got) => Err(FrameError::EndInBody { got: got as u32 - 10, len: 3 }),
            (_, got @ ..4) => Err(FrameError::EndInHeader { got: got as u8 }),
            (_, got) => Err(FrameError::EndInBody { got: got as u32 - 4, len: 2 }),
        };
        for _ in 0..2 {
            assert_eq!(rx.recv().map(|frame| frame.is_some()), expected.map_err(RxError::Protocol));
        }
    }
}

#[test]
fn an_end_in_a_frame_that_goes_right_into_the_callers_memory_counts_what_came() {
    let (mut memory, mut out) = ([0; 8], [0; 100]);
    let mut rx = Rx::new(&b"\x20\0\0\0abcdefghijkl"[..], BARE, &mut memory);
    assert_eq!(rx.recv(), Err(RxError::Larger { len: 32 }));
    assert_eq!(rx.recv_into(&mut [0; 31]), Err(RxError::Larger { len: 32 }));
    for _ in 0..2 {
        assert_eq!(rx.recv_into(&mut out), Err(RxError::Protocol(FrameError::EndInBody { got: 12, len: 32 })));
    }
    assert_eq!(&out[..12], b"abcdefghijkl");
}

#[test]
fn what_the_peer_did_wrong_is_said_each_time() {
    let table: [(Format, &[u8], FrameError); 4] = [
        (BARE, b"\x65\0\0\0", FrameError::TooLong { len: 101, max: 100 }),
        (BARE, b"VOXL\x01\x00", FrameError::Prologue),
        (Format::plain(100), b"HTTP", FrameError::BadMagic),
        (Format::fd(100), b"VOXL\x01\x01\0\0\0\0\x02\0\0\0", FrameError::UnwantedFds { fds: 2 }),
    ];
    for (format, bytes, error) in table {
        let mut memory = [0; 64];
        let mut rx = Rx::new(bytes, format, &mut memory);
        assert_eq!(rx.recv(), Err(RxError::Protocol(error)));
        assert_eq!(rx.recv_into(&mut [0; 100]), Err(RxError::Protocol(error)));
        assert_eq!(rx.next_len(), Err(RxError::Protocol(error)));
    }
}

#[test]
fn a_timeout_of_the_reader_loses_nothing_and_anything_else_is_the_end() {
    for kind in [ErrorKind::TimedOut, ErrorKind::Interrupted] {
        let mut memory = [0; 16];
        let script = [Ok(&b"\x03\0"[..]), Err(kind), Ok(b"\0\0a"), Err(kind), Ok(b"bc"), Err(kind)];
        let mut rx = Rx::new(reads(script), BARE, &mut memory);
        assert_eq!(rx.recv(), Err(RxError::Io(kind)));
        assert_eq!(rx.recv(), Err(RxError::Io(kind)));
        assert_eq!(rx.recv().unwrap().as_deref(), Some(&b"abc"[..]));
        assert_eq!(rx.recv(), Err(RxError::Io(kind)));
        assert_eq!(rx.recv(), Ok(None));
    }
    // What comes after a reset is no end.
    let mut memory = [0; 16];
    let mut rx = Rx::new(reads([Err(ErrorKind::ConnectionReset)]), BARE, &mut memory);
    assert_eq!(rx.recv(), Err(RxError::Io(ErrorKind::ConnectionReset)));
    assert_eq!(rx.recv(), Err(RxError::Broken));
    assert_eq!(rx.next_len(), Err(RxError::Broken));
}

#[test]
fn a_timeout_of_the_writer_says_whether_the_frame_is_accepted() {
    let timeout = |accepted| Err(TxError::Io { error: ErrorKind::TimedOut, accepted });
    let mut memory = [0; 32];
    let script = [Ok(3), Err(ErrorKind::TimedOut), Ok(1), Err(ErrorKind::TimedOut)];
    let mut tx = Tx::new(writes(script), BARE, &mut memory);
    assert_eq!(tx.send(&[1; 20]), timeout(true));
    assert_eq!(tx.pending(), 21);
    assert_eq!(tx.send(&[2; 20]), timeout(false));
    tx.send(&[3; 2]).unwrap();
    assert_eq!(tx.writer().taken, [&b"\x14\0\0\0"[..], &[1; 20], b"\x02\0\0\0", &[3; 2]].concat());
}

#[test]
fn an_error_of_the_writer_is_the_end() {
    let error = ErrorKind::ConnectionReset;
    let mut memory = [0; 32];
    let mut tx = Tx::new(writes([Err(error)]), BARE, &mut memory);
    assert_eq!(tx.send(b"a"), Err(TxError::Io { error, accepted: true }));
    assert_eq!(tx.send(b"a"), Err(TxError::Broken));
    assert_eq!(tx.flush(), Err(TxError::Broken));

    let mut memory = [0; 32];
    let mut tx = Tx::new(Taker { flush: Some(error), ..Taker::default() }, BARE, &mut memory);
    assert_eq!(tx.flush(), Err(TxError::Io { error, accepted: false }));
    assert_eq!(tx.close(), Err(TxError::Broken));
}

#[test]
fn a_writer_that_takes_nothing_is_an_error_and_no_spin() {
    let mut memory = [0; 32];
    let mut tx = Tx::new(writes([Ok(0)]), BARE, &mut memory);
    assert_eq!(tx.send(b"a"), Err(TxError::WriteZero));
    assert_eq!(tx.flush(), Err(TxError::WriteZero));
    // In the middle of a large frame, too.
    let mut memory = [0; 32];
    let mut tx = Tx::new(writes([Ok(32), Ok(0)]), BARE, &mut memory);
    assert_eq!(tx.feed(&[1; 100]), Err(TxError::WriteZero));
}

#[test]
fn who_claims_more_than_there_is_breaks_nothing() {
    let mut memory = [0; 32];
    let mut tx = Tx::new(writes([Ok(2), Ok(usize::MAX), Ok(usize::MAX), Ok(usize::MAX)]), BARE, &mut memory);
    tx.send(b"a").unwrap();
    tx.send(&[1; 100]).unwrap();
    assert_eq!(tx.pending(), 0);

    /// Says how long a frame is, gives a part of it, and then claims more than there is room for.
    struct Liar {
        len: u8,
        first: usize,
    }
    impl ErrorType for Liar {
        type Error = ErrorKind;
    }
    impl Read for Liar {
        fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
            buf.fill(0);
            buf[0] = std::mem::take(&mut self.len);
            Ok(std::mem::replace(&mut self.first, usize::MAX))
        }
    }
    // One that fits into the link's memory, and one that goes right into the caller's.
    for (len, first) in [(4, 1), (4, 5), (10, 1), (10, 5)] {
        let (mut memory, mut out) = ([0; 8], [0; 100]);
        let mut rx = Rx::new(Liar { len, first }, BARE, &mut memory);
        assert_eq!(rx.recv_into(&mut out), Ok(Some(len.into())));
        for _ in 0..10 {
            assert_eq!(rx.recv(), Ok(Some(&mut [][..])));
        }
    }
}

#[test]
fn too_little_memory_is_an_error() {
    let mut memory = [0; 15];
    let mut tx = Tx::new(Taker::default(), Format::fd(100), &mut memory);
    assert_eq!(tx.send(b""), Err(TxError::TooSmall));
    assert_eq!(tx.pending(), 0);
    let mut memory = [0; 16];
    let mut tx = Tx::new(Taker::default(), Format::fd(100), &mut memory);
    tx.send(&[5; 100]).unwrap();
    assert_eq!(tx.writer().taken[..14], *b"VOXL\x01\x01\x64\0\0\0\0\0\0\0");
    assert_eq!(tx.writer().taken[14..], [5; 100]);

    let mut rx = Rx::new(&b"\0\0\0\0"[..], BARE, &mut []);
    assert_eq!(rx.recv(), Err(RxError::TooSmall));
    let mut memory = [0; 1];
    let mut rx = Rx::new(&b"\x03\0\0\0abc"[..], BARE, &mut memory);
    assert_eq!(rx.recv_into(&mut [0; 3]), Ok(Some(3)));
}

#[test]
fn nothing_is_sent_after_the_close_and_nothing_too_long_at_all() {
    let mut memory = [0; 32];
    let mut tx = Tx::new(Taker::default(), Format::plain(100), &mut memory);
    assert_eq!(tx.feed(&[0; 101]), Err(TxError::TooLong { len: 101, max: 100 }));
    tx.close().unwrap();
    assert_eq!(tx.writer().taken, b"VOXL\x01\x00");
    assert_eq!(tx.send(b""), Err(TxError::Closed));
    assert_eq!(tx.flush(), Err(TxError::Closed));
    assert_eq!(tx.close(), Err(TxError::Closed));
    assert_eq!(tx.into_writer().taken.len(), 6);
}

#[test]
fn small_frames_go_out_in_one_write() {
    let mut memory = [0; 32];
    let mut tx = Tx::new(writes([Ok(15)]), BARE, &mut memory);
    (0..3).for_each(|n| tx.feed(&[n]).unwrap());
    assert_eq!(tx.writer().taken, b"");
    tx.flush().unwrap();
    assert!(tx.writer().script.is_empty());
    assert_eq!(tx.writer().taken, b"\x01\0\0\0\0\x01\0\0\0\x01\x01\0\0\0\x02");
}

#[test]
fn a_frame_that_just_fits_is_accepted_without_a_write() {
    let mut memory = [0; 32];
    let mut tx = Tx::new(Taker::default(), BARE, &mut memory);
    tx.feed(&[1; 28]).unwrap();
    assert_eq!((tx.pending(), tx.writer().taken.len()), (32, 0));
    // The next has room once that has gone, and needs no more.
    tx.feed(b"").unwrap();
    assert_eq!((tx.pending(), tx.writer().taken.len()), (4, 32));
    tx.feed(&[2; 29]).unwrap();
    assert_eq!((tx.pending(), tx.writer().taken.len()), (0, 32 + 4 + 33));
}

#[test]
fn a_frame_as_long_as_the_memory_is_lent_from_it() {
    let mut memory = [0; 6];
    let mut rx = Rx::new(&b"\x06\0\0\0abcdef\x07\0\0\0abcdefg"[..], BARE, &mut memory);
    assert_eq!(rx.recv().unwrap().as_deref(), Some(&b"abcdef"[..]));
    assert_eq!(rx.recv(), Err(RxError::Larger { len: 7 }));
}

#[test]
fn errors_have_their_kinds_and_say_what_they_are() {
    let reset = ErrorKind::ConnectionReset;
    let receive: [(RxError<ErrorKind>, ErrorKind, &str); 5] = [
        (RxError::Protocol(FrameError::BadMagic), ErrorKind::InvalidData, "prologue"),
        (RxError::Larger { len: 9 }, ErrorKind::OutOfMemory, "9 bytes"),
        (RxError::Io(reset), reset, "ConnectionReset"),
        (RxError::Broken, ErrorKind::Other, "before"),
        (RxError::TooSmall, ErrorKind::InvalidInput, "memory"),
    ];
    for (error, kind, text) in receive {
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(text), "{error}");
    }
    let send: [(TxError<ErrorKind>, ErrorKind, &str); 7] = [
        (TxError::TooLong { len: 9, max: 8 }, ErrorKind::InvalidInput, "9 bytes is longer than 8"),
        (TxError::Io { error: reset, accepted: true }, reset, "ConnectionReset"),
        (TxError::WriteZero, ErrorKind::WriteZero, "nothing"),
        (TxError::Unfinished { sent: 1, total: 2 }, ErrorKind::Other, "1 of 2"),
        (TxError::Broken, ErrorKind::Other, "before"),
        (TxError::Closed, ErrorKind::BrokenPipe, "closed"),
        (TxError::TooSmall, ErrorKind::InvalidInput, "memory"),
    ];
    for (error, kind, text) in send {
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(text), "{error}");
    }
}
