//! Names of sockets: too long, empty, abstract, none, and such as only others can have.

use std::net::Ipv6Addr;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, socket_with};
use sockpipe::{Address, Errno, Family, Never, Sock};

use crate::{Directory, SOON, both};

/// A listener there.
fn listener(address: &Address) -> Result<Sock, Errno> {
    let sock = Sock::stream(address.family())?;
    sock.bind(address)?;
    sock.listen(4)?;
    Ok(sock)
}

/// Connects to it, from this name if there is one. What both ends say they are called: the client, then the server.
fn names(of: &Address, from: Option<&Address>) -> [(Result<Address, Errno>, Result<Address, Errno>); 2] {
    let listener = listener(of).unwrap();
    let client = Sock::stream(of.family()).unwrap();
    from.map_or(Ok(()), |name| client.bind(name)).unwrap();
    client.connect(&listener.get_sock_name().unwrap(), SOON, &Never).unwrap();
    let (server, peer) = listener.accept(SOON, &Never).unwrap();
    assert_eq!(Ok(peer), server.get_peer_name());
    [&client, &server].map(|sock| (sock.get_sock_name(), sock.get_peer_name()))
}

#[test]
fn paths_of_any_length_but_too_long() {
    let directory = Directory::new("paths");
    for length in [directory.file("x").len(), 106, 107] {
        let path = Address::path(&directory.file_of_length(length)).unwrap();
        let [client, server] = names(&path, None);
        assert_eq!(client, (Ok(Address::Unnamed), Ok(path.clone())));
        assert_eq!(server, (Ok(path.clone()), Ok(Address::Unnamed)));
        // The file stays when the listener is gone.
        assert_eq!(listener(&path).map(drop), Err(Errno::from_raw(98)));
    }
    assert_eq!(Address::path(&[b'x'; 108]), Err(Errno::NAMETOOLONG));
    // An empty one, made by hand, is not the abstract name of no letters.
    assert_eq!(listener(&Address::Path(heapless::Vec::new())).map(drop), Err(Errno::INVAL));
    assert_eq!(Address::path(b""), Err(Errno::INVAL));
    assert_eq!(Address::path(b"a\0b"), Err(Errno::INVAL));
    assert_eq!(listener(&Address::path(b"/nonexistent/x").unwrap()).map(drop), Err(Errno::from_raw(2)));
}

#[test]
fn abstract_names_of_any_bytes_but_too_long() {
    let mut longest = [b'n'; 107];
    longest[..9].copy_from_slice(b"sockpipe\0");
    for (server, client) in [(&b"sockpipe.names"[..], &b"\xFF\0"[..]), (&longest, b"sockpipe.\n"), (b"\0", &[])] {
        let server = Address::abstract_name(server).unwrap();
        let client = Address::abstract_name(client).unwrap();
        assert_eq!(names(&server, Some(&client))[0], (Ok(client), Ok(server)));
    }
    assert_eq!(Address::abstract_name(&[b'x'; 108]), Err(Errno::NAMETOOLONG));
}

#[test]
fn without_a_name() {
    let (a, b) = sockpipe::make_socket_pair().unwrap();
    for sock in [a, b] {
        assert_eq!((sock.get_sock_name(), sock.get_peer_name()), (Ok(Address::Unnamed), Ok(Address::Unnamed)));
    }
    let lonely = Sock::stream(Family::Unix).unwrap();
    assert_eq!((lonely.get_sock_name(), lonely.get_peer_name()), (Ok(Address::Unnamed), Err(Errno::NOTCONN)));
    // The kernel finds a name for it.
    lonely.bind(&Address::Unnamed).unwrap();
    assert!(matches!(lonely.get_sock_name(), Ok(Address::Abstract(name)) if name.len() == 5));
}

#[test]
fn ip_addresses_and_ports() {
    let any = "0.0.0.0:0".parse().map(Address::Ip).unwrap();
    let lonely = Sock::stream(Family::Inet).unwrap();
    assert_eq!((lonely.get_sock_name(), lonely.get_peer_name()), (Ok(any), Err(Errno::NOTCONN)));
    both(|a, b| {
        assert_eq!(a.get_sock_name(), b.get_peer_name());
        assert_eq!(b.get_sock_name(), a.get_peer_name());
    });
    let six = Address::from((Ipv6Addr::LOCALHOST, 0));
    match listener(&six) {
        Ok(_) => {
            let [client, server] = names(&six, None);
            assert_eq!((client.0, client.1), (server.1, server.0));
        }
        // A machine without IPv6.
        Err(errno) => assert!([Errno::AFNOSUPPORT, Errno::from_raw(99)].contains(&errno), "{errno}"),
    }
}

/// Linux lets a path fill all 108 bytes, without a zero byte behind it.
#[test]
fn a_path_longer_than_we_have_room_for() {
    let directory = Directory::new("long");
    let path = SocketAddrUnix::new(&directory.file_of_length(108)[..]).unwrap();
    let client = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
    bind(&client, &path).unwrap();
    let (client, listener) = (Sock::from(client), listener(&Address::Unnamed).unwrap());
    client.connect(&listener.get_sock_name().unwrap(), SOON, &Never).unwrap();
    let (server, peer) = listener.accept(SOON, &Never).unwrap();
    assert_eq!((peer, server.get_peer_name()), (Address::Unnamed, Err(Errno::NAMETOOLONG)));
    assert_eq!(client.get_sock_name(), Err(Errno::NAMETOOLONG));
}

#[test]
fn a_name_of_another_family() {
    let ip = Address::from(([127, 0, 0, 1], 1));
    let abstract_name = Address::abstract_name(b"x").unwrap();
    assert_eq!(Sock::stream(Family::Unix).unwrap().bind(&ip), Err(Errno::INVAL));
    assert_eq!(Sock::stream(Family::Inet).unwrap().bind(&abstract_name), Err(Errno::INVAL));
}

/// What a log shows of each, whatever bytes there are.
#[test]
fn every_name_can_be_printed() {
    for (address, text, debugged) in [
        (Address::from(([127, 0, 0, 1], 80)), "127.0.0.1:80", "Ip(127.0.0.1:80)"),
        (Address::path(b"/a\n").unwrap(), "/a\\n", "Path(\"/a\\n\")"),
        (Address::abstract_name(b"a\0\xff").unwrap(), "@a\\x00\\xff", "Abstract(\"a\\x00\\xff\")"),
        (Address::Unnamed, "unnamed", "Unnamed"),
    ] {
        assert_eq!((address.to_string(), format!("{address:?}")), (text.into(), debugged.into()));
    }
}
