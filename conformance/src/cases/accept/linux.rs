//! The bodies.

use core::fmt::Write;

use heapless::String;
use rustix::{
    fs::unlink,
    net::{SocketAddrUnix, bind},
    process::{Resource, Rlimit, getpid, getrlimit, setrlimit},
};
use sockpipe::{
    AcceptError, Address, Deadline, Errno, Events, Family, Never, Peek, RecvExactError, Sock, Source, Wait,
    fd::{AsFd, AsRawFd},
    options::Linger,
};

use super::super::common::{SOON, ms, text};
use crate::{Outcome, Skip, Verdict, claim, must, worlds::states};

const BOTH: [Family; 2] = [Family::Unix, Family::Inet];

/// A listener, and a client that has not been accepted.
fn waiting(family: Family) -> Result<(Sock, Sock), Outcome> {
    let listener = states::listener(family, 4).ok_or(Skip("this kernel gives no socket of this kind"))?;
    let client = must!(Sock::connect_to(&must!(listener.get_sock_name()), SOON, &Never));
    Ok((listener, client))
}

/// L-13: Core returns nothing, and its callers spin if descriptors were the reason.
pub(super) fn errors_are_sorted() -> Verdict {
    const NUMBERS: u64 = 32;
    let pairs = [waiting(Family::Unix)?, waiting(Family::Inet)?];
    // No number below the limit is free.
    let mut used = heapless::Vec::<_, { NUMBERS as usize + 1 }>::new();
    while used.last().is_none_or(|fd: &rustix::fd::OwnedFd| (fd.as_raw_fd() as u64) < NUMBERS) {
        let _ = used.push(must!(rustix::io::fcntl_dupfd_cloexec(&pairs[0].0, 0)));
    }
    let before = getrlimit(Resource::Nofile);
    must!(setrlimit(Resource::Nofile, Rlimit { current: Some(NUMBERS), ..before }));
    for (listener, _) in &pairs {
        for _ in 0..3 {
            let error = listener.accept(Deadline::Never, &Never).err();
            claim!(error, Some(AcceptError::Resource(Errno::MFILE)));
            // The client still waits, so a loop must pause.
            claim!(listener.wait_for(Events::RECV, Deadline::NOW, &Never), Ok(Events::RECV));
        }
    }
    must!(setrlimit(Resource::Nofile, before));
    for (listener, client) in &pairs {
        let (_accepted, _) = must!(listener.accept(SOON, &Never));
        claim!(client.is_connected(), Ok(()));
        // Nobody there is waited for, and never an error.
        let error = listener.accept(Deadline::Within(ms(20)), &Never).err();
        claim!(error, Some(AcceptError::TimedOut));
        claim!(client.accept(SOON, &Never).err(), Some(AcceptError::Fatal(Errno::INVAL)));
    }
    claim!(text(&AcceptError::Resource(Errno::MFILE)), "accept(): Too many open files (24)");

    // Linux lets a client in that is gone already; its end tells.
    let (listener, client) = waiting(Family::Inet)?;
    must!(client.set_sock_opt(Linger(Some(ms(0)))));
    drop(client);
    let (accepted, _) = must!(listener.accept(SOON, &Never));
    let error = RecvExactError::Failed { errno: Errno::CONNRESET, received: 0 };
    claim!(accepted.recv_exact(&mut [0], SOON, &Never), Err(error));
    Ok(())
}

/// L-14: Core allocates an object for it. Here only the peer's name can be trouble: Linux lets one be longer than there is room for.
pub(super) fn nothing_can_fail_afterwards() -> Verdict {
    const LENGTH: usize = 108;
    let mut path = String::<LENGTH>::new();
    must!(write!(path, "/tmp/sockpipe-{}-", getpid().as_raw_nonzero()));
    while path.push('x').is_ok() {}
    let listener = states::listener(Family::Unix, 1).ok_or(Skip("this kernel gives no socket of this kind"))?;
    let client = must!(Sock::stream(Family::Unix));
    if bind(&client, &must!(SocketAddrUnix::new(path.as_str()))).is_err() {
        return Err(Skip("there is no /tmp here").into());
    }
    let _ = unlink(path.as_str());
    must!(client.connect(&must!(listener.get_sock_name()), SOON, &Never));
    let (accepted, address) = must!(listener.accept(SOON, &Never));
    claim!((address, accepted.get_peer_name()), (Address::Unnamed, Err(Errno::NAMETOOLONG)));
    must!(client.send(b"x"));
    let mut got = [0];
    must!(accepted.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"x");
    Ok(())
}

/// L-15: in Core by way of two pointers, which may be null.
pub(super) fn address_comes_along() -> Verdict {
    for family in BOTH {
        let (listener, client) = waiting(family)?;
        let (accepted, address) = must!(listener.accept(SOON, &Never));
        claim!(address, must!(client.get_sock_name()));
        claim!(address, must!(accepted.get_peer_name()));
        claim!(address.family(), family);
        claim!(accepted.as_fd().as_raw_fd() != client.as_fd().as_raw_fd());
    }
    Ok(())
}
