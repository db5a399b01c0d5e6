//! Descriptors beside frames. Whatever comes, and whatever fails: each is closed once, and none is left open.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]

#[path = "../common/mod.rs"]
mod common;

mod barrier;
mod blocking;
mod hostile;
mod limits;
mod other_libraries;
mod pieces;
mod python;
mod refused;
mod streams;
mod vox;

use std::{
    fs::{self, File},
    io::{self, PipeReader, Read, Write},
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    time::Duration,
};

use common::one_at_a_time;
use rustix::{
    event::{PollFd, PollFlags, poll},
    fs::Timespec,
    io::{FdFlags, IoSlice, fcntl_getfd},
    net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg},
};
use sockpipe::{
    Deadline, Never, Sock, Source,
    link::{FdRx, Format, FrameError, Rx, RxError, Tx},
    make_socket_pair,
};

const FORMAT: Format = Format::fd(2_000_000);
const PROLOGUE: &[u8] = b"VOXL\x01\x01";
/// More than anything here needs, on any machine.
const SOON: Deadline = Deadline::Within(Duration::from_secs(60));
const NOW: Deadline = Deadline::NOW;

/// Room for descriptors.
type Slots<const N: usize> = [Option<OwnedFd>; N];

fn slots<const N: usize>() -> Slots<N> {
    [const { None }; N]
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Runs a test, by itself, after which no more descriptors are open than before.
fn nothing_leaks(test: impl FnOnce()) {
    let _turn = one_at_a_time();
    let before = open_descriptors();
    test();
    assert_eq!(open_descriptors(), before, "descriptors are left open");
}

/// Runs a test in a process of its own. Not while another runs, which would see the other ends of its pipes open there for a moment.
fn in_a_process_of_its_own(name: &str, test: impl FnOnce()) {
    nothing_leaks(|| common::in_a_process_of_its_own(name, test));
}

/// One end of a pipe, whose other end is sent somewhere.
struct Ear(PipeReader);

/// A pipe, to send its other end.
fn pipe() -> (Ear, OwnedFd) {
    let (reader, writer) = io::pipe().unwrap();
    (Ear(reader), writer.into())
}

/// So many pipes.
fn pipes(n: usize) -> (Vec<Ear>, Vec<OwnedFd>) {
    (0..n).map(|_| pipe()).unzip()
}

fn lend(fds: &[OwnedFd]) -> Vec<BorrowedFd<'_>> {
    fds.iter().map(AsFd::as_fd).collect()
}

impl Ear {
    /// Whether nobody has the other end any more.
    fn is_closed(&self) -> bool {
        let mut fds = [PollFd::new(&self.0, PollFlags::empty())];
        poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap();
        fds[0].revents().contains(PollFlags::HUP)
    }

    /// Sees to it that this is the other end, close-on-exec, and the last one there is.
    fn hears_the_last(mut self, fd: OwnedFd) {
        assert_eq!(fcntl_getfd(&fd).unwrap(), FdFlags::CLOEXEC);
        File::from(fd).write_all(b"!").unwrap();
        assert!(self.is_closed());
        let mut heard = String::new();
        self.0.read_to_string(&mut heard).unwrap();
        assert_eq!(heard, "!");
    }
}

fn header(len: u32, fds: u32) -> Vec<u8> {
    [len.to_le_bytes(), fds.to_le_bytes()].concat()
}

/// A frame whose header announces so many descriptors.
fn frame(payload: &[u8], fds: u32) -> Vec<u8> {
    [&header(payload.len() as u32, fds), payload].concat()
}

/// One sendmsg(2), as somebody who knows nothing of links may make it.
fn send_raw(sock: &Sock, bytes: &[u8], fds: &[BorrowedFd<'_>]) {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(253))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() {
        assert!(control.push(SendAncillaryMessage::ScmRights(fds)));
    }
    let sent = sendmsg(sock, &[IoSlice::new(bytes)], &mut control, SendFlags::NOSIGNAL).unwrap();
    assert_eq!(sent, bytes.len());
}

/// Sends the other ends of so many pipes, and closes them here.
fn send_pipes(sock: &Sock, bytes: &[u8], n: usize) -> Vec<Ear> {
    let (ears, mouths) = pipes(n);
    send_raw(sock, bytes, &lend(&mouths));
    ears
}

/// A peer that speaks by hand, and has sent its prologue.
fn raw_peer() -> (Sock, Sock) {
    let (peer, ours) = make_socket_pair().unwrap();
    peer.send(PROLOGUE).unwrap();
    (peer, ours)
}

fn rx<'b, R: sockpipe::RecvFds>(reader: R, memory: &'b mut [u8], slots: &'b mut [Option<OwnedFd>]) -> FdRx<'b, R> {
    Rx::new(reader, FORMAT, memory).with_fds(slots)
}

/// Sees to it that the next frame is this one, with just these descriptors.
fn comes<R: sockpipe::RecvFds>(rx: &mut FdRx<'_, R>, payload: &[u8], ears: Vec<Ear>) {
    let frame = rx.recv(NOW, &Never).unwrap().expect("a frame");
    assert!(frame.payload == payload, "{} bytes instead of {}", frame.payload.len(), payload.len());
    assert_eq!((frame.fds.len(), frame.surplus, frame.lost), (ears.len(), 0, 0));
    for (ear, fd) in ears.into_iter().zip(frame.fds) {
        ear.hears_the_last(fd);
    }
}

/// Sees to it that the link is dead, and why, and that everything that came is closed although the link and its slots are there.
fn is_dead<R: sockpipe::RecvFds>(rx: &mut FdRx<'_, R>, why: FrameError, ears: &[Ear]) {
    for _ in 0..2 {
        assert_eq!(rx.recv(NOW, &Never).map(drop), Err(RxError::Protocol(why)));
        assert!(ears.iter().all(Ear::is_closed), "descriptors of a dead link are open");
    }
}
