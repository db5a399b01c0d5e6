//! Ours.

use std::hint::black_box;

use sockpipe::{
    Deadline, Never, Sock,
    link::{Format, Link, Tx},
};

use super::{Echo, RoundTrip, memory, payload};
use crate::works::leak;

const FORMAT: Format = Format::bare(1 << 20);
/// As the bare calls have none.
const DEADLINE: Deadline = Deadline::Never;

/// Over two pages of 16 KiB.
fn tx(to: Sock) -> Tx<'static, Sock> {
    Tx::new(to, FORMAT, memory(2 * 16384))
}

pub fn send(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let (tx, payload) = (tx(to), payload(length));
    Box::new(move || tx.send(payload, DEADLINE, &Never).unwrap())
}

pub fn send_shared(to: Sock) -> &'static (dyn Fn() + Sync) {
    let tx = tx(to);
    leak(move || tx.send(&[7; 16], DEADLINE, &Never).unwrap())
}

pub fn send_alone(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let (mut tx, payload) = (tx(to), payload(length));
    Box::new(move || tx.batch().send(payload, DEADLINE, &Never).unwrap())
}

pub fn send_large(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let (mut tx, payload) = (tx(to), payload(length));
    Box::new(move || tx.send_large(payload, DEADLINE, &Never).unwrap())
}

pub fn commit(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let (tx, payload) = (tx(to), payload(length));
    Box::new(move || {
        let mut slot = tx.reserve(length, DEADLINE, &Never).unwrap().alloc(length).unwrap();
        slot.copy_from_slice(payload);
        slot.commit().unwrap();
    })
}

pub fn batch(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let (mut tx, payload) = (tx(to), [7; 16]);
    Box::new(move || {
        let mut batch = tx.batch();
        for _ in 0..frames {
            batch.feed(black_box(&payload[..]), DEADLINE, &Never).unwrap();
        }
        batch.flush(DEADLINE, &Never).unwrap();
    })
}

pub fn commit_later(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let (tx, payload) = (tx(to), [7; 16]);
    Box::new(move || {
        for _ in 0..frames {
            let mut slot = tx.reserve(payload.len(), DEADLINE, &Never).unwrap().alloc(payload.len()).unwrap();
            slot.copy_from_slice(black_box(&payload[..]));
            slot.commit_later().unwrap();
        }
        tx.flush(DEADLINE, &Never).unwrap();
    })
}

fn link(sock: Sock, length: usize) -> Link<'static, &'static Sock, &'static Sock> {
    let sock: &Sock = leak(sock);
    Link::new(sock, sock, FORMAT, memory(2 * 16384), memory(16384.max(length + 64)))
}

pub fn recv(sock: Sock, length: usize) -> Echo {
    let (tx, mut rx) = link(sock, length).split();
    Box::new(move || {
        let _open = &tx;
        rx.recv(DEADLINE, &Never).unwrap().is_some()
    })
}

/// What fits into 16 KiB goes through the pages, and what does not goes without a copy.
pub fn round_trip(sock: Sock, length: usize) -> RoundTrip {
    let (mut link, payload) = (link(sock, length), payload(length));
    Box::new(move || {
        if payload.len() <= link.tx.max_len() {
            link.tx.batch().send(payload, DEADLINE, &Never).unwrap();
        } else {
            link.tx.send_large(payload, DEADLINE, &Never).unwrap();
        }
        assert_eq!(link.rx.recv(DEADLINE, &Never).unwrap().map(|frame| frame.len()), Some(length));
    })
}

pub fn echo(sock: Sock, length: usize) -> Echo {
    let (mut tx, mut rx) = link(sock, length).split();
    Box::new(move || match rx.recv(DEADLINE, &Never).unwrap() {
        Some(frame) if frame.len() <= tx.max_len() => tx.batch().send(frame, DEADLINE, &Never).is_ok(),
        Some(frame) => tx.send_large(frame, DEADLINE, &Never).is_ok(),
        None => false,
    })
}
