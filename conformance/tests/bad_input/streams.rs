//! Sending and receiving: limits, empty buffers, peers that are gone, and descriptors that are no sockets.

use heapless::{String, Vec};
use rustix::pipe::{PipeFlags, pipe_with};
use sockpipe::{
    AcceptError, Address, ConnectError, Deadline, Disconnected, Errno, Events, Never, Peek, RecvError, RecvExactError,
    SendError, Sink, Sock, Source, Wait, options,
};

use crate::{SHORT, SHORTLY, SOON, both, hang_up, interrupt_shortly, is_blocking, say};

#[test]
fn without_a_terminator_all_is_kept_for_the_next_call() {
    both(|a, b| {
        let mut line = Vec::<u8, 16>::new();
        say(&b, &a, b"abc");
        assert_eq!(
            a.recv_until_terminator(b'\n', &mut line, SHORTLY, &Never),
            Err(RecvError::TimedOut { received: 3 })
        );
        say(&b, &a, b"d\ne");
        assert_eq!(a.recv_until_terminator(b'\n', &mut line, SHORTLY, &Never), Ok(()));
        assert_eq!(line, b"abcd");
        line.clear();
        hang_up(b, &a);
        let end = a.recv_until_terminator(b'\n', &mut line, SOON, &Never);
        assert_eq!((end, &line[..]), (Err(RecvError::Closed { received: 1 }), &b"e"[..]));
    });
}

#[test]
fn limits_of_nothing_and_of_the_terminator_alone() {
    both(|a, b| {
        say(&b, &a, b"\nx\n\xC3\xA9\n");
        let too_long = |limit, received| Err(RecvError::TooLong { limit, received });
        let (mut none, mut no_text) = (Vec::<u8, 0>::new(), String::<0>::new());
        assert_eq!(a.recv_until_terminator(b'\n', &mut none, SOON, &Never), too_long(0, 0));
        assert_eq!(a.recv_until_terminator(b'\n', &mut no_text, SOON, &Never), too_long(0, 0));

        let (mut one, mut short) = (Vec::<u8, 1>::new(), String::<1>::new());
        assert_eq!(a.recv_until_terminator(b'\n', &mut one, SOON, &Never), Ok(()));
        assert_eq!(one, b"");
        assert_eq!(a.recv_until_terminator(b'\n', &mut one, SOON, &Never), too_long(1, 1));
        assert_eq!(a.recv_until_terminator(b'\n', &mut one, SOON, &Never), too_long(1, 0));
        assert_eq!(one, b"x");
        assert_eq!(a.recv_until_terminator(b'\n', &mut short, SOON, &Never), Ok(()));
        // A character that does not fit is left where it is.
        assert_eq!(a.recv_until_terminator(b'\n', &mut short, SOON, &Never), too_long(1, 0));
        assert_eq!(short, "");
        let mut enough = String::<3>::new();
        assert_eq!(a.recv_until_terminator(b'\n', &mut enough, SOON, &Never), Ok(()));
        assert_eq!(enough, "é");
    });
}

#[test]
fn nothing_can_be_sent_and_received_whatever_the_peer_is() {
    let nothing = |a: &Sock| {
        for deadline in [Deadline::Never, Deadline::NOW, SOON] {
            assert_eq!(a.send_complete(b"", deadline, &Never), Ok(()));
            assert_eq!(a.recv_exact(&mut [], deadline, &Never), Ok(()));
        }
    };
    both(|a, b| {
        nothing(&a);
        hang_up(b, &a);
        nothing(&a);
    });
    both(|a, b| {
        say(&a, &b, b"unread");
        hang_up(b, &a);
        nothing(&a);
        assert_eq!(a.recv(&mut [0]), Err(Errno::CONNRESET));
        nothing(&a);
    });
}

#[test]
fn a_closed_peer_is_the_end_of_the_stream_and_a_broken_pipe() {
    both(|a, b| {
        say(&b, &a, b"ab");
        hang_up(b, &a);
        assert_eq!(a.is_connected(), Ok(()));
        let mut four = [0; 4];
        assert_eq!(a.recv_exact(&mut four, SOON, &Never), Err(RecvExactError::Closed { received: 2 }));
        assert_eq!(four, *b"ab\0\0");
        assert_eq!(a.is_connected(), Err(Disconnected::Closed));
        let mut line = Vec::<u8, 4>::new();
        assert_eq!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Err(RecvError::Closed { received: 0 }));
        // TCP finds out by the answer to what is sent first.
        let error = loop {
            match a.send_complete(b"x", SOON, &Never) {
                Ok(()) => a.wait_for(Events::NONE, SOON, &Never).map(drop).unwrap(),
                Err(error) => break error,
            }
        };
        assert_eq!(error, SendError::Failed { errno: Errno::PIPE, sent: 0 });
    });
}

#[test]
fn a_reset_comes_after_what_was_sent_before_it_and_only_once() {
    both(|a, b| {
        say(&a, &b, b"unread");
        say(&b, &a, b"last\n");
        hang_up(b, &a);
        let mut line = Vec::<u8, 8>::new();
        assert_eq!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Ok(()));
        assert_eq!(line, b"last");
        let next = |line: &mut Vec<u8, 8>| a.recv_until_terminator(b'\n', line, SOON, &Never);
        assert_eq!(next(&mut line), Err(RecvError::Failed { errno: Errno::CONNRESET, received: 0 }));
        assert_eq!(next(&mut line), Err(RecvError::Closed { received: 0 }));
        assert_eq!(line, b"last");
        assert_eq!(a.send_complete(b"x", SOON, &Never), Err(SendError::Failed { errno: Errno::PIPE, sent: 0 }));
    });
}

#[test]
fn blocking_descriptors_stay_blocking_and_do_not_block() {
    both(|a, b| {
        let (mut line, mut buf) = (Vec::<u8, 8>::new(), [0; 8]);
        let start = a.now();
        assert_eq!(a.recv(&mut buf), Err(Errno::AGAIN));
        assert_eq!(a.peek(&mut buf), Err(Errno::AGAIN));
        assert_eq!(a.is_connected(), Ok(()));
        assert_eq!(a.wait_for(Events::RECV, SHORTLY, &Never), Ok(Events::NONE));
        assert_eq!(a.recv_exact(&mut buf, SHORTLY, &Never), Err(RecvExactError::TimedOut { received: 0 }));
        assert_eq!(
            a.recv_until_terminator(b'\n', &mut line, SHORTLY, &Never),
            Err(RecvError::TimedOut { received: 0 })
        );
        assert!(a.now().saturating_duration_since(start) >= 3 * SHORT);

        let (bell, ringer) = interrupt_shortly();
        let end = a.recv_until_terminator(b'\n', &mut line, Deadline::Never, &bell);
        assert_eq!(end, Err(RecvError::Interrupted { received: 0 }));
        ringer.join().unwrap();

        // More than any two socket buffers hold: it stops half-way, and what it says was sent is what arrives.
        let flood = vec![7; 64 << 20];
        let error = a.send_complete(&flood, SHORTLY, &Never).unwrap_err();
        let mut sent = error.sent();
        assert_eq!(error, SendError::TimedOut { sent, total: flood.len() });
        let error = a.send_complete(&flood, Deadline::Never, &bell).unwrap_err();
        assert_eq!(error, SendError::Interrupted { sent: error.sent(), total: flood.len() });
        sent += error.sent();
        assert!(is_blocking(&a) && is_blocking(&b));
        drop(a);
        let mut received = vec![0; sent];
        assert_eq!(b.recv_exact(&mut received, SOON, &Never), Ok(()));
        assert_eq!(b.recv_exact(&mut buf, SOON, &Never), Err(RecvExactError::Closed { received: 0 }));
    });
}

#[test]
fn what_is_no_socket_says_so() {
    let (pipe, _writer) = pipe_with(PipeFlags::CLOEXEC).unwrap();
    let file = rustix::fs::open("/dev/null", rustix::fs::OFlags::RDWR, rustix::fs::Mode::empty()).unwrap();
    for fd in [pipe, file] {
        let (sock, errno) = (Sock::from(fd), Errno::NOTSOCK);
        let mut line = Vec::<u8, 8>::new();
        assert_eq!(sock.send_complete(b"x", SOON, &Never), Err(SendError::Failed { errno, sent: 0 }));
        assert_eq!(sock.recv_exact(&mut [0], SOON, &Never), Err(RecvExactError::Failed { errno, received: 0 }));
        let end = sock.recv_until_terminator(b'\n', &mut line, SOON, &Never);
        assert_eq!(end, Err(RecvError::Failed { errno, received: 0 }));
        assert_eq!(sock.is_connected(), Err(Disconnected::Failed(errno)));
        assert_eq!(sock.connect(&Address::Unnamed, SOON, &Never), Err(ConnectError::Failed(errno)));
        assert_eq!(sock.accept(SOON, &Never).map(drop), Err(AcceptError::Fatal(errno)));
        assert_eq!(sock.bind(&Address::Unnamed), Err(errno));
        assert_eq!(sock.listen(1), Err(errno));
        assert_eq!(sock.shutdown_send(), Err(errno));
        assert_eq!(sock.get_sock_name(), Err(errno));
        assert_eq!(sock.get_peer_name(), Err(errno));
        assert_eq!(sock.get_sock_opt::<options::Error>(), Err(errno));
        assert_eq!(sock.set_sock_opt(options::KeepAlive(true)), Err(errno));
        assert_eq!(sock.set_non_blocking(), Err(errno));
        assert!(is_blocking(&sock), "it is as it was");
    }
}
