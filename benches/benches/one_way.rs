//! Lines that are only sent, and lines that are only received.
//!
//! What is sent is taken away, and what is received was sent, many lines at a time: a small and equal part of each figure.
#![allow(missing_docs)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::net::UnixStream,
    sync::atomic::AtomicBool,
    time::Duration,
};

use benches::{Case, CoreSock, compare, settings};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use heapless::{String, Vec};
use rustix::net::{RecvFlags, SendFlags, recv, send};
use sockpipe::{Deadline, Peek, Sink, Sock, make_socket_pair};

const TIMEOUT: Duration = Duration::from_secs(60);
const DEADLINE: Deadline = Deadline::Within(TIMEOUT);
static INTERRUPT: AtomicBool = AtomicBool::new(false);
const LIMIT: usize = 8192;
/// So many bytes, and so many lines, are in a socket at most: more pieces than that do not fit, however short they are.
const AT_ONCE: usize = 16384;
const LINES_AT_ONCE: usize = 64;

fn line_of(length: usize) -> std::vec::Vec<u8> {
    let mut line = vec![b'x'; length];
    line[length - 1] = b'\n';
    line
}

/// Does `each`, and at first and after every `lines` times also `all`.
fn now_and_then(lines: usize, mut all: impl FnMut(), mut each: impl FnMut()) -> impl FnMut() {
    let mut done = 0;
    move || {
        if done == 0 {
            all();
            done = lines;
        }
        done -= 1;
        each();
    }
}

fn sends(criterion: &mut Criterion, length: usize) {
    let (line, lines) = (&line_of(length)[..], LINES_AT_ONCE.min(AT_ONCE / length));
    let pair = || make_socket_pair().unwrap();
    let take = |from: &Sock| {
        let _ = recv(from, &mut [0; AT_ONCE][..], RecvFlags::DONTWAIT);
    };

    let (a, b) = pair();
    let bare = now_and_then(
        lines,
        || take(&b),
        || {
            send(&a, line, SendFlags::NOSIGNAL).unwrap();
        },
    );
    let (a, b) = pair();
    let ours = now_and_then(lines, || take(&b), || a.send_complete(line, DEADLINE, &INTERRUPT).unwrap());
    let (a, b) = pair();
    let a = CoreSock(a.into());
    let as_core_does = now_and_then(lines, || take(&b), || a.send_complete(line, TIMEOUT, &INTERRUPT).unwrap());
    let (mut a, mut b) = UnixStream::pair().unwrap();
    b.set_nonblocking(true).unwrap();
    let of_std = now_and_then(lines, || drop(b.read(&mut [0; AT_ONCE])), || a.write_all(line).unwrap());

    compare(
        criterion,
        &format!("send {length}"),
        Throughput::Bytes(length as u64),
        &mut [
            Case::new("bare send", bare),
            Case::new("send_complete", ours),
            Case::new("as Core does", as_core_does),
            Case::new("std write_all", of_std),
        ],
    );
}

fn receives(criterion: &mut Criterion, length: usize) {
    let lines = LINES_AT_ONCE.min(AT_ONCE / length);
    let many = &line_of(length).repeat(lines)[..];
    let pair = || make_socket_pair().unwrap();
    let give = |to: &Sock| assert_eq!(to.send(many), Ok(many.len()));

    let (a, b) = pair();
    let mut buffer = [0; LIMIT];
    let bare = now_and_then(
        lines,
        || give(&a),
        || {
            recv(&b, &mut buffer[..length.max(512)], RecvFlags::PEEK).unwrap();
            recv(&b, &mut buffer[..length], RecvFlags::empty()).unwrap();
        },
    );
    let (a, b) = pair();
    let mut bytes = Vec::<u8, LIMIT>::new();
    let of_bytes = now_and_then(
        lines,
        || give(&a),
        || {
            bytes.clear();
            b.recv_until_terminator(b'\n', &mut bytes, DEADLINE, &INTERRUPT).unwrap();
        },
    );
    let (a, b) = pair();
    let mut text = String::<LIMIT>::new();
    let of_text = now_and_then(
        lines,
        || give(&a),
        || {
            text.clear();
            b.recv_until_terminator(b'\n', &mut text, DEADLINE, &INTERRUPT).unwrap();
        },
    );
    let (a, b) = pair();
    let b = CoreSock(b.into());
    let as_core_does = now_and_then(
        lines,
        || give(&a),
        || {
            b.recv_until_terminator(b'\n', TIMEOUT, &INTERRUPT, LIMIT).unwrap();
        },
    );
    let (mut a, b) = UnixStream::pair().unwrap();
    let (mut b, mut out) = (BufReader::new(b), std::vec::Vec::new());
    let of_std = now_and_then(
        lines,
        || a.write_all(many).unwrap(),
        || {
            out.clear();
            b.read_until(b'\n', &mut out).unwrap();
        },
    );

    compare(
        criterion,
        &format!("receive {length}"),
        Throughput::Bytes(length as u64),
        &mut [
            Case::new("bare peek, recv of the known length", bare),
            Case::new("recv_until_terminator, bytes", of_bytes),
            Case::new("recv_until_terminator, text", of_text),
            Case::new("as Core does", as_core_does),
            Case::new("std read_until, which reads past lines", of_std),
        ],
    );
}

fn one_way(criterion: &mut Criterion) {
    for length in [16, 256, 4096] {
        sends(criterion, length);
        receives(criterion, length);
    }
}

criterion_group! {
    name = benches;
    config = settings();
    targets = one_way
}
criterion_main!(benches);
