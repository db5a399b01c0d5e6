//! A shared frame that is longer than a page, and goes out between the others; and what becomes of them when it gets stuck.
//!
//! Two threads, 2 preemptions: 3,054 executions, 0.2 s. With a third that moves the clock: 40,658, 2.5 s, and 537.
use std::{sync::Arc, time::Duration};

use sockpipe::{Deadline, Never, link::TxError};

use crate::{
    check,
    link::{Link, beside, commit, frames, link, send, unshared},
    world::World,
};

const LARGE: [u8; 14] = [b'L'; 14];
const A_MOMENT: Duration = Duration::from_nanos(1);

#[test]
fn a_large_one_beside_a_small_one() {
    check("link, large: one, beside a commit", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 16);
        let other = beside(&link, |link| send(link, &LARGE));
        commit(&link, b"a");
        other.join().unwrap();
        let (mut frames, is_whole) = frames(&stream.left());
        frames.sort();
        assert!(is_whole && frames == [&LARGE[..], b"a"], "arrived: {frames:?}");
    });
}

#[expect(clippy::arc_with_non_send_sync, reason = "loom's threads are none of the system's")]
fn stalling(stream: &World) -> Arc<Link> {
    Arc::new(unshared(stream, 16).with_stall_limit(A_MOMENT))
}

#[test]
fn nothing_comes_behind_a_part_of_one() {
    check("link, large: it gets stuck, then there is room", Some(2), || {
        let stream = World::new(5).with_clock();
        let link = stalling(&stream);
        let large = beside(&link, |link| {
            let result = link.send(&LARGE, Deadline::Never, &Never);
            assert!(matches!(result, Ok(()) | Err(TxError::Stalled)), "{result:?}");
        });
        let small = beside(&link, |link| {
            let _ = link.send(b"a", Deadline::Within(A_MOMENT), &Never);
        });
        stream.time_passes();
        stream.widen(100);
        large.join().unwrap();
        small.join().unwrap();
        let bytes = stream.left();
        let (large, small) = ([&[14, 0, 0, 0], &LARGE[..]].concat(), [1, 0, 0, 0, b'a']);
        let rest = bytes.strip_prefix(&small).unwrap_or(&bytes);
        assert!(large.starts_with(rest) || rest == [&large[..], &small].concat(), "others' bytes are in it: {bytes:?}");
    });
}

#[test]
fn who_waits_behind_it_hears_that_it_is_stuck() {
    check("link, large: it gets stuck, and nobody makes room", Some(2), || {
        let stream = World::new(5).with_clock();
        let link = stalling(&stream);
        let large = beside(&link, |link| {
            assert_eq!(link.send(&LARGE, Deadline::Never, &Never), Err(TxError::Stalled));
        });
        stream.until_asleep(1);
        let small = beside(&link, |link| {
            assert_eq!(link.send(b"a", Deadline::Never, &Never), Err(TxError::Stalled));
        });
        stream.until_asleep(2);
        stream.time_passes();
        large.join().unwrap();
        small.join().unwrap();
    });
}
