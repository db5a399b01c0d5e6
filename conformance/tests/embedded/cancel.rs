//! A future that is dropped loses nothing, wherever it was.

use sockpipe::link::{
    Format, Header, Profile,
    embedded_async::{Rx, Tx, TxError},
};

use super::{
    executor::{block_on, both, poll_times},
    scenario::{MEMORY, formats, receives, sends},
    wire::{wire, wire_of},
};

/// More than the longest frame needs of a wire that lets everybody wait for each byte: none is dropped then.
const MOST: usize = 1000;
const BARE: Format = Format::bare(100);

#[test]
fn each_frame_comes_once_and_whole_however_often_futures_are_dropped() {
    for format in formats() {
        for polls in (1..200).chain([MOST]) {
            let (writer, reader) = wire();
            block_on(both(sends(writer, format, polls), receives(reader, format, polls)));
        }
        for (ours, theirs) in [(1, MOST), (MOST, 1), (2, 3), (3, 2), (7, 11)] {
            let (writer, reader) = wire();
            block_on(both(sends(writer, format, ours), receives(reader, format, theirs)));
        }
    }
}

/// What is on the wire, and whether the send was dropped, if it is after so many polls and another follows it.
fn cut_send(polls: usize) -> (Vec<Vec<u8>>, bool) {
    let (writer, reader) = wire_of(1000);
    let (mut pages, mut memory) = ([0; MEMORY], [0; MEMORY]);
    let mut tx = Tx::new(writer, BARE, &mut pages);
    block_on(tx.feed(&[1; 20])).unwrap(); // there is no room for the next
    let is_dropped = poll_times(polls, tx.send(&[2; 21])).is_none();
    block_on(tx.send(&[3; 22])).unwrap();
    drop(tx);
    let mut rx = Rx::new(reader, BARE, &mut memory);
    let mut frames = Vec::new();
    block_on(async {
        while let Some(frame) = rx.recv().await.unwrap() {
            frames.push(frame.to_vec());
        }
    });
    (frames, is_dropped)
}

#[test]
fn a_dropped_send_is_whole_or_leaves_no_trace() {
    let [one, two, three] = [vec![1; 20], vec![2; 21], vec![3; 22]];
    let (all, without) = (vec![one.clone(), two, three.clone()], vec![one, three]);
    let mut before = without.clone();
    for polls in 0.. {
        let (frames, is_dropped) = cut_send(polls);
        assert!(frames == all || frames == without, "{frames:?} after {polls} polls");
        // From some moment on it is accepted; its future goes on, as it has yet to be flushed.
        assert!(before == without || frames == all);
        before = frames;
        if !is_dropped {
            break;
        }
        assert!(polls < MOST);
    }
    assert_eq!(before, all);
    let accepted_and_dropped = (0..MOST).map(cut_send).any(|(frames, is_dropped)| is_dropped && frames == all);
    assert!(accepted_and_dropped);
}

#[test]
fn a_large_frame_that_was_dropped_leaves_no_trace_or_must_go_on() {
    let (frame, other) = ([7; 60], [8; 60]);
    let mut expected = vec![0; 4];
    Header { len: 60, fds: 0 }.encode(Profile::Bare, &mut expected).unwrap();
    expected.extend(frame);
    let mut seen = (false, false);
    for polls in 0.. {
        let (writer, _reader) = wire_of(1000);
        let mut pages = [0; MEMORY];
        let mut tx = Tx::new(writer, BARE, &mut pages);
        if poll_times(polls, tx.feed(&frame)).is_some() {
            assert_eq!(tx.writer().written(), expected);
            break;
        }
        let written = tx.writer().written().len();
        if written == 0 {
            seen.0 = true;
            // Of the same length, and nothing of the first is in it.
            block_on(tx.feed(&other)).unwrap();
            assert_eq!(tx.writer().written()[4..], other);
            continue;
        }
        seen.1 = true;
        let unfinished = Err(TxError::Unfinished { sent: written.saturating_sub(4), total: 60 });
        assert_eq!(block_on(tx.feed(b"small")), unfinished);
        assert_eq!(block_on(tx.feed(&other[..50])), unfinished);
        assert_eq!(block_on(tx.flush()), unfinished);
        assert_eq!(block_on(tx.close()), unfinished);
        assert_eq!(tx.writer().written(), expected[..written]);
        block_on(tx.send(&frame)).unwrap();
        assert_eq!(tx.writer().written(), expected);
        block_on(tx.send(b"small")).unwrap();
        assert!(tx.writer().written().ends_with(b"\x05\0\0\0small"));
    }
    assert_eq!(seen, (true, true));
}

#[test]
fn a_frame_that_takes_the_place_of_a_large_one_that_was_dropped_is_whole() {
    let (writer, _reader) = wire_of(1000);
    let mut pages = [0; MEMORY];
    let mut tx = Tx::new(writer, BARE, &mut pages);
    assert!(poll_times(1, tx.feed(&[7; 60])).is_none());
    block_on(tx.send(b"small")).unwrap();
    assert_eq!(tx.writer().written(), b"\x05\0\0\0small");
}
