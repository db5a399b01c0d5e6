//! Room that is given back without a frame, in the middle of others: nothing of it goes out.
//!
//! Two threads, 2 preemptions: 2,164 executions and 478, 0.2 s. The stream that is full is a thread's alone: one each.
use sockpipe::{Deadline, Never};

use crate::{
    check,
    link::{arrived, beside, commit, fill, flush, link},
    world::World,
};

#[test]
fn a_permit_is_dropped_beside_commits() {
    check("link, holes: a permit is dropped beside two commits", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let permit = link.reserve(3, Deadline::Never, &Never).unwrap();
        let other = beside(&link, |link| commit(link, b"ab"));
        drop(permit);
        commit(&link, b"c");
        other.join().unwrap();
        arrived(&stream.left(), &[b"ab", b"c"]);
    });
}

#[test]
fn two_slots_are_dropped() {
    check("link, holes: two slots are dropped beside a commit", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let other = beside(&link, |link| {
            drop(fill(link, b'x'));
            commit(link, b"a");
        });
        drop(fill(&link, b'y'));
        other.join().unwrap();
        arrived(&stream.left(), &[b"a"]);
    });
}

/// The stream is full at each byte of two pages, whose holes are in front, between frames, behind one that is shorter than its room, and at the end.
#[test]
fn the_stream_is_full_at_a_hole() {
    for taken in 0..30 {
        check("link, holes: the stream is full", None, move || {
            let stream = World::new(taken);
            let link = link(&stream, 64);
            let hold = || link.reserve(1, Deadline::Never, &Never).unwrap();
            for names in [b"abc", b"def"] {
                let (front, a) = (hold(), fill(&link, names[0]));
                let (between, next, b) = (hold(), hold(), fill(&link, names[1]));
                b.commit_later().unwrap();
                [front, between, next].into_iter().for_each(drop);
                a.commit().unwrap();
                commit(&link, &names[2..]);
            }
            stream.widen(100);
            flush(&link);
            arrived(&stream.left(), &[b"abcdef"]);
        });
    }
}
