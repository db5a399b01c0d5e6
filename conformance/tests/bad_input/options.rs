//! Socket options: values out of range, and sockets that do not have them.

use std::time::Duration;

use sockpipe::{
    Errno, Family, Sock,
    options::{Error, KeepAlive, Linger, NoDelay, RecvBuffer, ReuseAddress, SendBuffer, V6Only},
};

fn tcp() -> Sock {
    Sock::stream(Family::Inet).unwrap()
}

#[test]
fn what_is_set_is_what_is_read() {
    let sock = tcp();
    for on in [true, false] {
        sock.set_sock_opt(NoDelay(on)).unwrap();
        sock.set_sock_opt(KeepAlive(on)).unwrap();
        sock.set_sock_opt(ReuseAddress(on)).unwrap();
        assert_eq!(sock.get_sock_opt(), Ok(NoDelay(on)));
        assert_eq!(sock.get_sock_opt(), Ok(KeepAlive(on)));
        assert_eq!(sock.get_sock_opt(), Ok(ReuseAddress(on)));
    }
    assert_eq!(sock.get_sock_opt(), Ok(Error(None)));
    if let Ok(six) = Sock::stream(Family::Inet6) {
        six.set_sock_opt(V6Only(true)).unwrap();
        assert_eq!(six.get_sock_opt(), Ok(V6Only(true)));
    }
}

#[test]
fn what_a_socket_does_not_have() {
    let unix = Sock::stream(Family::Unix).unwrap();
    assert_eq!(unix.get_sock_opt::<NoDelay>(), Err(Errno::OPNOTSUPP));
    assert_eq!(unix.set_sock_opt(NoDelay(true)), Err(Errno::OPNOTSUPP));
    assert!(tcp().set_sock_opt(V6Only(true)).is_err());
}

#[test]
fn buffers_of_any_size() {
    let sock = tcp();
    for size in [0, 1, 65536, i32::MAX as usize] {
        sock.set_sock_opt(RecvBuffer(size)).unwrap();
        sock.set_sock_opt(SendBuffer(size)).unwrap();
        // The kernel has limits of its own.
        assert!(sock.get_sock_opt::<RecvBuffer>().unwrap().0 > 0);
        assert!(sock.get_sock_opt::<SendBuffer>().unwrap().0 > 0);
    }
    assert_eq!(sock.set_sock_opt(RecvBuffer(usize::MAX)), Err(Errno::INVAL));
    assert_eq!(sock.set_sock_opt(SendBuffer(usize::MAX)), Err(Errno::INVAL));
}

#[test]
fn linger_in_whole_seconds_rounded_up() {
    let sock = tcp();
    for (set, read) in [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2)] {
        sock.set_sock_opt(Linger(Some(Duration::from_millis(set)))).unwrap();
        assert_eq!(sock.get_sock_opt(), Ok(Linger(Some(Duration::from_secs(read)))));
    }
    // Longer than can be said is refused, not cut: cut to zero, it would reset the connection.
    assert_eq!(sock.set_sock_opt(Linger(Some(Duration::MAX))), Err(Errno::INVAL));
    sock.set_sock_opt(Linger(None)).unwrap();
    assert_eq!(sock.get_sock_opt(), Ok(Linger(None)));
}
