//! The bodies of the cases about new sockets, and about whom they connect to.

use core::net::Ipv4Addr;

use rustix::{
    fs::{OFlags, fcntl_getfl},
    io::{FdFlags, fcntl_getfd},
};
use sockpipe::{
    Address, ConnectError, Deadline, Errno, Family, Instant, Never, Peek, Sink, Sock, Source, When, options::NoDelay,
};

use super::{super::common::SOON, listener::listener};
use crate::{Verdict, claim, must};

/// N-01: Core makes sockets of other families, too, which stay blocking, and sets TCP_NODELAY.
pub(super) fn new_socket() -> Verdict {
    for family in [Family::Unix, Family::Inet, Family::Inet6] {
        let sock = match Sock::stream(family) {
            // A kernel without IPv6.
            Err(Errno::AFNOSUPPORT) if family == Family::Inet6 => continue,
            sock => must!(sock),
        };
        claim!(must!(fcntl_getfl(&sock)).contains(OFlags::NONBLOCK));
        claim!(must!(fcntl_getfd(&sock)), FdFlags::CLOEXEC);
        if family != Family::Unix {
            claim!(sock.get_sock_opt(), Ok(NoDelay(false)));
            must!(sock.set_sock_opt(NoDelay(true)));
            claim!(sock.get_sock_opt(), Ok(NoDelay(true)));
        }
    }
    Ok(())
}

/// N-02: neither a deadline that has passed nor an interrupt is looked at.
pub(super) fn made_at_once() -> Verdict {
    let (_listener, address) = listener(Family::Unix)?;
    let past = Deadline::At(Instant::from_nanos(0));
    let sock = must!(Sock::connect_to(&address, past, &When(|| true)));
    claim!(sock.is_connected(), Ok(()));
    Ok(())
}

/// N-13: whoever connects to a port that nobody listens at can be given that port as his own.
pub(super) fn connected_to_itself() -> Verdict {
    let sock = must!(Sock::stream(Family::Inet));
    must!(sock.bind(&Address::from((Ipv4Addr::LOCALHOST, 0))));
    let own = must!(sock.get_sock_name());
    must!(sock.connect(&own, SOON, &Never));
    claim!(sock.get_peer_name(), sock.get_sock_name());
    must!(sock.send_complete(b"echo", SOON, &Never));
    let mut got = [0; 4];
    must!(sock.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"echo");
    Ok(())
}

/// N-14: Core cuts it, and connects to another path.
pub(super) fn name_too_long() -> Verdict {
    let mut path = [b'x'; 108];
    path[..13].copy_from_slice(b"/nonexistent/");
    claim!(Address::path(&path), Err(Errno::NAMETOOLONG));
    claim!(Address::abstract_name(&path), Err(Errno::NAMETOOLONG));
    // The longest name there can be is not too long for the system.
    let longest = must!(Address::path(&path[..107]));
    claim!(Sock::connect_to(&longest, SOON, &Never).err(), Some(ConnectError::Failed(Errno::NOENT)));
    let longest = must!(Address::abstract_name(&path[..107]));
    claim!(Sock::connect_to(&longest, SOON, &Never).err(), Some(ConnectError::Failed(Errno::CONNREFUSED)));
    Ok(())
}
