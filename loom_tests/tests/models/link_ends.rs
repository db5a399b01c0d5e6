//! The end of a link among several senders: by an error, which all of them hear, or closed when the others are done.
//!
//! Three threads, 1 preemption: 1,027 executions, 0.1 s (with 2 185,883, 12 s). Two threads, 2 preemptions: 401 and 451.
use std::sync::Arc;

use loom::thread;
use sockpipe::{
    Deadline, Errno, Never,
    link::TxError::{Closed, Failed},
};

use crate::{
    check,
    link::{arrived, beside, commit, fill, frames, link},
    world::World,
};

#[test]
fn all_hear_of_an_error() {
    check("link, ends: a send and a commit, and the peer goes", Some(1), || {
        let stream = World::new(7).with_clock();
        let link = link(&stream, 16);
        let peer = stream.clone();
        let peer = thread::spawn(move || peer.break_it());
        let other = beside(&link, |link| {
            let sent = link.send(b"a", Deadline::Never, &Never);
            assert!(matches!(sent, Ok(()) | Err(Failed(Errno::PIPE))), "{sent:?}");
        });
        let permit = link.reserve(1, Deadline::Never, &Never);
        let committed = permit.and_then(|permit| permit.alloc(1)).and_then(|slot| slot.commit());
        assert!(matches!(committed, Ok(()) | Err(Failed(Errno::PIPE))), "{committed:?}");
        other.join().unwrap();
        peer.join().unwrap();
        for _ in 0..2 {
            assert_eq!(link.send(b"c", Deadline::Never, &Never), Err(Failed(Errno::PIPE)));
        }
        frames(&stream.left());
    });
}

#[test]
fn it_is_closed_when_the_others_are_done() {
    check("link, ends: two senders, then it is closed", Some(2), || {
        let stream = World::new(7).with_clock();
        let link = link(&stream, 32);
        let other = beside(&link, |link| fill(link, b'a').commit_later().unwrap());
        commit(&link, b"b");
        other.join().unwrap();
        stream.widen(100);
        let mut link = Arc::into_inner(link).unwrap();
        assert_eq!(link.close(Deadline::Never, &Never), Ok(()));
        assert_eq!(link.send(b"c", Deadline::Never, &Never), Err(Closed));
        arrived(&stream.left(), &[b"a", b"b"]);
    });
}

/// What was accepted among others is before what one alone feeds.
#[test]
fn who_is_left_goes_on_alone() {
    check("link, ends: two senders, then a batch", Some(2), || {
        let stream = World::new(7).with_clock();
        let link = link(&stream, 32);
        let other = beside(&link, |link| commit(link, b"a"));
        commit(&link, b"b");
        other.join().unwrap();
        stream.widen(100);
        let mut link = Arc::into_inner(link).unwrap();
        let mut batch = link.batch();
        for name in b"cdefghi" {
            batch.feed(&[*name], Deadline::Never, &Never).unwrap();
        }
        batch.flush(Deadline::Never, &Never).unwrap();
        arrived(&stream.left(), &[b"a", b"b", b"cdefghi"]);
    });
}
