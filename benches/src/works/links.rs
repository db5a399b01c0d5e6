//! Frames: many in one send, one at a time, there and back, and from several threads.

// Their functions are named for what they time.
#[allow(missing_docs)]
pub mod bare;
#[allow(missing_docs)]
pub mod ours;
mod threads;
#[allow(missing_docs)]
pub mod tokio_util;

pub(super) use tokio_util::stream as tokio_stream;

use std::{
    thread,
    time::{Duration, Instant},
};

use sockpipe::Sock;

use crate::{
    Case, Goal, Plan,
    connections::{FAMILIES, Pair},
    pinned,
};

/// So many frames are sent, and then taken away: few enough to have room in any socket.
pub const FRAMES: usize = 64;
/// So many of 16 bytes and their lengths are 16 KiB.
pub const BATCH: usize = 16384 / 20;
/// How long frames are, and how that is written.
pub const LENGTHS: [(usize, &str); 5] =
    [(16, "16 B"), (256, "256 B"), (4096, "4 KiB"), (65536, "64 KiB"), (1 << 20, "1 MiB")];

/// Sends a frame and waits for the one that comes back.
pub type RoundTrip = Box<dyn FnMut() + Send>;
/// Waits for a frame and sends it back. False once the stream has ended.
pub type Echo = Box<dyn FnMut() -> bool>;

pub(super) fn plans() -> Vec<Plan> {
    let mut plans = Vec::new();
    for (family, pair) in FAMILIES {
        plans.push(Plan::new(format!("{BATCH} frames of 16 B in one send, {family}"), move || {
            let row = "link, 16-byte frames coalesced, to tokio-util feed";
            (many_at_a_time(pair), vec![Goal::new(row, "ours: batch", "tokio-util feed", 0.20)])
        }));
        for (length, name) in &LENGTHS[..3] {
            plans.push(Plan::new(format!("frames of {name}, a send each, {family}"), move || {
                (one_at_a_time(pair, *length), vec![])
            }));
        }
        for (length, name) in &LENGTHS[3..] {
            plans.push(Plan::new(format!("frames of {name} to a peer who receives them, {family}"), move || {
                (one_way(pair, *length), vec![])
            }));
        }
        for (length, name) in LENGTHS {
            plans.push(Plan::new(format!("frames of {name} there and back on one CPU, {family}"), move || {
                let row = "link round trip to the bare system calls, 16 B to 64 KiB";
                let at_most = (length <= 65536).then_some(1.05);
                (
                    round_trips(pair, length),
                    vec![Goal { row, ours: "ours", to: "bare blocking send and recv", at_most }],
                )
            }));
        }
    }
    for senders in 1..=4 {
        plans.push(Plan::new(format!("frames of 16 B from {senders} threads, AF_UNIX"), move || {
            (threads::cases(senders), vec![])
        }));
    }
    plans
}

/// Memory for a long time, in which what stands behind a header of four bytes begins a cache line. So it is for everybody here, as where 64 KiB lie
/// changes what copying them costs by several percent.
fn memory(length: usize) -> &'static mut [u8] {
    let memory = vec![0; length + 8192].leak();
    let line = memory.as_ptr().align_offset(4096) + 64;
    &mut memory[line - 4..line - 4 + length]
}

/// A payload so placed.
fn payload(length: usize) -> &'static mut [u8] {
    let payload = &mut memory(length + 4)[4..];
    payload.fill(7);
    payload
}

/// A frame in the bare format.
fn frame(length: usize) -> &'static mut [u8] {
    let frame = memory(length + 4);
    frame.fill(7);
    frame[..4].copy_from_slice(&(length as u32).to_le_bytes());
    frame
}

/// Takes everything away that is there.
pub fn drain(from: &Sock) {
    let mut memory = [0; 65536];
    while matches!(from.recv(&mut memory), Ok(1..)) {}
}

/// What sends so many frames of 16 bytes in one call, as a case.
pub fn batch(name: &'static str, pair: Pair, make: fn(Sock, usize) -> Box<dyn FnMut()>) -> Case<'static> {
    let (a, b) = pair().unwrap();
    Case::with_after(name, make(a, BATCH), move || drain(&b))
}

fn many_at_a_time(pair: Pair) -> Vec<Case<'static>> {
    vec![
        batch("bare send of the same bytes", pair, bare::send_batch),
        batch("bare copies and a send", pair, bare::copy_batch),
        batch("ours: batch", pair, ours::batch),
        batch("ours: commit_later, as of several senders", pair, ours::commit_later),
        batch("tokio-util feed", pair, tokio_util::feed),
    ]
}

/// What sends one frame, as a case.
pub fn one(name: &'static str, pair: Pair, length: usize, make: fn(Sock, usize) -> Box<dyn FnMut()>) -> Case<'static> {
    let (a, b) = pair().unwrap();
    let (mut send, at_once) = (make(a, length), FRAMES.min(65536 / length) as u64);
    Case::timed(name, move |times| {
        let mut took = Duration::ZERO;
        for left in (1..=times).rev().step_by(at_once as usize) {
            let begin = Instant::now();
            (0..left.min(at_once)).for_each(|_| send());
            took += begin.elapsed();
            drain(&b);
        }
        took
    })
}

fn one_at_a_time(pair: Pair, length: usize) -> Vec<Case<'static>> {
    vec![
        one("bare send", pair, length, bare::send),
        one("bare copy and send", pair, length, bare::copy),
        one("ours: batch().send", pair, length, ours::send_alone),
        one("ours: send, as of several senders", pair, length, ours::send),
        one("tokio-util send", pair, length, tokio_util::send),
    ]
}

/// What sends a frame to a thread that sends none back, as a case.
pub fn to_a_thread(
    name: &'static str,
    pair: Pair,
    length: usize,
    make: fn(Sock, usize) -> Box<dyn FnMut()>,
    recv: fn(Sock, usize) -> Echo,
) -> Case<'static> {
    let (a, b) = pair().unwrap();
    thread::spawn(move || {
        let mut recv = recv(b, length);
        while recv() {}
    });
    Case::new(name, make(a, length))
}

fn one_way(pair: Pair, length: usize) -> Vec<Case<'static>> {
    vec![
        to_a_thread("bare blocking send", pair, length, bare::send_blocking, bare::recv),
        to_a_thread("ours: send_large", pair, length, ours::send_large, ours::recv),
        to_a_thread("tokio-util send", pair, length, tokio_util::send, tokio_util::recv),
    ]
}

/// What sends a frame there, to a thread on the same CPU, and back, as a case.
pub fn round_trip(
    name: &'static str,
    pair: Pair,
    length: usize,
    make: fn(Sock, usize) -> RoundTrip,
    echo: fn(Sock, usize) -> Echo,
) -> Case<'static> {
    let (a, b) = pair().unwrap();
    thread::spawn(move || {
        pinned(0, || {
            let mut echo = echo(b, length);
            while echo() {}
        })
    });
    Case::new(name, make(a, length))
}

fn round_trips(pair: Pair, length: usize) -> Vec<Case<'static>> {
    vec![
        round_trip("bare blocking send and recv", pair, length, bare::round_trip, bare::echo),
        round_trip("bare send, poll and recv", pair, length, bare::polled_round_trip, bare::polled_echo),
        round_trip("ours", pair, length, ours::round_trip, ours::echo),
        round_trip("tokio-util", pair, length, tokio_util::round_trip, tokio_util::echo),
    ]
}
