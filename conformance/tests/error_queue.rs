//! An error queue that nobody reads: the socket says "error" for ever, although nothing is wrong with it. Nobody may spin because of it.
#![cfg(target_os = "linux")]

use std::{
    net::{TcpListener, TcpStream},
    os::fd::AsRawFd,
    time::Duration,
};

use conformance::faulty::{Call, Faulty, Plan};
use sockpipe::{Deadline, Events, Never, RecvError, SendError, Sock, fd::OwnedFd, prelude::*};

const SHORTLY: Deadline = Deadline::Within(Duration::from_millis(200));
/// More would be a spin: half of the waits sleep for 4 ms.
const MOST: usize = 400;

/// A connection whose first end has a timestamp in its error queue, which makes poll(2) say POLLERR until somebody fetches it.
fn connection() -> Option<(Sock, Sock)> {
    let listener = TcpListener::bind("127.0.0.1:0").ok()?;
    let a = TcpStream::connect(listener.local_addr().ok()?).ok()?;
    let (b, _) = listener.accept().ok()?;
    let stamps = libc::SOF_TIMESTAMPING_TX_SOFTWARE | libc::SOF_TIMESTAMPING_SOFTWARE;
    // SAFETY: the option's value is an unsigned int, of which the length is given.
    let set = unsafe {
        libc::setsockopt(
            a.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_TIMESTAMPING,
            std::ptr::from_ref(&stamps).cast(),
            size_of_val(&stamps) as libc::socklen_t,
        )
    };
    let (a, b) = (Sock::from(OwnedFd::from(a)), Sock::from(OwnedFd::from(b)));
    a.send(b"stamped").ok()?;
    let told = a.wait_for(Events::NONE, SHORTLY, &Never).is_ok_and(|events| events.contains(Events::ERROR));
    (set == 0 && told).then_some((a, b))
}

#[test]
fn a_send_that_cannot_go_on_does_not_spin() {
    let Some((a, b)) = connection() else { return eprintln!("skipped: no timestamps here") };
    let a = Faulty::new(a, Plan::default());
    let end = a.send_complete(&vec![b'x'; 64 << 20], SHORTLY, &Never);
    assert!(matches!(end, Err(SendError::TimedOut { .. })), "{end:?}");
    assert!(a.count(Call::Wait(Events::SEND, None)) <= MOST, "{} waits", a.count(Call::Wait(Events::SEND, None)));
    drop(b);
}

#[test]
fn a_receive_without_anything_to_receive_does_not_spin() {
    let Some((a, b)) = connection() else { return eprintln!("skipped: no timestamps here") };
    // The second one has the beginning of a character before it, which is looked at again and again.
    for (sent, received) in [("", 0), ("a\u{20AC}", 1)] {
        b.send(sent.as_bytes().get(..2).unwrap_or_default()).unwrap();
        let a = Faulty::new(twin(&a), Plan::default());
        let mut line = heapless::String::<16>::new();
        let end = a.recv_until_terminator(b'\n', &mut line, SHORTLY, &Never);
        assert_eq!(end, Err(RecvError::TimedOut { received }));
        assert!(a.count(Call::Wait(Events::RECV, None)) <= MOST, "{} waits", a.count(Call::Wait(Events::RECV, None)));
    }
}

/// The same end once more.
fn twin(sock: &Sock) -> Sock {
    Sock::from(rustix::io::fcntl_dupfd_cloexec(sock, 0).expect("there are descriptors"))
}
