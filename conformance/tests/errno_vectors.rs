//! Every errno with which Core's fuzzer lets a call fail: the 56 vectors of send(2) and recv(2) and those of waits in three worlds, and
//! the calls that the seam does not have with a filter that makes this kernel fail them.
#![cfg(target_os = "linux")]

use std::{any::type_name, net::Ipv4Addr, ptr, thread, time::Duration};

use conformance::{
    Outcome, World,
    vectors::{ACCEPT, BIND, CONNECT, End, LISTEN, NAME, NON_BLOCKING, OPTION, VECTORS, Vector, WAIT, WAITS},
    worlds::{
        Loopback,
        threads::{Tcp, Unix},
    },
};
use sockpipe::{
    AcceptError, Address, ConnectError, Deadline, Errno, Events, Family, Never, Sock, Wait, WaitError,
    is_selectable_socket, make_socket_pair,
    options::{Error, KeepAlive},
};

fn run<W: World + Default>(vectors: &[Vector]) -> usize {
    for vector in vectors {
        match vector.run(&W::default()) {
            Ok(()) => {}
            Err(Outcome::Skipped(why)) => panic!("{vector:?}: {why}"),
            Err(Outcome::Failed { file, line, what }) => panic!("{vector:?}: {file}:{line}: {what}"),
        }
    }
    println!("{}: {} vectors", type_name::<W>(), vectors.len());
    vectors.len()
}

#[test]
fn send_and_recv() {
    for ran in [run::<Loopback>(&VECTORS), run::<Unix>(&VECTORS), run::<Tcp>(&VECTORS)] {
        assert_eq!(ran, 56);
    }
    // As many end in success as there are transient errnos at each place: EAGAIN, EINTR and EWOULDBLOCK.
    assert_eq!(VECTORS.iter().filter(|vector| vector.end == End::Done).count(), 4 * 3);
    // No vector is there twice but for EWOULDBLOCK, which is EAGAIN.
    let mut all: Vec<_> = VECTORS.iter().map(|vector| (vector.at as u8, vector.errno)).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 56 - 4);
}

#[test]
fn waits() {
    for ran in [run::<Loopback>(&WAITS), run::<Unix>(&WAITS), run::<Tcp>(&WAITS)] {
        assert_eq!(ran, 12);
    }
}

/// Runs `body` in a thread in which this system call fails with `errno`, each time. False: this system has no such filters.
fn failing(call: libc::c_long, errno: Errno, body: impl FnOnce() + Send) -> bool {
    const fn statement(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
        libc::sock_filter { code: code as u16, jt, jf, k }
    }
    let mut program = [
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, call as u32),
        statement(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | errno.raw() as u32),
        statement(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let mut install = move || {
        let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
        // SAFETY: these numbers are what the option takes; it is for this thread.
        let promised = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } == 0;
        // SAFETY: the program is well formed, and is copied by the kernel; it is for this thread.
        promised
            && unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, ptr::from_ref(&program)) } == 0
    };
    let body = move || install().then(body).is_some();
    thread::scope(|scope| scope.spawn(body).join().expect("the body has said why"))
}

/// Each of `errnos`, to this call. Says how many were tried.
fn each(name: &str, call: libc::c_long, errnos: &[Errno], body: impl Fn(Errno) + Sync) -> usize {
    let tried = errnos.iter().filter(|errno| failing(call, **errno, || body(**errno))).count();
    println!("{name}: {tried} vectors");
    if tried == 0 {
        println!("skipped: this system has no such filters");
    }
    tried
}

const BRIEFLY: Deadline = Deadline::Within(Duration::from_millis(20));

fn anywhere() -> Address {
    Address::from((Ipv4Addr::LOCALHOST, 0))
}

fn is_transient(errno: Errno) -> bool {
    [Errno::AGAIN, Errno::INTR, Errno::INPROGRESS].contains(&errno)
}

#[test]
fn connect() {
    let listener = Sock::listen_on(&anywhere(), 1).unwrap();
    let to = listener.get_sock_name().unwrap();
    let tried = each("connect", libc::SYS_connect, &CONNECT, |errno| {
        let end = Sock::connect_to(&to, BRIEFLY, &Never).map(drop);
        // What passes, and comes each time, ends with the deadline.
        let want = if is_transient(errno) { ConnectError::TimedOut } else { ConnectError::Failed(errno) };
        assert_eq!(end, Err(want));
    });
    assert!([0, CONNECT.len()].contains(&tried));
}

#[test]
fn accept() {
    let listener = Sock::listen_on(&anywhere(), 1).unwrap();
    let to = listener.get_sock_name().unwrap();
    let _client = Sock::connect_to(&to, Deadline::Never, &Never).unwrap();
    each("accept", libc::SYS_accept4, &ACCEPT, |errno| {
        let want = match errno {
            Errno::CONNABORTED => AcceptError::Transient(errno),
            Errno::NOMEM => AcceptError::Resource(errno),
            _ => AcceptError::TimedOut,
        };
        assert_eq!(listener.accept(BRIEFLY, &Never).map(drop), Err(want));
    });
    // The client still waits.
    assert!(listener.accept(Deadline::Never, &Never).is_ok());
}

#[test]
fn bind_and_listen() {
    each("bind", libc::SYS_bind, &BIND, |errno| {
        let sock = Sock::stream(Family::Inet).unwrap();
        assert_eq!(sock.bind(&anywhere()), Err(errno));
        assert_eq!(Sock::listen_on(&anywhere(), 1).map(drop), Err(errno));
    });
    each("listen", libc::SYS_listen, &LISTEN, |errno| {
        let sock = Sock::stream(Family::Inet).unwrap();
        assert_eq!(sock.bind(&anywhere()), Ok(()));
        assert_eq!(sock.listen(1), Err(errno));
        assert_eq!(Sock::listen_on(&anywhere(), 1).map(drop), Err(errno));
    });
}

#[test]
fn options_names_and_modes() {
    let (a, _b) = make_socket_pair().unwrap();
    assert!(is_selectable_socket(&a));
    each("getsockopt", libc::SYS_getsockopt, &OPTION, |errno| {
        assert_eq!(a.get_sock_opt::<KeepAlive>(), Err(errno));
        assert_eq!(a.get_sock_opt::<Error>(), Err(errno));
    });
    each("setsockopt", libc::SYS_setsockopt, &OPTION, |errno| {
        assert_eq!(a.set_sock_opt(KeepAlive(true)), Err(errno));
    });
    each("getsockname", libc::SYS_getsockname, &NAME, |errno| {
        assert_eq!(a.get_sock_name(), Err(errno));
    });
    each("fcntl", libc::SYS_fcntl, &NON_BLOCKING, |errno| {
        assert_eq!(a.set_non_blocking(), Err(errno));
        assert_eq!(a.accept(BRIEFLY, &Never).map(drop), Err(AcceptError::Fatal(errno)));
        assert_eq!(a.connect(&anywhere(), BRIEFLY, &Never), Err(ConnectError::Failed(errno)));
    });
}

#[test]
fn wait() {
    let (a, b) = make_socket_pair().unwrap();
    b.send(b"x").unwrap();
    each("poll", libc::SYS_ppoll, &WAIT, |errno| {
        assert_eq!(a.wait(Events::RECV, Some(Duration::ZERO), &Never), Err(errno));
        // A wait that a signal ends each time, before it has looked, ends with the deadline.
        let want = if is_transient(errno) { Ok(Events::NONE) } else { Err(WaitError::Failed(errno)) };
        assert_eq!(a.wait_for(Events::RECV, BRIEFLY, &Never), want);
    });
    assert_eq!(a.wait_for(Events::RECV, BRIEFLY, &Never), Ok(Events::RECV));
}
