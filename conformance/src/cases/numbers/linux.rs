//! The bodies, which have their process for themselves: nobody else gets a number meanwhile.
//!
//! # Safety
//! This file closes standard input, output and error.
#![allow(unsafe_code)]

use core::time::Duration;

use rustix::{
    fd::{AsFd, AsRawFd},
    io::fcntl_dupfd_cloexec,
    stdio::{take_stderr, take_stdin, take_stdout},
};
use sockpipe::{Events, Family, Never, Peek, Sink, Sock, Wait, WaitSet, make_socket_pair, options::Linger};

use crate::{
    Skip, Verdict,
    cases::common::SOON,
    claim, must,
    worlds::kernel::{Kind, Tcp, Unix},
};

fn number(of: &impl AsFd) -> i32 {
    of.as_fd().as_raw_fd()
}

/// L-07: Linux frees the number first, and then finds errors. Trying again would close somebody else's descriptor.
pub(super) fn closing_frees_the_number() -> Verdict {
    const NONE: Skip = Skip("this kernel gives no connection of this kind");
    for pair in [Unix::pair, Tcp::pair] {
        // One has something that it could not send, and resets; the other has something unread, and an error that nobody has seen.
        let (a, b) = pair().ok_or(NONE)?;
        while a.send(&[0; 4096]).is_ok() {}
        let _ = a.set_sock_opt(Linger(Some(Duration::ZERO)));
        closes(a)?;
        claim!(must!(b.wait_for(Events::NONE, SOON, &Never)).contains(Events::ERROR));
        closes(b)?;
    }
    Ok(())
}

/// Closes it, and sees that its number can be had again.
fn closes(sock: Sock) -> Verdict {
    let another = must!(Sock::stream(Family::Unix));
    let freed = number(&sock);
    claim!(number(&must!(fcntl_dupfd_cloexec(&another, freed))) > freed);
    drop(sock);
    claim!(number(&must!(fcntl_dupfd_cloexec(&another, freed))), freed);
    Ok(())
}

/// L-10: to a daemon whose standard streams are closed a socket may get these.
pub(super) fn numbers_of_standard_streams() -> Verdict {
    // SAFETY: nothing in this process uses them from here on, and nobody else owns them.
    drop(unsafe { take_stdin() });
    // SAFETY: as above.
    drop(unsafe { take_stdout() });
    // SAFETY: as above.
    drop(unsafe { take_stderr() });
    let ((a, b), (c, d)) = (must!(make_socket_pair()), must!(make_socket_pair()));
    claim!([number(&a), number(&b), number(&c)], [0, 1, 2]);
    for (from, to) in [(&a, &b), (&b, &a), (&d, &c)] {
        must!(from.send_complete(b"line\n", SOON, &Never));
        claim!(to.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
        let mut set = WaitSet::<1>::new();
        set.add(to, Events::RECV);
        claim!(set.wait(SOON, &Never), Ok(1));
        let mut line = heapless::String::<16>::new();
        must!(to.recv_until_terminator(b'\n', &mut line, SOON, &Never));
        claim!(line, "line");
        claim!(to.is_connected(), Ok(()));
    }
    drop(a);
    claim!(number(&must!(Sock::stream(Family::Unix))), 0);
    Ok(())
}
