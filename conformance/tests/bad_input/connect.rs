//! Connecting: nobody there, no room, no hurry.

use std::{
    fs::File,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    thread::{self, sleep},
    time::Duration,
};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use sockpipe::{
    Address, ConnectError, Deadline, Disconnected, Errno, Events, Family, Never, Peek, Sock, Wait, options,
};

use crate::{Directory, SHORT, SHORTLY, SOON, both, interrupt_shortly, on_the_cpu};

const LOCALHOST: Address = Address::Ip(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0));

/// Somewhere to connect to, and the listener.
fn listen(at: &Address) -> (Address, Sock) {
    let listener = Sock::stream(at.family()).unwrap();
    listener.bind(at).unwrap();
    listener.listen(0).unwrap();
    (listener.get_sock_name().unwrap(), listener)
}

/// The same, with as many clients as it has room for. Whoever comes now has to wait.
fn full(at: &Address) -> (Address, Sock, Vec<Sock>) {
    let (address, listener) = listen(at);
    let mut clients = vec![];
    loop {
        let client = Sock::stream(address.family()).unwrap();
        match client.connect(&address, Deadline::Within(5 * SHORT), &Never) {
            Ok(()) => clients.push(client),
            Err(ConnectError::TimedOut) => return (address, listener, clients),
            Err(error) => panic!("{error}"),
        }
    }
}

fn connect(address: &Address) -> Result<(), ConnectError> {
    Sock::stream(address.family()).unwrap().connect(address, SOON, &Never)
}

#[test]
fn nobody_listens_there() {
    let refused = Err(ConnectError::Failed(Errno::CONNREFUSED));
    let (tcp, _) = listen(&LOCALHOST);
    assert_eq!(connect(&tcp), refused);
    assert_eq!(connect(&Address::abstract_name(b"sockpipe.nobody").unwrap()), refused);

    let directory = Directory::new("nobody");
    let path = |name| Address::path(&directory.file(name)).unwrap();
    assert_eq!(connect(&path("missing")), Err(ConnectError::Failed(Errno::from_raw(2))));
    drop(listen(&path("stale")));
    assert_eq!(connect(&path("stale")), refused);
    File::create(directory.0.join("file")).unwrap();
    assert_eq!(connect(&path("file")), refused);
    assert_eq!(connect(&Address::Unnamed), Err(ConnectError::Failed(Errno::INVAL)));
}

#[test]
fn a_refused_socket_is_not_connected_and_can_try_again() {
    let (address, listener) = listen(&LOCALHOST);
    drop(listener);
    let sock = Sock::stream(Family::Inet).unwrap();
    assert_eq!(sock.connect(&address, SOON, &Never), Err(ConnectError::Failed(Errno::CONNREFUSED)));
    assert!(sock.is_connected().is_err());
    if cfg!(sockpipe_force_unix) {
        println!("skipped: Linux says ECONNABORTED once somebody has asked SO_ERROR, as has to be done elsewhere");
        return;
    }
    let (address, _listener) = listen(&LOCALHOST);
    assert_eq!(sock.connect(&address, SOON, &Never), Ok(()));
    assert_eq!(sock.is_connected(), Ok(()));
}

#[test]
fn a_name_of_another_family() {
    let unix = Sock::stream(Family::Unix).unwrap();
    assert_eq!(unix.connect(&LOCALHOST, SOON, &Never), Err(ConnectError::Failed(Errno::INVAL)));
    let tcp = Sock::stream(Family::Inet).unwrap();
    let error = tcp.connect(&Address::abstract_name(b"x").unwrap(), SOON, &Never);
    assert_eq!(error, Err(ConnectError::Failed(Errno::INVAL)));
}

#[test]
fn a_second_connect() {
    both(|a, b| {
        let peer = b.get_sock_name().unwrap();
        let error = if peer == Address::Unnamed { Errno::INVAL } else { Errno::ISCONN };
        assert_eq!(a.connect(&peer, SOON, &Never), Err(ConnectError::Failed(error)));
        assert_eq!(a.is_connected(), Ok(()));
    });
}

#[test]
fn a_full_unix_listener_is_waited_for_without_spinning() {
    let (address, listener, _clients) = full(&Address::Unnamed);
    let client = Sock::stream(Family::Unix).unwrap();
    let start = client.now();
    let long = Duration::from_millis(300);
    let (end, cpu) = on_the_cpu(|| client.connect(&address, Deadline::Within(long), &Never));
    assert_eq!(end, Err(ConnectError::TimedOut));
    assert!(client.now().saturating_duration_since(start) >= long);
    assert!(cpu < long / 10, "it took {cpu:?} of CPU time");
    // What the kernel says of a Unix socket that is not connected.
    assert_eq!(client.is_connected(), Err(Disconnected::Failed(Errno::INVAL)));

    let (bell, ringer) = interrupt_shortly();
    assert_eq!(client.connect(&address, Deadline::Never, &bell), Err(ConnectError::Interrupted));
    ringer.join().unwrap();

    let acceptor = thread::spawn(move || {
        sleep(SHORT);
        listener.accept(SOON, &Never).map(|_| listener).unwrap()
    });
    assert_eq!(client.connect(&address, SOON, &Never), Ok(()));
    assert_eq!(client.is_connected(), Ok(()));
    acceptor.join().unwrap();
}

#[test]
fn a_full_tcp_listener_keeps_the_connection_in_progress() {
    let (address, listener, _clients) = full(&LOCALHOST);
    let client = Sock::stream(Family::Inet).unwrap();
    assert_eq!(client.connect(&address, SHORTLY, &Never), Err(ConnectError::TimedOut));
    assert_eq!(client.is_connected(), Err(Disconnected::Connecting));
    assert_eq!(client.connect(&address, SOON, &Never), Err(ConnectError::Failed(Errno::ALREADY)));
    assert_eq!(client.recv(&mut [0]), Err(Errno::AGAIN));

    let (bell, ringer) = interrupt_shortly();
    let other = Sock::stream(Family::Inet).unwrap();
    assert_eq!(other.connect(&address, Deadline::Never, &bell), Err(ConnectError::Interrupted));
    ringer.join().unwrap();
    drop(other);

    // Room comes: the connection that timed out is made after all.
    listener.accept(SOON, &Never).unwrap();
    assert_eq!(client.wait_for(Events::SEND, SOON, &Never), Ok(Events::SEND));
    assert_eq!(client.get_sock_opt(), Ok(options::Error(None)));
    assert_eq!(client.is_connected(), Ok(()));
}

#[test]
fn blocking_sockets_keep_the_deadline() {
    for at in [LOCALHOST, Address::Unnamed] {
        let (address, _listener, _clients) = full(&at);
        let family = AddressFamily::from(address.family());
        let blocking = socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
        let sock = Sock::from(blocking);
        assert_eq!(sock.connect(&address, SHORTLY, &Never), Err(ConnectError::TimedOut));
    }
}
