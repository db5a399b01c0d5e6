//! The bodies of the cases about descriptors. The worlds' connections do not matter here.

use core::net::Ipv4Addr;

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::{FdFlags, fcntl_getfd},
    net::{SendFlags, send},
    pipe::{PipeFlags, pipe_with},
};
use sockpipe::{Address, Deadline, Errno, Events, Family, Never, Peek, Sock, Source, Wait, make_socket_pair, options};

use super::common::{SOON, ms};
use crate::{
    Outcome, Skip, State, Verdict, claim, must,
    worlds::{
        kernel::{Kind, Tcp},
        states,
    },
};

/// A listener, a client, and what was accepted for it.
fn connection(family: Family) -> Result<[Sock; 3], Outcome> {
    let listener = states::listener(family, 1).ok_or(Skip("this kernel gives no socket of this kind"))?;
    let client = must!(Sock::stream(family));
    must!(client.connect(&must!(listener.get_sock_name()), SOON, &Never));
    let (accepted, _) = must!(listener.accept(SOON, &Never));
    Ok([listener, client, accepted])
}

/// Core's sockets are inherited by whatever the program starts.
pub(super) fn close_on_exec() -> Verdict {
    for family in [Family::Unix, Family::Inet] {
        for sock in connection(family)? {
            claim!(must!(fcntl_getfd(&sock)), FdFlags::CLOEXEC);
        }
    }
    let (a, b) = must!(make_socket_pair());
    claim!((must!(fcntl_getfd(&a)), must!(fcntl_getfd(&b))), (FdFlags::CLOEXEC, FdFlags::CLOEXEC));
    Ok(())
}

/// Core leaves it to the system, and systems differ.
pub(super) fn accepted_is_non_blocking() -> Verdict {
    for family in [Family::Unix, Family::Inet] {
        let [_, _, accepted] = connection(family)?;
        claim!(must!(fcntl_getfl(&accepted)).contains(OFlags::NONBLOCK));
    }
    Ok(())
}

pub(super) fn non_blocking_keeps_flags() -> Verdict {
    let (a, _b) = must!(make_socket_pair());
    must!(fcntl_setfl(&a, OFlags::APPEND));
    let before = must!(fcntl_getfl(&a));
    claim!(before.contains(OFlags::APPEND) && !before.contains(OFlags::NONBLOCK));
    for _ in 0..2 {
        must!(a.set_non_blocking());
        claim!(must!(fcntl_getfl(&a)), before | OFlags::NONBLOCK);
    }
    // What is no socket keeps its mode, as somebody else may share it.
    let (reader, _writer) = must!(pipe_with(PipeFlags::CLOEXEC));
    let pipe = Sock::from(reader);
    let before = must!(fcntl_getfl(&pipe));
    claim!(pipe.set_non_blocking(), Err(Errno::NOTSOCK));
    claim!(must!(fcntl_getfl(&pipe)), before);
    Ok(())
}

pub(super) fn shutdown_of_unconnected() -> Verdict {
    claim!(must!(Sock::stream(Family::Inet)).shutdown_send(), Err(Errno::NOTCONN));
    Ok(())
}

pub(super) fn asking_clears_the_error() -> Verdict {
    let mut kept = heapless::Vec::<Sock, 2>::new();
    let sock = states::socket(Family::Inet, State::Refused, |sock| kept.push(sock).map_err(|_| Skip("")))?;
    claim!(must!(sock.get_sock_opt::<options::Error>()), options::Error(Some(Errno::CONNREFUSED)));
    claim!(must!(sock.get_sock_opt::<options::Error>()), options::Error(None));
    Ok(())
}

/// What is tried here is an address that is taken; an EAGAIN, which Core's fuzzer injects, takes the same way.
pub(super) fn bind_fails_once() -> Verdict {
    let first = must!(Sock::stream(Family::Inet));
    must!(first.bind(&Address::from((Ipv4Addr::LOCALHOST, 0))));
    let taken = must!(first.get_sock_name());
    let second = must!(Sock::stream(Family::Inet));
    claim!(second.bind(&taken), Err(Errno::ADDRINUSE));
    must!(second.bind(&Address::from((Ipv4Addr::LOCALHOST, 0))));
    Ok(())
}

/// Only TCP has urgent bytes that every system knows.
pub(super) fn urgent_byte() -> Verdict {
    let (a, b) = Tcp::pair().ok_or(Skip("this kernel gives no TCP connection"))?;
    must!(send(&b, b"!", SendFlags::OOB));
    claim!(must!(a.wait_for(Events::RECV, Deadline::Within(ms(20)), &Never)), Events::NONE);
    claim!(Peek::is_connected(&a), Ok(()));
    must!(b.send(b"x"));
    must!(a.wait_for(Events::RECV, SOON, &Never));
    claim!(Peek::is_connected(&a), Ok(()));
    let mut got = [0];
    must!(a.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"x");
    drop(b);
    must!(a.wait_for(Events::RECV, SOON, &Never));
    claim!(Peek::is_connected(&a), Err(sockpipe::Disconnected::Closed));
    Ok(())
}
