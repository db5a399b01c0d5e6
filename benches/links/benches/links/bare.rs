//! The system calls alone, on memory that is ready: the floor.

use rustix::{
    event::{PollFd, PollFlags, poll},
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::IoSlice,
    net::{self, RecvFlags, SendAncillaryBuffer, SendFlags},
};
use sockpipe::Sock;

use benches::works::{Echo, RoundTrip};

use crate::memory;

fn frame(length: usize) -> &'static mut [u8] {
    let frame = memory(length + 4);
    frame.fill(7);
    frame[..4].copy_from_slice(&(length as u32).to_le_bytes());
    frame
}

pub fn send(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let frame = frame(length);
    Box::new(move || {
        net::send(&to, frame, SendFlags::NOSIGNAL).unwrap();
    })
}

pub fn sendmsg(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let payload = vec![7; length];
    Box::new(move || {
        let header = (payload.len() as u32).to_le_bytes();
        let parts = [IoSlice::new(&header), IoSlice::new(&payload)];
        net::sendmsg(&to, &parts, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL).unwrap();
    })
}

pub fn send_batch(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let batch = frame(16).repeat(frames);
    Box::new(move || {
        net::send(&to, &batch, SendFlags::NOSIGNAL).unwrap();
    })
}

pub fn copy_batch(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let (payload, mut batch) = ([7; 16], Vec::with_capacity(16384));
    Box::new(move || {
        batch.clear();
        for _ in 0..frames {
            let payload = std::hint::black_box(&payload[..]);
            batch.extend_from_slice(&(payload.len() as u32).to_le_bytes());
            batch.extend_from_slice(payload);
        }
        net::send(&to, &batch, SendFlags::NOSIGNAL).unwrap();
    })
}

/// As the bare system calls can: in blocking mode.
fn blocking(sock: Sock) -> Sock {
    let flags = fcntl_getfl(&sock).unwrap();
    fcntl_setfl(&sock, flags - OFlags::NONBLOCK).unwrap();
    sock
}

/// Whether all of it came.
fn recv_all(from: &Sock, mut memory: &mut [u8], wait: impl Fn()) -> bool {
    while !memory.is_empty() {
        match net::recv(from, &mut *memory, RecvFlags::empty()) {
            Ok((0, _)) => return false,
            Ok((n, _)) => memory = &mut memory[n..],
            Err(rustix::io::Errno::AGAIN) => wait(),
            Err(errno) => panic!("{errno}"),
        }
    }
    true
}

pub fn round_trip(sock: Sock, length: usize) -> RoundTrip {
    let (sock, frame, memory) = (blocking(sock), frame(length), frame(length));
    Box::new(move || {
        net::send(&sock, frame, SendFlags::NOSIGNAL).unwrap();
        recv_all(&sock, memory, || unreachable!("it blocks"));
    })
}

pub fn echo(sock: Sock, length: usize) -> Echo {
    let (sock, memory) = (blocking(sock), frame(length));
    Box::new(move || {
        let came = recv_all(&sock, memory, || unreachable!("it blocks"));
        came && net::send(&sock, memory, SendFlags::NOSIGNAL).is_ok()
    })
}

fn poll_in(sock: &Sock) {
    poll(&mut [PollFd::new(sock, PollFlags::IN)], None).unwrap();
}

pub fn polled_round_trip(sock: Sock, length: usize) -> RoundTrip {
    let (frame, memory) = (frame(length), frame(length));
    Box::new(move || {
        send_all(&sock, frame);
        recv_all(&sock, memory, || poll_in(&sock));
    })
}

pub fn polled_echo(sock: Sock, length: usize) -> Echo {
    let memory = frame(length);
    Box::new(move || recv_all(&sock, memory, || poll_in(&sock)) && send_all(&sock, memory))
}

fn send_all(sock: &Sock, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        match net::send(sock, bytes, SendFlags::NOSIGNAL) {
            Ok(n) => bytes = &bytes[n..],
            Err(rustix::io::Errno::AGAIN) => {
                poll(&mut [PollFd::new(sock, PollFlags::OUT)], None).unwrap();
            }
            Err(_) => return false,
        }
    }
    true
}

pub fn copy(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let (payload, mut frame) = (vec![7; length], vec![0; length + 4]);
    Box::new(move || {
        let payload = std::hint::black_box(&payload[..]);
        let (header, rest) = frame.split_at_mut(4);
        header.copy_from_slice(&(payload.len() as u32).to_le_bytes());
        rest.copy_from_slice(payload);
        net::send(&to, &frame, SendFlags::NOSIGNAL).unwrap();
    })
}
