//! Several senders of one link: what they accept arrives in whole frames, each once, those of one sender in their order; and nobody has
//! to come back for it, as long as the stream has room.
//!
//! The stream checks that one sends at a time, and loom's cells in the crate that one has each byte of a page.
//!
//! Two threads, 2 preemptions: two commits each 5,540 executions, one for later 8,311, a send beside commits 9,540, a send beside a permit
//! 27,383, two flushes 39,530, together 5 s; two sends beside a send, 1 preemption: 1,653 (with 2 130,385, 7 s). Three threads, 2 preemptions:
//! 34,036, 2.3 s.
use std::{sync::Arc, time::Duration};

use loom::{
    cell::UnsafeCell,
    thread::{self, JoinHandle},
};
use sockpipe::{
    Deadline, Errno, Events, Instant, Interrupt, Never, Sink, Wait,
    link::{Decoder, Format, Piece, Slot, Tx},
};

use crate::{check, world::World};

pub type Link = Tx<'static, Stream>;

/// The stream, as a sender has it: only one may send at a time, and after the one before.
pub struct Stream(World, pub UnsafeCell<()>);

impl Wait for Stream {
    fn wait(&self, events: Events, at_most: Option<Duration>, it: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        self.0.wait(events, at_most, it)
    }
    fn now(&self) -> Instant {
        self.0.now()
    }
}

impl Sink for Stream {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        self.1.with_mut(|_| self.0.send(data))
    }
}

/// The longest payload of the models.
pub const LONGEST: u32 = 40;

/// A link to this stream, whose pages have so many bytes each.
#[expect(clippy::arc_with_non_send_sync, reason = "loom's threads are none of the system's")]
pub fn link(stream: &World, page: usize) -> Arc<Link> {
    Arc::new(unshared(stream, page))
}

pub fn unshared(stream: &World, page: usize) -> Link {
    let stream = Stream(stream.without_bell(), UnsafeCell::new(()));
    Tx::new(stream, Format::bare(LONGEST), vec![0; 2 * page].leak())
}

/// Lets another thread do this with the link.
pub fn beside(link: &Arc<Link>, what: impl FnOnce(&Link) + 'static) -> JoinHandle<()> {
    let link = link.clone();
    thread::spawn(move || what(&link))
}

/// Room for a frame of one byte, which is in it.
pub fn fill(link: &Link, name: u8) -> Slot<'_, 'static, Stream> {
    let mut slot = link.reserve(1, Deadline::Never, &Never).unwrap().alloc(1).unwrap();
    slot[0] = name;
    slot
}

/// Commits a frame for each of these bytes.
pub fn commit(link: &Link, names: &[u8]) {
    names.iter().for_each(|name| fill(link, *name).commit().unwrap());
}

pub fn send(link: &Link, payload: &[u8]) {
    link.send(payload, Deadline::Never, &Never).unwrap();
}

pub fn flush(link: &Link) {
    link.flush(Deadline::Never, &Never).unwrap();
}

/// The frames that these bytes are, and how they end.
pub fn frames(mut bytes: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut decoder = Decoder::new(Format::bare(LONGEST));
    let (mut frames, mut frame) = (Vec::new(), Vec::new());
    while let Some(piece) = decoder.decode(&mut bytes).expect("not a frame") {
        if let Piece::Payload { bytes, is_last } = piece {
            frame.extend(bytes);
            if is_last {
                frames.push(std::mem::take(&mut frame));
            }
        }
    }
    (frames, decoder.end().is_ok())
}

/// These bytes are the frames of these senders, each sender's in order, and nothing else. A name is in one frame.
pub fn arrived(bytes: &[u8], senders: &[&[u8]]) {
    let (frames, is_whole) = frames(bytes);
    assert!(is_whole, "a frame is cut off: {bytes:?}");
    let names = frames.concat();
    for sender in senders {
        let theirs: Vec<_> = names.iter().filter(|name| sender.contains(name)).collect();
        assert!(theirs.into_iter().eq(*sender), "{names:?} arrived, of {senders:?}");
    }
    assert_eq!(frames.len(), senders.concat().len(), "more arrived than was sent: {names:?}");
}

#[test]
fn two_senders_commit_two_each() {
    check("link: two senders commit two each", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let other = beside(&link, |link| commit(link, b"cd"));
        commit(&link, b"ab");
        other.join().unwrap();
        arrived(&stream.left(), &[b"ab", b"cd"]);
    });
}

#[test]
fn three_senders_commit_one_each() {
    check("link: three senders commit one each", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let others = [b"b", b"c"].map(|name| beside(&link, |link| commit(link, name)));
        commit(&link, b"a");
        others.into_iter().for_each(|other| other.join().unwrap());
        arrived(&stream.left(), &[b"a", b"b", b"c"]);
    });
}

#[test]
fn who_sends_beside_who_commits() {
    check("link: a send beside two commits", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let other = beside(&link, |link| commit(link, b"bc"));
        send(&link, b"a");
        other.join().unwrap();
        arrived(&stream.left(), &[b"a", b"bc"]);
    });
}

#[test]
fn who_sends_beside_who_sends() {
    check("link: two sends beside a send", Some(1), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let other = beside(&link, |link| send(link, b"c"));
        send(&link, b"a");
        send(&link, b"b");
        other.join().unwrap();
        arrived(&stream.left(), &[b"ab", b"c"]);
    });
}

#[test]
fn later_and_a_flush() {
    check("link: one for later and a flush, beside a commit", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let other = beside(&link, |link| commit(link, b"b"));
        fill(&link, b'a').commit_later().unwrap();
        flush(&link);
        assert!(frames(&stream.left()).0.contains(&vec![b'a']), "the flush is over, and it is not there");
        other.join().unwrap();
        arrived(&stream.left(), &[b"a", b"b"]);
    });
}

/// Who has seen a frame arrive can hold up the sender no more.
#[test]
fn who_sends_does_not_wait_for_what_comes_behind() {
    check("link: a send, and a permit once it has arrived", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let sender = beside(&link, |link| send(link, b"a"));
        commit(&link, b"b");
        if frames(&stream.left()).0.contains(&vec![b'a']) {
            let permit = link.reserve(1, Deadline::Never, &Never).unwrap();
            sender.join().unwrap();
            drop(permit);
        } else {
            sender.join().unwrap();
        }
        arrived(&stream.left(), &[b"a", b"b"]);
    });
}

/// Whoever has sent it: who flushed sees that it was sent.
#[test]
fn who_flushes_sees_what_was_sent() {
    check("link: two flushes", Some(2), || {
        let stream = World::new(100);
        let link = link(&stream, 40);
        let other = beside(&link, flush);
        fill(&link, b'a').commit_later().unwrap();
        flush(&link);
        link.writer().1.with(|_| ());
        other.join().unwrap();
        arrived(&stream.left(), &[b"a"]);
    });
}
