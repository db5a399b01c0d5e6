//! `link::tcp`: several addresses within one deadline, and nobody's small frames wait.
#![cfg(target_os = "linux")]

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, TcpListener, ToSocketAddrs},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use sockpipe::{
    Address, ConnectError, Deadline, Errno, Family, Never, Sock, TokenPipe, When,
    link::tcp,
    options::{NoDelay, ReuseAddress},
};

const SOON: Deadline = Deadline::Within(Duration::from_secs(60));
const REFUSED: ConnectError = ConnectError::Failed(Errno::CONNREFUSED);

fn at(sock: &Sock) -> SocketAddr {
    match sock.get_sock_name() {
        Ok(Address::Ip(address)) => address,
        other => panic!("{other:?}"),
    }
}

fn listener() -> (Sock, SocketAddr) {
    let listener = tcp::listen(([127, 0, 0, 1], 0), 8).unwrap();
    let address = at(&listener);
    (listener, address)
}

/// An address that nobody listens at, and that nobody else gets.
fn refusing() -> (Sock, SocketAddr) {
    let sock = Sock::stream(Family::Inet).unwrap();
    sock.bind(&Address::from(([127, 0, 0, 1], 0))).unwrap();
    let address = at(&sock);
    (sock, address)
}

/// A listener whose backlog is full: it swallows what comes, and does not answer.
fn swallowing() -> (Sock, Vec<Sock>, SocketAddr) {
    let listener = tcp::listen(([127, 0, 0, 1], 0), 0).unwrap();
    let address = at(&listener);
    let mut waiting = vec![];
    loop {
        let patience = Deadline::Within(Duration::from_millis(300));
        match Sock::connect_to(&Address::Ip(address), patience, &Never) {
            Ok(sock) => waiting.push(sock),
            Err(ConnectError::TimedOut) => return (listener, waiting, address),
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn connected_to(sock: &Sock, address: SocketAddr) {
    assert_eq!(sock.get_peer_name(), Ok(Address::Ip(address)));
}

#[test]
fn the_first_that_answers() {
    let ((_refusing, refused), (listener, address)) = (refusing(), listener());
    for addresses in [vec![address], vec![address, refused], vec![refused, address], vec![refused, refused, address]] {
        let sock = tcp::connect(addresses, SOON, &Never).unwrap();
        connected_to(&sock, address);
        listener.accept(SOON, &Never).unwrap();
    }
    let sock = tcp::connect([refused, address], Deadline::Never, &Never).unwrap();
    connected_to(&sock, address);
}

/// One that swallows packets gets its share of the time, and no more.
#[test]
fn a_silent_one_does_not_keep_the_others_waiting() {
    let (_swallowing, _waiting, silent) = swallowing();
    let (_listener, address) = listener();
    let start = Instant::now();
    let patience = Duration::from_secs(6);
    let sock = tcp::connect([silent, silent, address], Deadline::Within(patience), &Never).unwrap();
    connected_to(&sock, address);
    // A third, and then half of the rest.
    assert!(start.elapsed() >= patience * 2 / 3);
}

#[test]
fn all_of_them_within_one_deadline() {
    let (_swallowing, _waiting, silent) = swallowing();
    let patience = Duration::from_millis(400);
    let start = Instant::now();
    let end = tcp::connect([silent; 32], Deadline::Within(patience), &Never);
    assert_eq!(end.err(), Some(ConnectError::TimedOut));
    assert!(start.elapsed() >= patience);
    // Not each of them: that would be 13 s.
    assert!(start.elapsed() < patience * 30);

    // One attempt at each, and no waiting.
    let end = tcp::connect([silent; 8], Deadline::NOW, &Never);
    assert_eq!(end.err(), Some(ConnectError::TimedOut));
}

#[test]
fn the_most_telling_error() {
    let (_refusing, refused) = refusing();
    let connect = |addresses: &[SocketAddr]| tcp::connect(addresses.iter().copied(), SOON, &Never).err();
    // On which network, nobody says: EINVAL. Without IPv6 it is another error.
    let no_way = SocketAddr::from((Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1), 1));
    let no_way_alone = connect(&[no_way]).unwrap();
    assert!(matches!(no_way_alone, ConnectError::Failed(errno) if errno != Errno::CONNREFUSED), "{no_way_alone:?}");
    assert_eq!(connect(&[refused]), Some(REFUSED));
    assert_eq!(connect(&[no_way, refused]), Some(REFUSED));
    assert_eq!(connect(&[refused, no_way]), Some(REFUSED));
    assert_eq!(connect(&[no_way, no_way]), Some(no_way_alone));

    let none = connect(&[]).unwrap();
    assert_eq!(none.to_string(), "connect(): Destination address required (89)");
}

#[test]
fn a_silent_one_and_one_that_refuses() {
    let ((_swallowing, _waiting, silent), (_refusing, refused)) = (swallowing(), refusing());
    let patience = Deadline::Within(Duration::from_millis(100));
    assert_eq!(tcp::connect([silent, refused], patience, &Never).err(), Some(REFUSED));
    assert_eq!(tcp::connect([refused, silent], patience, &Never).err(), Some(ConnectError::TimedOut));
}

/// The interrupt ends it all, not only the attempt at this one; also one that is set for a moment.
#[test]
fn an_interrupt_ends_it() {
    let (_swallowing, _waiting, silent) = swallowing();
    let (_listener, address) = listener();
    let (stop, stopper) = TokenPipe::pair().unwrap();
    thread::scope(|scope| {
        let connecting = scope.spawn(|| tcp::connect([silent, address], Deadline::Never, &stop).err());
        stopper.try_token_write(0).unwrap();
        assert_eq!(connecting.join().unwrap(), Some(ConnectError::Interrupted));
    });
    let is_set = AtomicBool::new(true);
    let end = tcp::connect([silent, address], SOON, &When(|| is_set.swap(false, Relaxed)));
    assert_eq!(end.err(), Some(ConnectError::Interrupted));
}

#[test]
fn no_delay_on_both_sides() {
    let (listener, address) = listener();
    let client = tcp::connect([address], SOON, &Never).unwrap();
    let (server, _) = listener.accept(SOON, &Never).unwrap();
    for sock in [&client, &server] {
        assert_eq!(sock.get_sock_opt(), Ok(NoDelay(true)));
    }
    client.set_sock_opt(NoDelay(false)).unwrap();
    assert_eq!(client.get_sock_opt(), Ok(NoDelay(false)));
}

#[test]
fn a_listener_has_its_port_again_at_once() {
    let (listener, address) = listener();
    assert_eq!(listener.get_sock_opt(), Ok(ReuseAddress(true)));
    assert_eq!(tcp::listen(address, 8).err(), Some(Errno::ADDRINUSE));
    let client = tcp::connect([address], SOON, &Never).unwrap();
    // Who closes first is the one whose port lingers.
    drop(listener.accept(SOON, &Never).unwrap());
    drop((listener, client));
    tcp::listen(address, 8).unwrap();
}

/// Everything that std resolves names to, and everything that is an address.
#[test]
fn kinds_of_addresses() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let v4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
    let address = SocketAddr::V4(v4);
    let connected = [
        tcp::connect(("localhost", port).to_socket_addrs().unwrap(), SOON, &Never),
        tcp::connect(("127.0.0.1", port).to_socket_addrs().unwrap(), SOON, &Never),
        tcp::connect([v4], SOON, &Never),
        tcp::connect(Some((Ipv4Addr::LOCALHOST, port)), SOON, &Never),
        tcp::connect(heapless::Vec::<_, 2>::from([address]), SOON, &Never),
        tcp::connect([address].iter().copied(), SOON, &Never),
    ];
    for sock in connected {
        connected_to(&sock.unwrap(), address);
    }
}
