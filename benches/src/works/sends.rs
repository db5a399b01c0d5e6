//! Sending what fits, and what does not.

use std::{
    io::Write,
    os::{fd::OwnedFd, unix::net::UnixStream},
    sync::atomic::AtomicBool,
    thread,
    time::Duration,
};

use sockpipe::{Deadline, Sink, Sock};

use super::leak;
use crate::{Case, CoreSock, Goal, Plan, connections, raw};

const TIMEOUT: Duration = Duration::from_secs(60);
static INTERRUPT: AtomicBool = AtomicBool::new(false);

/// Makes what sends this.
type Make = fn(Sock, &'static [u8]) -> Box<dyn FnMut()>;

pub fn plans() -> Vec<Plan> {
    let lengths = [(16, "16 B"), (64, "64 B"), (1024, "1 KiB"), (65536, "64 KiB"), (1 << 20, "1 MiB")];
    connections::FAMILIES
        .iter()
        .flat_map(|(family, pair)| {
            lengths.map(move |(length, name)| {
                let fits = if length > 65536 { ", to a peer who reads" } else { "" };
                Plan::new(format!("send_complete of {name}{fits}, {family}"), move || {
                    (cases(*pair, length), goals(length))
                })
            })
        })
        .collect()
}

fn goals(length: usize) -> Vec<Goal> {
    let goal = Goal::new("send_complete that fits, to a raw send", "ours: send_complete", "bare send", 1.01);
    if length > 65536 {
        let row = "send_complete that does not fit, to blocking raw sends";
        return vec![Goal { row, at_most: None, ..goal }];
    }
    vec![goal]
}

fn cases(pair: connections::Pair, length: usize) -> Vec<Case<'static>> {
    let data: &[u8] = leak(vec![7; length]);
    let case = |name, send: Make| {
        let (a, b) = pair().unwrap();
        if length > 65536 {
            let send = send(a, data);
            thread::spawn(move || drain_for_ever(&b));
            return Case::new(name, send);
        }
        // As many as have room in any socket, and then they are taken away.
        let (mut send, at_once) = (send(a, data), (65536 / length).min(64) as u64);
        Case::timed(name, move |times| {
            let mut took = Duration::ZERO;
            for left in (1..=times).rev().step_by(at_once as usize) {
                let begin = std::time::Instant::now();
                (0..left.min(at_once)).for_each(|_| send());
                took += begin.elapsed();
                drain(&b, left.min(at_once) as usize * length);
            }
            took
        })
    };
    vec![case("bare send", bare), case("ours: send_complete", ours), case("Core", core), case("std write_all", of_std)]
}

/// In blocking mode where it has to wait, as a bare send can.
fn bare(sock: Sock, data: &'static [u8]) -> Box<dyn FnMut()> {
    let (fd, waits) = (leak(OwnedFd::from(sock)), if data.len() > 65536 { 0 } else { raw::DONTWAIT });
    if waits == 0 {
        connections::blocking(fd);
    }
    let fd = raw::number(fd);
    Box::new(move || {
        let mut rest = data;
        while !rest.is_empty() {
            rest = &rest[raw::send(fd, rest, raw::NOSIGNAL | waits) as usize..];
        }
    })
}

fn ours(sock: Sock, data: &'static [u8]) -> Box<dyn FnMut()> {
    Box::new(move || sock.send_complete(data, Deadline::Within(TIMEOUT), &INTERRUPT).unwrap())
}

fn core(sock: Sock, data: &'static [u8]) -> Box<dyn FnMut()> {
    let sock = CoreSock(sock.into());
    Box::new(move || sock.send_complete(data, TIMEOUT, &INTERRUPT).unwrap())
}

fn of_std(sock: Sock, data: &'static [u8]) -> Box<dyn FnMut()> {
    // The same calls for both families; the type is for its name's sake.
    let mut stream = UnixStream::from(OwnedFd::from(sock));
    if data.len() > 65536 {
        stream.set_nonblocking(false).unwrap();
    }
    Box::new(move || stream.write_all(data).unwrap())
}

fn drain(from: &Sock, mut bytes: usize) {
    let mut memory = [0; 65536];
    while bytes > 0 {
        match from.recv(&mut memory) {
            Ok(n) => bytes -= n,
            Err(_) => thread::yield_now(),
        }
    }
}

fn drain_for_ever(from: &Sock) {
    let fd = rustix::fd::AsFd::as_fd(from);
    connections::blocking(&fd);
    let mut memory = vec![0; 1 << 18];
    while raw::recv(raw::number(&fd), &mut memory, 0) > 0 {}
}
