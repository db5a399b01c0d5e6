//! The bodies of the cases about Linux itself. The worlds' connections do not matter here.
//!
//! # Safety
//! This file sets a socket option that rustix does not know.
#![allow(unsafe_code)]

use core::time::Duration;

use heapless::{String, Vec};
use rustix::{
    fs::{OFlags, fcntl_getfl},
    net::{AddressFamily, SendFlags, SocketFlags, SocketType, socketpair},
    pipe::{PipeFlags, pipe_with},
};
use sockpipe::{Deadline, Errno, Events, Family, Never, Peek, RecvError, Sock, Wait};

use super::{SOON, deliver, rest};
use crate::{
    Skip, Verdict, claim,
    faulty::{Call, Fault, Faulty, Plan},
    must,
    worlds::kernel::{Kind, Tcp, Unix},
};

const WHILE: Deadline = Deadline::Within(Duration::from_millis(30));

fn pair<K: Kind>() -> Result<(Sock, Sock), Skip> {
    K::pair().ok_or(Skip("this kernel gives no connection of this kind"))
}

/// Core hangs in the kernel for as long as nothing comes.
pub(super) fn blocking_descriptor() -> Verdict {
    for (a, b) in [pair::<Unix>()?, pair::<Tcp>()?] {
        claim!(!must!(fcntl_getfl(&a)).contains(OFlags::NONBLOCK));
        let mut line = String::<16>::new();
        let end = a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never);
        claim!(end, Err(RecvError::TimedOut { received: 0 }));
        deliver(&b, &a, b"ab")?;
        let end = a.recv_until_terminator(b'\n', &mut line, WHILE, &Never);
        claim!(end, Err(RecvError::TimedOut { received: 2 }));
        // Whoever shares it finds it as it was.
        claim!(!must!(fcntl_getfl(&a)).contains(OFlags::NONBLOCK));
    }
    Ok(())
}

pub(super) fn out_of_band_byte() -> Verdict {
    let (a, b) = pair::<Tcp>()?;
    must!(b.send(b"ab"));
    claim!(must!(rustix::net::send(&b, b"!", SendFlags::OOB)), 1);
    must!(b.send(b"c\nd"));
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "abc");
    claim!(rest(&a), b"d");

    // Alone it does not count as something to receive, so that a wait for more is a wait.
    claim!(must!(rustix::net::send(&b, b"!", SendFlags::OOB)), 1);
    let a = Faulty::new(a, Plan::default());
    let end = a.recv_until_terminator(b'\n', &mut line, WHILE, &Never);
    claim!(end, Err(RecvError::TimedOut { received: 0 }));
    claim!(a.count(Call::Wait(Events::RECV, None)) < 70);
    Ok(())
}

pub(super) fn records() -> Verdict {
    let flags = SocketFlags::CLOEXEC;
    let (a, b) = must!(socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None));
    let (a, b) = (Sock::from(a), Sock::from(b));
    must!(b.send(b"ab\ncdef"));
    must!(b.send(b"next\n"));
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "ab");
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "next");
    Ok(())
}

pub(super) fn peek_offset() -> Verdict {
    let (a, b) = pair::<Unix>()?;
    set_number(&a, Number::PeekOffset, 3)?;
    deliver_unseen(&b, b"abcdef\n")?;
    let a = Faulty::new(a, Plan::default());
    // The peek shows "def\n", and so "abcd" is taken, which is no line; then it shows nothing, although "ef\n" is there.
    let mut line = Vec::<u8, 16>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, WHILE, &Never);
    claim!(end, Err(RecvError::TimedOut { received: 4 }));
    claim!(line, b"abcd");
    claim!(a.count(Call::Wait(Events::RECV, None)) < 70);

    set_number(a.inner(), Number::PeekOffset, -1)?;
    must!(a.recv_until_terminator(b'\n', &mut line, WHILE, &Never));
    claim!(line, b"abcdef");
    Ok(())
}

/// Sends; for a stream that must not be peeked at.
fn deliver_unseen(from: &Sock, bytes: &[u8]) -> Verdict {
    claim!(must!(from.send(bytes)), bytes.len());
    Ok(())
}

pub(super) fn low_water_mark() -> Verdict {
    let (a, b) = pair::<Tcp>()?;
    set_number(&a, Number::LowWaterMark, 100)?;
    deliver(&b, &a, b"ab\nc")?;
    claim!(a.wait(Events::RECV, Some(Duration::ZERO), &Never), Ok(Events::NONE));
    // What is there is taken all the same, if one looks.
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never));
    claim!(line, "ab");

    // During a wait nobody looks. The end of the line is found when time is up.
    deliver(&b, &a, b"cd\n")?;
    let a = Faulty::new(a, Plan { peek: &[Fault::Short(2)], ..Plan::default() });
    let start = a.now();
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, WHILE, &Never));
    claim!(line, "ccd");
    claim!(a.now().saturating_duration_since(start) >= Duration::from_millis(30));
    claim!(a.count(Call::Wait(Events::RECV, None)), 1);
    Ok(())
}

pub(super) fn not_a_socket() -> Verdict {
    let (a, b) = must!(pipe_with(PipeFlags::CLOEXEC));
    must!(rustix::io::write(&b, b"hello\n"));
    ends!(
        Sock::from(a).recv_until_terminator(b'\n', &mut String::<16>::new(), SOON, &Never),
        RecvError::Failed { errno: Errno::NOTSOCK, received: 0 },
        "recv(): Socket operation on non-socket (88)"
    );
    Ok(())
}

pub(super) fn never_connected() -> Verdict {
    for (family, errno) in [(Family::Inet, Errno::NOTCONN), (Family::Unix, Errno::INVAL)] {
        let a = must!(Sock::stream(family));
        let end = a.recv_until_terminator(b'\n', &mut String::<16>::new(), SOON, &Never);
        claim!(end, Err(RecvError::Failed { errno, received: 0 }));
    }
    claim!(super::text(Errno::NOTCONN), "Transport endpoint is not connected (107)");
    Ok(())
}

/// Options that rustix does not have.
#[derive(Clone, Copy)]
enum Number {
    PeekOffset,
    LowWaterMark,
}

#[cfg(feature = "std")]
fn set_number(sock: &Sock, option: Number, value: i32) -> Result<(), Skip> {
    use rustix::fd::{AsFd, AsRawFd};
    let name = match option {
        Number::PeekOffset => libc::SO_PEEK_OFF,
        Number::LowWaterMark => libc::SO_RCVLOWAT,
    };
    // SAFETY: the pointer is to an int, as these options want it, and its length is said; the descriptor is borrowed.
    let done = unsafe {
        libc::setsockopt(
            sock.as_fd().as_raw_fd(),
            libc::SOL_SOCKET,
            name,
            core::ptr::from_ref(&value).cast(),
            size_of::<i32>() as libc::socklen_t,
        )
    };
    if done == 0 { Ok(()) } else { Err(Skip("this kernel does not have the option")) }
}

#[cfg(not(feature = "std"))]
fn set_number(_: &Sock, _: Number, _: i32) -> Result<(), Skip> {
    Err(Skip("only the C library can set this option"))
}
