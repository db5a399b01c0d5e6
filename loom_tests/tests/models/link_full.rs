//! A link whose stream is full: who pushes leaves at any byte, and whoever comes next goes on there.
//!
//! Two threads, 2 preemptions: two commits 832 executions, a deadline, with a third that moves the clock, 22,260, 1.6 s. A flush beside a commit at each of nine
//! bytes, 1 preemption: 1,489 or 2,101, together 1 s. Three threads, 1 preemption: 43,093, 3.1 s.
use std::{sync::Arc, time::Duration};

use loom::thread;
use sockpipe::{Deadline, Never, link::TxError};

use crate::{
    check,
    link::{Link, arrived, beside, commit, flush, link, send},
    world::World,
};

/// Two frames of five bytes, of which so many go out before the stream is full; and then there is room.
fn left_at(taken: usize) -> (World, Arc<Link>) {
    let stream = World::new(taken);
    let link = link(&stream, 40);
    commit(&link, b"ab");
    stream.widen(100);
    (stream, link)
}

#[test]
fn who_commits_next_takes_over() {
    check("link, full: two commits take over", Some(2), || {
        let (stream, link) = left_at(7);
        let other = beside(&link, |link| commit(link, b"c"));
        commit(&link, b"d");
        other.join().unwrap();
        arrived(&stream.left(), &[b"ab", b"c", b"d"]);
    });
}

#[test]
fn who_flushes_or_commits_takes_over_at_each_byte() {
    for taken in 1..10 {
        check("link, full: a flush or a commit takes over", Some(1), move || {
            let (stream, link) = left_at(taken);
            let other = beside(&link, flush);
            commit(&link, b"c");
            other.join().unwrap();
            arrived(&stream.left(), &[b"abc"]);
        });
    }
}

/// The clock stands still, so that a wait which nothing ends is a deadlock.
#[test]
fn who_sends_waits_for_a_reader() {
    check("link, full: two sends, and a reader", Some(1), || {
        let stream = World::new(4).with_clock();
        let link = link(&stream, 16);
        let senders = [b"a", b"b"].map(|name| beside(&link, |link| send(link, name)));
        let mut bytes = Vec::new();
        while bytes.len() < 10 {
            bytes.extend(stream.drain());
            thread::yield_now();
        }
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        arrived(&bytes, &[b"a", b"b"]);
    });
}

/// What was accepted arrives, and nothing else.
#[test]
fn a_deadline_breaks_no_frame() {
    check("link, full: a deadline beside a commit", Some(2), || {
        let stream = World::new(7).with_clock();
        let link = link(&stream, 16);
        let other = beside(&link, |link| commit(link, b"bc"));
        let clock = stream.clone();
        let clock = thread::spawn(move || {
            clock.time_passes();
            clock.widen(100);
        });
        let sent = link.send(b"a", Deadline::Within(Duration::from_nanos(1)), &Never);
        other.join().unwrap();
        clock.join().unwrap();
        flush(&link);
        match sent {
            Ok(()) | Err(TxError::TimedOut { accepted: true }) => arrived(&stream.left(), &[b"a", b"bc"]),
            Err(TxError::TimedOut { accepted: false }) => arrived(&stream.left(), &[b"bc"]),
            other => panic!("it ended otherwise: {other:?}"),
        }
    });
}
