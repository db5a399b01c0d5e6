//! The system calls alone, on memory that is ready: the floor.

use std::{hint::black_box, os::fd::AsRawFd};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::IoSlice,
    net::{SendAncillaryBuffer, SendFlags, sendmsg as send_message},
};
use sockpipe::Sock;

use super::{Echo, RoundTrip, frame, payload};
use crate::{connections::blocking, raw, works::leak};

pub fn send(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let (fd, frame) = (leak(to).as_raw_fd(), frame(length));
    Box::new(move || assert_eq!(raw::send(fd, frame, raw::NOSIGNAL | raw::DONTWAIT), frame.len() as isize))
}

pub fn sendmsg(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let payload = payload(length);
    Box::new(move || {
        let header = (payload.len() as u32).to_le_bytes();
        let parts = [IoSlice::new(&header), IoSlice::new(payload)];
        send_message(&to, &parts, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL).unwrap();
    })
}

pub fn send_shared(to: Sock) -> &'static (dyn Fn() + Sync) {
    blocking(&to);
    let (fd, frame): (_, &[u8]) = (leak(to).as_raw_fd(), frame(16));
    leak(move || assert_eq!(raw::send(fd, frame, raw::NOSIGNAL), frame.len() as isize))
}

pub fn send_batch(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let (fd, batch) = (leak(to).as_raw_fd(), frame(16).repeat(frames));
    Box::new(move || assert_eq!(raw::send(fd, &batch, raw::NOSIGNAL | raw::DONTWAIT), batch.len() as isize))
}

pub fn copy_batch(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let (fd, payload, mut batch) = (leak(to).as_raw_fd(), [7; 16], Vec::with_capacity(16384));
    Box::new(move || {
        batch.clear();
        for _ in 0..frames {
            let payload = black_box(&payload[..]);
            batch.extend_from_slice(&(payload.len() as u32).to_le_bytes());
            batch.extend_from_slice(payload);
        }
        assert_eq!(raw::send(fd, &batch, raw::NOSIGNAL | raw::DONTWAIT), batch.len() as isize);
    })
}

pub fn copy(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let (fd, payload, frame) = (leak(to).as_raw_fd(), vec![7; length], frame(length));
    Box::new(move || {
        let payload = black_box(&payload[..]);
        let (header, rest) = frame.split_at_mut(4);
        header.copy_from_slice(&(payload.len() as u32).to_le_bytes());
        rest.copy_from_slice(payload);
        assert_eq!(raw::send(fd, frame, raw::NOSIGNAL | raw::DONTWAIT), frame.len() as isize);
    })
}

const AGAIN: isize = -11;

/// Whether all of it came.
fn recv_all(fd: i32, mut memory: &mut [u8], wait: impl Fn()) -> bool {
    while !memory.is_empty() {
        match raw::recv(fd, memory, 0) {
            AGAIN => wait(),
            n @ 1.. => memory = &mut memory[n as usize..],
            _ => return false,
        }
    }
    true
}

fn send_all(fd: i32, mut bytes: &[u8], wait: impl Fn()) -> bool {
    while !bytes.is_empty() {
        match raw::send(fd, bytes, raw::NOSIGNAL) {
            AGAIN => wait(),
            n @ 1.. => bytes = &bytes[n as usize..],
            _ => return false,
        }
    }
    true
}

fn never() {
    unreachable!("it blocks");
}

pub fn send_blocking(to: Sock, length: usize) -> Box<dyn FnMut()> {
    blocking(&to);
    let (fd, frame) = (leak(to).as_raw_fd(), frame(length));
    Box::new(move || assert!(send_all(fd, frame, never)))
}

pub fn recv(sock: Sock, length: usize) -> Echo {
    blocking(&sock);
    let (fd, memory) = (leak(sock).as_raw_fd(), frame(length));
    Box::new(move || recv_all(fd, memory, never))
}

pub fn round_trip(sock: Sock, length: usize) -> RoundTrip {
    blocking(&sock);
    let (fd, frame, memory) = (leak(sock).as_raw_fd(), frame(length), frame(length));
    Box::new(move || {
        send_all(fd, frame, never);
        recv_all(fd, memory, never);
    })
}

pub fn echo(sock: Sock, length: usize) -> Echo {
    blocking(&sock);
    let (fd, memory) = (leak(sock).as_raw_fd(), frame(length));
    Box::new(move || recv_all(fd, memory, never) && send_all(fd, memory, never))
}

fn wait(sock: &Sock, events: PollFlags) {
    poll(&mut [PollFd::new(sock, events)], None).unwrap();
}

pub fn polled_round_trip(sock: Sock, length: usize) -> RoundTrip {
    let (sock, frame, memory): (&Sock, _, _) = (leak(sock), frame(length), frame(length));
    let fd = sock.as_raw_fd();
    Box::new(move || {
        send_all(fd, frame, || wait(sock, PollFlags::OUT));
        recv_all(fd, memory, || wait(sock, PollFlags::IN));
    })
}

pub fn polled_echo(sock: Sock, length: usize) -> Echo {
    let (sock, memory): (&Sock, _) = (leak(sock), frame(length));
    let fd = sock.as_raw_fd();
    Box::new(move || {
        recv_all(fd, memory, || wait(sock, PollFlags::IN)) && send_all(fd, memory, || wait(sock, PollFlags::OUT))
    })
}
