//! A batch that sends one frame at a time, where the stream takes it in parts, or not at all.

use std::{thread, time::Duration};

use sockpipe::{
    Deadline, Errno, Never, Sink, Sock,
    link::{Format, Rx, Tx, TxError},
    make_socket_pair,
};

const FORMAT: Format = Format::plain(10_000);
const SOON: Deadline = Deadline::Within(Duration::from_millis(20));

/// Fills the stream to the last byte.
fn fill(sock: &Sock) -> usize {
    let mut filled = 0;
    for piece in [4096, 1] {
        while let Ok(n) = Sink::send(sock, &vec![0; piece]) {
            filled += n;
        }
    }
    filled
}

#[test]
fn frames_go_out_one_by_one_and_behind_what_was_fed() {
    let (a, b) = make_socket_pair().unwrap();
    let (mut pages, mut memory) = ([0; 512], [0; 10_000]);
    let mut tx = Tx::new(&a, FORMAT, &mut pages);
    let mut rx = Rx::new(&b, FORMAT, &mut memory);
    let mut batch = tx.batch();
    let large = [3; 9_000];
    batch.send(b"one", SOON, &Never).unwrap();
    batch.feed(b"two", SOON, &Never).unwrap();
    batch.send(b"three", SOON, &Never).unwrap();
    batch.feed(b"four", SOON, &Never).unwrap();
    batch.send(&large, SOON, &Never).unwrap();
    batch.send(b"", SOON, &Never).unwrap();
    assert_eq!(batch.send(&[0; 10_001], SOON, &Never), Err(TxError::TooLong { len: 10_001, max: 10_000 }));
    for frame in [&b"one"[..], b"two", b"three", b"four", &large, b""] {
        assert_eq!(rx.recv(SOON, &Never).unwrap().as_deref(), Some(frame));
    }
}

/// The frame is accepted, and goes out later, whole.
#[test]
fn a_full_stream_delays_a_frame_and_breaks_none() {
    let (a, b) = make_socket_pair().unwrap();
    let (mut pages, mut memory) = ([0; 512], [0; 512]);
    let mut tx = Tx::new(&a, FORMAT, &mut pages);
    tx.flush(SOON, &Never).unwrap();
    let filled = fill(&a);
    assert_eq!(tx.batch().send(b"first", SOON, &Never), Err(TxError::TimedOut { accepted: true }));
    assert_eq!(tx.batch().send(b"second", SOON, &Never), Err(TxError::TimedOut { accepted: true }));
    assert!(tx.pending() > 0);

    thread::scope(|scope| {
        scope.spawn(|| {
            let mut prologue_and_filling = vec![0; 6 + filled];
            sockpipe::Source::recv_exact(&b, &mut prologue_and_filling, Deadline::Never, &Never).unwrap();
            let mut rx = Rx::new(&b, Format::bare(1000), &mut memory);
            for frame in [&b"first"[..], b"second", b"third"] {
                assert_eq!(rx.recv(Deadline::Never, &Never).unwrap().as_deref(), Some(frame));
            }
        });
        tx.batch().send(b"third", Deadline::Never, &Never).unwrap();
        assert_eq!(tx.pending(), 0);
    });
}

#[test]
fn a_peer_that_is_gone_ends_the_link() {
    let (a, b) = make_socket_pair().unwrap();
    let mut pages = [0; 512];
    let mut tx = Tx::new(&a, Format::bare(100), &mut pages);
    drop(b);
    for _ in 0..2 {
        assert_eq!(tx.batch().send(b"x", Deadline::Never, &Never), Err(TxError::Failed(Errno::PIPE)));
    }
    assert_eq!(tx.send(b"x", Deadline::Never, &Never), Err(TxError::Failed(Errno::PIPE)));
}
