//! The ways to receive lines. Each gets a socket on which they come, and their lengths, and takes so many at a time.

use std::{
    hint::black_box,
    io::{BufRead, BufReader},
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::net::UnixStream,
    },
    sync::atomic::AtomicBool,
    time::Duration,
};

use heapless::Vec;
use sockpipe::{Deadline, LineReader, Peek, Sock};
use tokio::io::AsyncBufReadExt;

use super::leak;
use crate::{CoreSock, raw};

/// Takes so many lines.
pub type Lines = Box<dyn FnMut(usize)>;
/// Makes what takes lines of these lengths.
pub type Make = fn(Sock, &'static [usize]) -> Lines;

const LIMIT: usize = 65536;
const TIMEOUT: Duration = Duration::from_secs(60);
const DEADLINE: Deadline = Deadline::Within(TIMEOUT);
static INTERRUPT: AtomicBool = AtomicBool::new(false);

/// One that knows how long the next line is.
pub fn bare(sock: Sock, lengths: &'static [usize]) -> Lines {
    let (fd, buffer) = (leak(sock).as_raw_fd(), leak([0; LIMIT]));
    let mut lengths = lengths.iter().cycle();
    Box::new(move |n| {
        for length in lengths.by_ref().take(n) {
            assert_eq!(raw::recv(fd, black_box(&mut buffer[..*length]), raw::DONTWAIT), *length as isize);
        }
    })
}

pub fn one_shot(sock: Sock, _: &'static [usize]) -> Lines {
    let line = leak(Vec::<u8, LIMIT>::new());
    Box::new(move |n| {
        for _ in 0..n {
            line.clear();
            sock.recv_until_terminator(b'\n', line, DEADLINE, &INTERRUPT).unwrap();
            black_box(line.as_slice());
        }
    })
}

pub fn eager(sock: Sock, _: &'static [usize]) -> Lines {
    read_lines(LineReader::eager(leak(sock), leak([0; LIMIT])))
}

pub fn lazy(sock: Sock, _: &'static [usize]) -> Lines {
    read_lines(LineReader::lazy(leak(sock), leak([0; LIMIT])))
}

fn read_lines(mut reader: LineReader<'static, 'static, Sock>) -> Lines {
    Box::new(move |n| {
        for _ in 0..n {
            black_box(reader.recv_line(b'\n', DEADLINE, &INTERRUPT).unwrap());
        }
    })
}

pub fn core(sock: Sock, _: &'static [usize]) -> Lines {
    let sock = CoreSock(sock.into());
    Box::new(move |n| {
        for _ in 0..n {
            black_box(sock.recv_until_terminator(b'\n', TIMEOUT, &INTERRUPT, LIMIT).unwrap());
        }
    })
}

pub fn bytewise(sock: Sock, _: &'static [usize]) -> Lines {
    let (fd, mut line) = (leak(sock).as_raw_fd(), std::vec::Vec::with_capacity(LIMIT));
    Box::new(move |n| {
        for _ in 0..n {
            line.clear();
            let mut byte = [0];
            while raw::recv(fd, &mut byte, raw::DONTWAIT) == 1 && byte != [b'\n'] {
                line.push(byte[0]);
            }
            black_box(&line);
        }
    })
}

/// As little as a buffer that reads past lines can be: a receive, a search, and slices.
pub fn slices(sock: Sock, _: &'static [usize]) -> Lines {
    slices_with(sock, raw::DONTWAIT)
}

pub fn slices_blocking(sock: Sock, _: &'static [usize]) -> Lines {
    slices_with(sock, 0)
}

fn slices_with(sock: Sock, flags: u32) -> Lines {
    let (fd, buffer, mut start, mut end) = (leak(sock).as_raw_fd(), leak([0; LIMIT]), 0, 0);
    Box::new(move |n| {
        for _ in 0..n {
            let line = loop {
                if let Some(length) = memchr::memchr(b'\n', &buffer[start..end]) {
                    break start..start + length;
                }
                buffer.copy_within(start..end, 0);
                (start, end) = (0, end - start);
                end += usize::try_from(raw::recv(fd, &mut buffer[end..], flags)).unwrap();
            };
            start = line.end + 1;
            black_box(&buffer[line]);
        }
    })
}

pub fn of_std(sock: Sock, _: &'static [usize]) -> Lines {
    // The same calls for both families; the type is for its name's sake.
    let mut reader = BufReader::new(UnixStream::from(OwnedFd::from(sock)));
    let mut line = std::vec::Vec::with_capacity(LIMIT);
    Box::new(move |n| {
        for _ in 0..n {
            line.clear();
            reader.read_until(b'\n', &mut line).unwrap();
            black_box(&line);
        }
    })
}

pub fn of_tokio(sock: Sock, _: &'static [usize]) -> Lines {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let stream = {
        let _entered = runtime.enter();
        super::links::tokio_stream(sock)
    };
    let mut reader = tokio::io::BufReader::new(stream);
    let mut line = std::vec::Vec::with_capacity(LIMIT);
    Box::new(move |n| {
        runtime.block_on(async {
            for _ in 0..n {
                line.clear();
                reader.read_until(b'\n', &mut line).await.unwrap();
                black_box(&line);
            }
        });
    })
}
