//! What is at the place already: sockets of the dead and of the living, and what is no socket.

use std::{
    fs,
    io::{ErrorKind, Read},
    os::unix::{
        fs::{MetadataExt, symlink},
        net::{UnixDatagram, UnixListener, UnixStream},
    },
};

use sockpipe::{
    AcceptError, Address, BindError, ConnectError, Deadline, Errno, Family, Never, Sink, Sock,
    link::local::{self, LocalListener, endpoint_exists, remove_endpoint},
};

use crate::{Place, SOON, at, common::one_at_a_time, is_reached};

/// Nobody has connected to it since.
fn is_undisturbed(listener: &UnixListener) {
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn what_the_dead_have_left_is_replaced() {
    let _turn = one_at_a_time();
    let place = Place::new();
    place.leave_a_stale_socket();
    let nobody = local::connect(&place.address, SOON, &Never);
    assert_eq!(nobody.err(), Some(ConnectError::Failed(Errno::CONNREFUSED)));
    is_reached(&place.bind().unwrap());
    // A datagram socket's file, too.
    drop(UnixDatagram::bind(&place.path).unwrap());
    is_reached(&place.bind().unwrap());
}

/// By somebody who takes no lock. It sees nothing of those who would have liked to have its place.
#[test]
fn what_somebody_has_is_left_alone() {
    let _turn = one_at_a_time();
    let place = Place::new();
    let somebody = UnixListener::bind(&place.path).unwrap();
    let inode = place.path.symlink_metadata().unwrap().ino();
    for _ in 0..3 {
        assert_eq!(place.bind().err(), Some(BindError::InUse));
        assert_eq!(remove_endpoint(&place.address), Err(BindError::InUse));
    }
    is_undisturbed(&somebody);
    assert_eq!(place.path.symlink_metadata().unwrap().ino(), inode);
    let client = local::connect(&place.address, SOON, &Never).unwrap();
    client.send_complete(b"x", SOON, &Never).unwrap();
    somebody.set_nonblocking(false).unwrap();
    somebody.accept().unwrap().0.read_exact(&mut [0]).unwrap();
}

/// Also if it does not listen yet, or does not accept, or is a datagram socket.
#[test]
fn who_is_busy_is_not_dead() {
    let _turn = one_at_a_time();
    let place = Place::new();

    let bound = Sock::stream(Family::Unix).unwrap();
    bound.bind(&place.address).unwrap();
    assert_eq!(place.bind().err(), Some(BindError::InUse));
    bound.listen(0).unwrap();
    while Sock::connect_to(&place.address, Deadline::NOW, &Never).is_ok() {}
    assert_eq!(place.bind().err(), Some(BindError::InUse));
    drop(bound);

    remove_endpoint(&place.address).unwrap();
    let _datagrams = UnixDatagram::bind(&place.path).unwrap();
    assert_eq!(place.bind().err(), Some(BindError::InUse));
}

#[test]
fn what_is_no_socket_is_left_alone() {
    let _turn = one_at_a_time();
    let place = Place::new();
    let refused = |place: &Place| {
        assert_eq!(place.bind().err(), Some(BindError::NotASocket));
        assert_eq!(remove_endpoint(&place.address), Err(BindError::NotASocket));
        assert!(!endpoint_exists(&place.address).unwrap_or_default());
        assert!(!place.lock_path().exists());
    };
    fs::write(&place.path, "data").unwrap();
    refused(&place);
    assert_eq!(fs::read(&place.path).unwrap(), b"data");
    fs::remove_file(&place.path).unwrap();

    fs::create_dir(&place.path).unwrap();
    refused(&place);
    fs::remove_dir(&place.path).unwrap();

    symlink("/nowhere", &place.path).unwrap();
    refused(&place);
    fs::remove_file(&place.path).unwrap();

    // To a socket that nobody has: neither the link nor the socket is removed.
    let other = Place::new();
    other.leave_a_stale_socket();
    symlink(&other.path, &place.path).unwrap();
    refused(&place);
    assert!(place.exists() && other.exists());
}

/// A link is followed by who connects, and by who is asked whether there is somebody.
#[test]
fn links_to_a_listener() {
    let _turn = one_at_a_time();
    let (place, link) = (Place::new(), Place::new());
    symlink(&place.path, &link.path).unwrap();
    let listener = place.bind().unwrap();
    assert_eq!(endpoint_exists(&link.address), Ok(true));
    let _client = local::connect(&link.address, SOON, &Never).unwrap();
    listener.accept(SOON, &Never).unwrap();
    assert_eq!(LocalListener::bind(&link.address).err(), Some(BindError::NotASocket));

    // The same folder by another name is the same place, with the same lock.
    let folder = tempfile::tempdir().unwrap();
    symlink(place.path.parent().unwrap(), folder.path().join("run")).unwrap();
    let same = at(&folder.path().join("run/socket"));
    assert_eq!(LocalListener::bind(&same).err(), Some(BindError::Held));
    drop(listener);
    is_reached(&LocalListener::bind(&same).unwrap());
    assert!(!place.exists());
}

/// Somebody has removed our file, and has put another socket there.
#[test]
fn only_our_own_file_is_removed() {
    let _turn = one_at_a_time();
    let place = Place::new();
    let listener = place.bind().unwrap();
    fs::remove_file(&place.path).unwrap();
    let other = UnixListener::bind(&place.path).unwrap();
    drop(listener);
    assert!(place.exists());
    UnixStream::connect(&place.path).unwrap();
    other.accept().unwrap();
    drop(other);

    let listener = place.bind().unwrap();
    fs::remove_file(&place.path).unwrap();
    fs::write(&place.path, "data").unwrap();
    drop(listener);
    assert!(place.exists());
}

#[test]
fn whether_there_is_somebody() {
    let _turn = one_at_a_time();
    let place = Place::new();
    assert_eq!(endpoint_exists(&place.address), Ok(false));
    let listener = place.bind().unwrap();
    for _ in 0..3 {
        assert_eq!(endpoint_exists(&place.address), Ok(true));
    }
    assert_eq!(listener.accept(Deadline::NOW, &Never).err(), Some(AcceptError::TimedOut));
    drop(listener);
    place.leave_a_stale_socket();
    assert_eq!(endpoint_exists(&place.address), Ok(false));
    assert_eq!(remove_endpoint(&place.address), Ok(()));
    assert!(!place.exists());
    assert_eq!(remove_endpoint(&place.address), Ok(()));

    let listener = LocalListener::bind(&Address::Unnamed).unwrap();
    let address = listener.address().clone();
    assert_eq!(endpoint_exists(&address), Ok(true));
    drop(listener);
    assert_eq!(endpoint_exists(&address), Ok(false));
}
