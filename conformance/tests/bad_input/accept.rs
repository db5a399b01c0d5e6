//! Accepting: where nobody can come, nobody comes, or somebody is gone before he is let in.

use std::thread;

use rustix::{
    io::{FdFlags, fcntl_getfd},
    net::{AddressFamily, Shutdown, SocketFlags, SocketType, shutdown, socket_with},
};
use sockpipe::{
    AcceptError, Address, Deadline, Errno, Events, Family, Never, Peek, RecvError, Sink, Sock, Wait, options::Linger,
};

use crate::{SHORT, SHORTLY, SOON, both, interrupt_shortly, is_blocking};

/// Listeners of both kinds, adopted in blocking mode.
fn listeners() -> [Sock; 2] {
    let kinds = [Address::Unnamed, Address::from(([127, 0, 0, 1], 0))];
    kinds.map(|at| {
        let fd = socket_with(at.family().into(), SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
        let listener = Sock::from(fd);
        listener.bind(&at).unwrap();
        listener.listen(4).unwrap();
        listener
    })
}

fn client_of(listener: &Sock) -> Sock {
    let address = listener.get_sock_name().unwrap();
    let client = Sock::stream(address.family()).unwrap();
    client.connect(&address, SOON, &Never).unwrap();
    client
}

#[test]
fn what_does_not_listen() {
    let fatal = |errno| Err(AcceptError::Fatal(errno));
    both(|a, _b| assert_eq!(a.accept(SOON, &Never).map(drop), fatal(Errno::INVAL)));
    let lonely = Sock::stream(Family::Inet).unwrap();
    assert_eq!(lonely.accept(SOON, &Never).map(drop), fatal(Errno::INVAL));
    let datagrams = socket_with(AddressFamily::UNIX, SocketType::DGRAM, SocketFlags::CLOEXEC, None).unwrap();
    assert_eq!(Sock::from(datagrams).accept(SOON, &Never).map(drop), fatal(Errno::OPNOTSUPP));
}

#[test]
fn nobody_comes() {
    for listener in listeners() {
        let start = listener.now();
        assert_eq!(listener.accept(SHORTLY, &Never).map(drop), Err(AcceptError::TimedOut));
        assert!(listener.now().saturating_duration_since(start) >= SHORT);
        let (bell, ringer) = interrupt_shortly();
        assert_eq!(listener.accept(Deadline::Never, &bell).map(drop), Err(AcceptError::Interrupted));
        ringer.join().unwrap();
        // Whoever waits is let in although the interrupt is set.
        let _client = client_of(&listener);
        assert!(listener.accept(Deadline::Never, &bell).is_ok());
    }
}

#[test]
fn a_rival_takes_the_connection() {
    for listener in listeners() {
        let _client = client_of(&listener);
        let end = thread::scope(|scope| {
            let rivals: Vec<_> = (0..2).map(|_| scope.spawn(|| listener.accept(SHORTLY, &Never).map(drop))).collect();
            rivals.into_iter().map(|rival| rival.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(end.contains(&Ok(())) && end.contains(&Err(AcceptError::TimedOut)), "{end:?}");
    }
}

#[test]
fn what_is_accepted_is_not_inherited_and_does_not_block() {
    for listener in listeners() {
        let _client = client_of(&listener);
        let (sock, _) = listener.accept(SOON, &Never).unwrap();
        assert!(!is_blocking(&sock));
        assert!(fcntl_getfd(&sock).unwrap().contains(FdFlags::CLOEXEC));
    }
}

#[test]
fn a_client_that_is_gone_already() {
    for listener in listeners() {
        let client = client_of(&listener);
        client.send_complete(b"bye", SOON, &Never).unwrap();
        drop(client);
        let (sock, _) = listener.accept(SOON, &Never).unwrap();
        let mut line = heapless::Vec::<u8, 8>::new();
        let end = sock.recv_until_terminator(b'\n', &mut line, SOON, &Never);
        assert_eq!((end, &line[..]), (Err(RecvError::Closed { received: 3 }), &b"bye"[..]));
    }
    let [_, tcp] = listeners();
    let client = client_of(&tcp);
    client.set_sock_opt(Linger(Some(std::time::Duration::ZERO))).unwrap();
    drop(client);
    let (sock, _) = tcp.accept(SOON, &Never).unwrap();
    sock.wait_for(Events::HANGUP, SOON, &Never).unwrap();
    assert_eq!(sock.recv(&mut [0]), Err(Errno::CONNRESET));
}

#[test]
fn a_listener_that_is_shut_down_while_it_waits() {
    for listener in listeners() {
        let end = thread::scope(|scope| {
            let waiting = scope.spawn(|| listener.accept(SOON, &Never).map(drop));
            thread::sleep(SHORT);
            shutdown(&listener, Shutdown::Read).unwrap();
            waiting.join().unwrap()
        });
        assert_eq!(end, Err(AcceptError::Fatal(Errno::INVAL)));
    }
}
