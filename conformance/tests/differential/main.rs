//! recv_until_terminator against the plain way to do it: a byte at a time.
#![cfg(target_os = "linux")]

mod sweep;

use std::time::Duration;

use conformance::{
    World,
    worlds::{Loopback, threads::Unix},
};
use heapless::Vec;
use sockpipe::{Deadline, Errno, Events, Never, RecvError, Room, Source, Stream, Wait};

/// More than the longest line and its limit.
const MOST: usize = 70_000;
const TERMINATOR: u8 = b'\n';

/// How it ended; what came out; what is left.
#[derive(PartialEq, Eq)]
struct Result {
    end: End,
    out: std::vec::Vec<u8>,
    left: std::vec::Vec<u8>,
}

#[derive(PartialEq, Eq, Debug)]
enum End {
    Line,
    TooLong,
    NothingMore,
}

/// A byte at a time, with a limit that counts the terminator.
fn oracle(from: &impl Source, out: &mut std::vec::Vec<u8>, limit: usize) -> End {
    loop {
        if out.len() == limit {
            return End::TooLong;
        }
        let mut byte = [0];
        match from.recv(&mut Room::from(&mut byte[..])) {
            Err(Errno::AGAIN) => return End::NothingMore,
            Ok(1) if byte[0] == TERMINATOR => return End::Line,
            Ok(1) => out.push(byte[0]),
            other => panic!("{other:?}"),
        }
    }
}

/// Sends all of `data`, as much at a time as the stream takes, receives in between, and takes what is left.
fn run<S: Stream>((a, b): &(S, S), mut data: &[u8], mut receive: impl FnMut(&S) -> End) -> (End, std::vec::Vec<u8>) {
    let mut send = || {
        let n = if data.is_empty() { 0 } else { b.send(data).unwrap_or(0) };
        data = &data[n..];
        n
    };
    send();
    let end = loop {
        match receive(a) {
            End::NothingMore if send() > 0 => {}
            end => break end,
        }
    };
    let mut left = std::vec::Vec::new();
    loop {
        let mut bytes = [0; 4096];
        let mut room = Room::from(&mut bytes[..]);
        match a.recv(&mut room) {
            Err(Errno::AGAIN) if send() == 0 => break,
            Err(errno) => assert_eq!(errno, Errno::AGAIN),
            Ok(_) => left.extend(room.filled()),
        }
    }
    (end, left)
}

fn ours<S: Stream>(pair: &(S, S), data: &[u8], limit: usize) -> Result {
    // What stands there already takes the place that is not to be used.
    let mut out = Box::new(Vec::<u8, MOST>::new());
    out.extend_from_slice(&[b'.'; MOST][limit..]).unwrap();
    let mut received = 0;
    let (end, left) = run(pair, data, |a| {
        let result = a.recv_until_terminator(TERMINATOR, &mut *out, Deadline::NOW, &Never);
        received += result.err().map_or(0, |error| error.received());
        match result {
            Ok(()) => End::Line,
            Err(RecvError::TooLong { limit: MOST, .. }) => End::TooLong,
            Err(RecvError::TimedOut { .. }) => End::NothingMore,
            Err(other) => panic!("{other:?}"),
        }
    });
    let out = out[MOST - limit..].to_vec();
    assert!(end == End::Line || received == out.len());
    Result { end, out, left }
}

fn theirs<S: Stream>(pair: &(S, S), data: &[u8], limit: usize) -> Result {
    let mut out = std::vec::Vec::new();
    let (end, left) = run(pair, data, |a| oracle(a, &mut out, limit));
    Result { end, out, left }
}

/// Where the terminator stands: everywhere near a power of two, at the peek windows' ends, and here and there.
fn offsets() -> impl Iterator<Item = usize> {
    let boundaries = [512, 1024, 2048, 4096, 16384, 65536].into_iter().flat_map(|n| n - 1..=n + 1);
    (0..=40).chain((47..=2048).step_by(23)).chain(boundaries)
}

fn compare<W: World + Default>() {
    let w = W::default();
    let pair = w.pair().unwrap();
    // No two neighbours are alike, so that a byte that is lost or comes twice shows.
    let bytes: std::vec::Vec<u8> = (0..MOST).map(|n| (n * 7 + n / 251) as u8).map(|b| b.max(b'\n' + 1)).collect();
    for at in offsets() {
        for behind in [None, Some(""), Some("more\n\nand more")] {
            let mut data = bytes[..at].to_vec();
            if let Some(behind) = behind {
                data.push(TERMINATOR);
                data.extend(behind.as_bytes());
            }
            let limits = [0, 1, at / 2, at.saturating_sub(1), at, at + 1, at + 2, at + 100];
            // The long ones take their time, and only the ends are of interest.
            for &limit in if at < 5000 { &limits[..] } else { &limits[3..6] } {
                let data = &data[..];
                let (ours, theirs) = (ours(&pair, data, limit), theirs(&pair, data, limit));
                assert!(
                    ours == theirs,
                    "terminator at {at}, limit {limit}: ours {:?} with {} bytes and {} left, theirs {:?} with {} bytes and {} left",
                    ours.end,
                    ours.out.len(),
                    ours.left.len(),
                    theirs.end,
                    theirs.out.len(),
                    theirs.left.len(),
                );
            }
        }
    }
    assert_eq!(pair.0.wait(Events::RECV, Some(Duration::ZERO), &Never), Ok(Events::NONE));
}

#[test]
fn unix() {
    compare::<Unix>();
}

#[test]
fn loopback() {
    compare::<Loopback>();
}
