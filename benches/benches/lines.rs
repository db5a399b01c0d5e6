//! One line sent and received, in one thread.
#![allow(missing_docs)]

use std::{
    io::{BufRead, BufReader, Write},
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
const LIMIT: usize = 8192;

fn lines(criterion: &mut Criterion) {
    for length in [16, 256, 4096] {
        lines_of(criterion, length);
    }
}

/// Lines of this length, with the terminator.
fn lines_of(criterion: &mut Criterion, length: usize) {
    let mut line = vec![b'x'; length];
    line[length - 1] = b'\n';
    let line = &line[..];
    let interrupt = &AtomicBool::new(false);
    let mut buffer = [0; LIMIT];

    let (a, b) = make_socket_pair().unwrap();
    let floor = || {
        send(&a, line, SendFlags::NOSIGNAL).unwrap();
        recv(&b, &mut buffer[..length], RecvFlags::empty()).unwrap();
    };

    let mut buffer = [0; LIMIT];
    let (a, b) = make_socket_pair().unwrap();
    let peeked = || {
        send(&a, line, SendFlags::NOSIGNAL).unwrap();
        recv(&b, &mut buffer[..], RecvFlags::PEEK).unwrap();
        recv(&b, &mut buffer[..length], RecvFlags::empty()).unwrap();
    };

    let deadline = Deadline::Within(TIMEOUT);
    let (a, b) = make_socket_pair().unwrap();
    let mut bytes = Vec::<u8, LIMIT>::new();
    let of_bytes = || {
        bytes.clear();
        a.send_complete(line, deadline, interrupt).unwrap();
        b.recv_until_terminator(b'\n', &mut bytes, deadline, interrupt).unwrap();
    };
    let (a, b) = make_socket_pair().unwrap();
    let mut text = String::<LIMIT>::new();
    let of_text = || {
        text.clear();
        a.send_complete(line, deadline, interrupt).unwrap();
        b.recv_until_terminator(b'\n', &mut text, deadline, interrupt).unwrap();
    };

    let (a, b) = make_socket_pair().map(|(a, b): (Sock, Sock)| (CoreSock(a.into()), CoreSock(b.into()))).unwrap();
    let as_core_does = || {
        a.send_complete(line, TIMEOUT, interrupt).unwrap();
        b.recv_until_terminator(b'\n', TIMEOUT, interrupt, LIMIT).unwrap();
    };

    let (mut a, b) = UnixStream::pair().unwrap();
    let mut b = BufReader::new(b);
    let mut out = std::vec::Vec::new();
    let of_std = || {
        out.clear();
        a.write_all(line).unwrap();
        b.read_until(b'\n', &mut out).unwrap();
    };

    compare(
        criterion,
        &format!("line of {length}"),
        Throughput::Bytes(length as u64),
        &mut [
            Case::new("bare send, recv of the known length", floor),
            Case::new("bare send, peek, recv of the known length", peeked),
            Case::new("send_complete, recv_until_terminator, bytes", of_bytes),
            Case::new("send_complete, recv_until_terminator, text", of_text),
            Case::new("as Core does", as_core_does),
            Case::new("std write_all, read_until, which reads past lines", of_std),
        ],
    );
}

criterion_group! {
    name = benches;
    config = settings();
    targets = lines
}
criterion_main!(benches);
