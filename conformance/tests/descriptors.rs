//! Descriptors: running out of them, numbers that select(2) cannot hold, and that none is left behind.
//!
//! Alone in its file: it counts the descriptors of the whole process and lowers its limit.
//!
//! # Safety
//! This file sets a resource limit.
#![cfg(target_os = "linux")]
#![allow(unsafe_code)]

use std::time::Duration;

use heapless::Vec as Bounded;
use rustix::{
    fd::OwnedFd,
    fs::{Mode, OFlags, open},
    io::fcntl_dupfd_cloexec,
};
use sockpipe::{
    AcceptError, Address, Deadline, Errno, Events, Family, Never, Peek, Sink, Sock, TokenPipe, TokenReader, WaitError,
    WaitSet, is_selectable_socket, make_socket_pair,
};

const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
const SHORTLY: Deadline = Deadline::Within(Duration::from_millis(2));

/// RLIMIT_NOFILE of this process.
fn limit(descriptors: u64) {
    let limit = libc::rlimit { rlim_cur: descriptors, rlim_max: 4096 };
    // SAFETY: the call reads the limit and nothing else.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
}

/// How many are open.
fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn listener() -> Sock {
    let listener = Sock::stream(Family::Unix).unwrap();
    listener.bind(&Address::Unnamed).unwrap();
    listener.listen(0).unwrap();
    listener
}

#[test]
fn descriptors() {
    limit(4096);
    running_out_of_them();
    numbers_above_1024();
    let before = open_descriptors();
    for _ in 0..50 {
        everything_that_fails();
    }
    assert_eq!(open_descriptors(), before);
}

fn running_out_of_them() {
    let listener = listener();
    let address = listener.get_sock_name().unwrap();
    let client = Sock::stream(Family::Unix).unwrap();
    client.connect(&address, SOON, &Never).unwrap();
    let (reader, writer) = make_socket_pair().unwrap();
    let mut set = WaitSet::<4096>::new();
    set.add(&reader, Events::RECV);
    writer.send(b"x").unwrap();
    assert_eq!((set.wait(SOON, &Never), set.occurred(0)), (Ok(1), Events::RECV));

    limit(16);
    let mut filler = std::vec::Vec::new();
    while let Ok(fd) = open("/dev/null", OFlags::CLOEXEC, Mode::empty()) {
        filler.push(fd);
    }
    assert_eq!(listener.accept(SOON, &Never).map(drop), Err(AcceptError::Resource(Errno::MFILE)));
    assert_eq!(Sock::stream(Family::Inet).map(drop), Err(Errno::MFILE));
    assert_eq!(make_socket_pair().map(drop), Err(Errno::MFILE));
    assert_eq!(TokenPipe::make().map(drop), Err(Errno::MFILE));
    // More to poll than there may be descriptors. What an earlier wait found is no longer true.
    while set.add(&reader, Events::RECV).is_some() {}
    assert_eq!((set.wait(SOON, &Never), set.occurred(0)), (Err(WaitError::Failed(Errno::INVAL)), Events::NONE));

    limit(4096);
    drop(filler);
    let (server, _) = listener.accept(SOON, &Never).unwrap();
    client.send_complete(b"\n", SOON, &Never).unwrap();
    assert_eq!(server.recv_until_terminator(b'\n', &mut Bounded::<u8, 1>::new(), SOON, &Never), Ok(()));
}

fn numbers_above_1024() {
    let (a, b) = make_socket_pair().unwrap();
    let (reader, writer) = TokenPipe::pair().unwrap();
    assert!(is_selectable_socket(&a));
    let high = |fd: OwnedFd| fcntl_dupfd_cloexec(&fd, 2000).unwrap();
    let (a, bell) = (Sock::from(high(a.into())), TokenReader::from(high(reader.into())));
    assert!(!is_selectable_socket(&a) && !is_selectable_socket(&bell));

    b.send_complete(b"line\nx", SOON, &Never).unwrap();
    let mut line = heapless::String::<8>::new();
    assert_eq!(a.recv_until_terminator(b'\n', &mut line, SOON, &bell), Ok(()));
    let mut set = WaitSet::<1>::new();
    set.add(&a, Events::RECV).unwrap();
    assert_eq!(set.wait(SOON, &bell), Ok(1));
    writer.try_token_write(3).unwrap();
    assert_eq!(a.recv(&mut [0]), Ok(1));
    assert_eq!(set.wait(Deadline::Never, &bell), Err(WaitError::Interrupted));
    assert_eq!(bell.token_read(SOON, &Never), Ok(Some(3)));
}

fn everything_that_fails() {
    let listener = listener();
    let address = listener.get_sock_name().unwrap();
    let clients = [(); 4].map(|()| Sock::stream(Family::Unix).unwrap());
    let connected = clients.iter().filter(|client| client.connect(&address, SHORTLY, &Never).is_ok()).count();
    assert!((1..4).contains(&connected), "{connected} clients for a backlog of none");
    let accepted = (0..4).filter(|_| listener.accept(SHORTLY, &Never).is_ok()).count();
    assert_eq!(accepted, connected);

    let (a, b) = make_socket_pair().unwrap();
    let mut line = heapless::String::<8>::new();
    assert!(a.recv_until_terminator(b'\n', &mut line, SHORTLY, &Never).is_err());
    drop(b);
    assert!(a.send_complete(b"x", SHORTLY, &Never).is_err());
    assert!(Sock::stream(Family::Inet).unwrap().connect(&address, SHORTLY, &Never).is_err());

    let mut pipe = TokenPipe::make().unwrap();
    assert!(pipe.take_read_end().unwrap().token_read(SHORTLY, &Never).is_err());
    assert!(pipe.take_write_end().unwrap().token_write(0, SHORTLY, &Never).is_err());
}
