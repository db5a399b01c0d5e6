//! Our verbs over Core's test doubles, as Core's own tests use them. What Core's fuzz targets do is in `core_fuzz.rs`.

use std::time::Duration;

use conformance::{
    doubles::{
        Backlog, Clock, DynSock, Failure, FuzzedInterrupt, FuzzedSock, Input, Pipes, StaticContentsSock, ZeroSock,
    },
    faulty::{Fault, Faulty, Plan},
};
use heapless::{String, Vec};
use sockpipe::{
    Deadline, Disconnected, Errno, Events, Interrupt, Never, Peek, RecvError, RecvExactError, Room, SendError, Sink,
    Source, Wait, WaitError,
};

const SECOND: Duration = Duration::from_secs(1);
const SOON: Deadline = Deadline::Within(SECOND);

/// One plain receive or peek into room for `N` bytes.
fn once<const N: usize>(call: impl FnOnce(&mut Room<'_>) -> Result<usize, Errno>) -> Result<Vec<u8, N>, Errno> {
    let mut bytes = [0xEE; N];
    let mut room = Room::from(&mut bytes);
    let n = call(&mut room)?;
    assert_eq!(n, room.filled().len());
    Ok(room.filled().iter().copied().collect())
}

fn line(from: &impl Peek) -> Result<std::string::String, RecvError> {
    let mut line = String::<64>::new();
    from.recv_until_terminator(b'\n', &mut line, SOON, &Never).map(|()| line.as_str().into())
}

#[test]
fn zero_sock_answers_everything() {
    let listener = ZeroSock::default();
    let (sock, from) = listener.accept();
    assert_eq!(from.to_string(), "5.5.5.5:6789");
    let start = sock.now();
    assert_eq!(sock.send_complete(&[1; 100_000], Deadline::NOW, &Never), Ok(()));
    let mut bytes = [1; 1000];
    assert_eq!(sock.recv_exact(&mut bytes, Deadline::NOW, &Never), Ok(()));
    assert_eq!(bytes, [0; 1000]);
    assert_eq!(sock.is_connected(), Ok(()));
    for events in [Events::RECV, Events::SEND, Events::RECV | Events::SEND, Events::HANGUP] {
        assert_eq!(sock.wait_for(events, Deadline::NOW, &Never), Ok(events));
        assert_eq!(sock.wait_for(events | Events::TIME, Deadline::NOW, &Never), Ok(events));
    }
    // A line of zeros ends at the limit, or is empty where zero ends it.
    let mut text = String::<16>::new();
    let end = sock.recv_until_terminator(b'\n', &mut text, Deadline::NOW, &Never);
    assert_eq!((end, text.as_bytes()), (Err(RecvError::TooLong { limit: 16, received: 16 }), &[0; 16][..]));
    text.clear();
    assert_eq!(sock.recv_until_terminator(0, &mut text, Deadline::NOW, &Never), Ok(()));
    assert_eq!(text, "");
    assert_eq!(sock.now(), start, "nothing has waited");
    assert_eq!(sock.wait_for(Events::TIME, SOON, &Never), Ok(Events::NONE));
    assert_eq!(sock.now(), start.saturating_add(SECOND));
}

#[test]
fn static_contents_come_line_by_line_and_then_the_end() {
    let sock = StaticContentsSock::new(b"HTTP/1.1 200 OK\r\n\r\nbody\nno end");
    assert_eq!(line(&sock).as_deref(), Ok("HTTP/1.1 200 OK\r"));
    assert_eq!(sock.send_complete(b"whatever", Deadline::NOW, &Never), Ok(()));
    assert_eq!(line(&sock).as_deref(), Ok("\r"));
    assert_eq!(sock.left(), b"body\nno end");
    assert_eq!(line(&sock).as_deref(), Ok("body"));
    let mut rest = String::<64>::new();
    let end = sock.recv_until_terminator(b'\n', &mut rest, SOON, &Never);
    assert_eq!((end, rest.as_str()), (Err(RecvError::Closed { received: 6 }), "no end"));
    for _ in 0..3 {
        assert_eq!(line(&sock), Err(RecvError::Closed { received: 0 }));
        assert_eq!(once::<4>(|room| sock.recv(room)).as_deref(), Ok(&b""[..]));
        assert_eq!(sock.wait_for(Events::RECV, Deadline::NOW, &Never), Ok(Events::RECV));
        assert_eq!(sock.is_connected(), Ok(()));
    }
    let end = StaticContentsSock::new(b"abc").recv_exact(&mut [0; 4], SOON, &Never);
    assert_eq!(end, Err(RecvExactError::Closed { received: 3 }));
}

#[test]
fn static_contents_are_shown_and_stay() {
    let sock = StaticContentsSock::new(b"abc");
    for _ in 0..2 {
        assert_eq!(once::<2>(|room| sock.peek(room)).as_deref(), Ok(&b"ab"[..]));
    }
    assert_eq!(once::<8>(|room| sock.recv(room)).as_deref(), Ok(&b"abc"[..]));
}

/// Core's doubles once showed one byte at a time.
#[test]
fn a_peek_of_one_byte_at_a_time_is_enough() {
    let plan = Plan { peek: &[Fault::Short(1); 9], ..Plan::default() };
    let sock = Faulty::new(StaticContentsSock::new("hé\n€uro\nrest".as_bytes()), plan);
    // A character in two pieces is never whole in a peek of one byte: it is taken from the first full peek.
    assert_eq!(line(&sock).as_deref(), Ok("hé"));
    assert_eq!(line(&sock).as_deref(), Ok("€uro"));
    assert_eq!(sock.inner().left(), b"rest");
}

/// A client and a router, each line by line, in one thread.
fn sam(client: &DynSock<'_>, router: &DynSock<'_>) {
    for (request, reply) in [
        ("HELLO VERSION MIN=3.1 MAX=3.1", "HELLO REPLY RESULT=OK VERSION=3.1"),
        ("STREAM ACCEPT ID=0123456789 SILENT=false", "STREAM STATUS RESULT=OK"),
    ] {
        for (from, to, text) in [(client, router, request), (router, client, reply)] {
            assert_eq!(to.wait_for(Events::RECV, Deadline::NOW, &Never), Ok(Events::NONE));
            from.send_complete(text.as_bytes(), SOON, &Never).unwrap();
            from.send_complete(b"\n", SOON, &Never).unwrap();
            assert_eq!(to.wait_for(Events::RECV, Deadline::NOW, &Never), Ok(Events::RECV));
            assert_eq!(line(to).as_deref(), Ok(text));
        }
    }
}

#[test]
fn dyn_socks_talk_and_raw_bytes_follow() {
    let pipes = Pipes::default();
    let (client, router) = pipes.ends();
    sam(&client, &router);
    router.send_complete(b"destination\n\xF9\xBE\xB4\xD9\n\0", SOON, &Never).unwrap();
    drop(router);
    assert_eq!(line(&client).as_deref(), Ok("destination"));
    assert_eq!(client.is_connected(), Ok(()), "what is unread hides the end");
    let mut raw = [0; 6];
    client.recv_exact(&mut raw, SOON, &Never).unwrap();
    assert_eq!(raw, *b"\xF9\xBE\xB4\xD9\n\0");
    assert_eq!(line(&client), Err(RecvError::Closed { received: 0 }));
    assert_eq!(client.is_connected(), Err(Disconnected::Closed));
    // As in Core, it never learns that nobody will read this.
    assert_eq!(client.send_complete(b"bye", SOON, &Never), Ok(()));
}

#[test]
fn dyn_sock_says_when_and_clears_what_it_said() {
    let pipes = Pipes::default();
    let (a, b) = pipes.ends();
    assert_eq!(a.wait_for(Events::RECV | Events::SEND, SOON, &Never), Ok(Events::SEND));
    b.send(b"x").unwrap();
    assert_eq!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
    assert_eq!(once::<4>(|room| a.recv(room)).as_deref(), Ok(&b"x"[..]));
    let start = a.now();
    assert_eq!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::NONE));
    assert_eq!(a.now(), start.saturating_add(SECOND));
    assert_eq!(line(&a), Err(RecvError::TimedOut { received: 0 }));
    // The end is readable at once. Over Core's, whoever waits for it sleeps until the deadline.
    let start = a.now();
    drop(b);
    assert_eq!(a.wait_for(Events::RECV | Events::HANGUP, SOON, &Never), Ok(Events::RECV | Events::HANGUP));
    assert_eq!(line(&a), Err(RecvError::Closed { received: 0 }));
    assert_eq!(a.now(), start);
}

#[test]
fn dyn_sock_is_full_when_it_is() {
    let pipes = Pipes::default();
    let (a, b) = pipes.ends();
    let end = a.send_complete(&[7; 5000], SOON, &Never);
    assert_eq!(end, Err(SendError::TimedOut { sent: 4096, total: 5000 }));
    assert_eq!(a.wait_for(Events::SEND, Deadline::NOW, &Never), Ok(Events::NONE));
    let mut bytes = [0; 4096];
    assert_eq!(b.recv_exact(&mut bytes, SOON, &Never), Ok(()));
    assert_eq!(bytes, [7; 4096]);
    assert_eq!(a.send_complete(&[7; 904], SOON, &Never), Ok(()));
}

#[test]
fn dyn_socks_are_accepted_in_their_order() {
    let pipes: [Pipes; 5] = Default::default();
    let backlog = Backlog::default();
    assert_eq!(backlog.accept().err(), Some(Errno::AGAIN));
    assert_eq!(backlog.wait_for(Events::RECV, SOON, &Never), Ok(Events::NONE));
    let clients: Vec<_, 4> = pipes[..4].iter().map(|pipes| backlog.connect(pipes).unwrap()).collect();
    assert_eq!(backlog.connect(&pipes[4]).err(), Some(Errno::AGAIN));
    assert_eq!(backlog.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
    for client in &clients {
        sam(client, &backlog.accept().unwrap());
    }
    assert_eq!(backlog.accept().err(), Some(Errno::AGAIN));
}

/// Core's own list of what its fuzzed socket does when the input is used up.
#[test]
fn fuzzed_sock_without_input_ends_everything() {
    let (input, clock) = (Input::new(&[]), Clock::default());
    let sock = FuzzedSock::new(&input, &clock);
    let interrupt = FuzzedInterrupt::new(&input);
    assert_eq!(sock.send(b"x"), Err(Errno::ACCESS));
    assert_eq!(once::<4>(|room| sock.recv(room)).as_deref(), Ok(&b""[..]));
    assert_eq!(sock.attempt(&conformance::vectors::CONNECT), Ok(()));
    assert_eq!(sock.wait(Events::SEND, Some(SECOND), &interrupt), Ok(Events::SEND));
    assert_eq!(clock.now().as_nanos(), 1_000_000_000);
    assert_eq!(sock.is_connected(), Err(Disconnected::Closed));
    assert!(!interrupt.is_set());
    assert_eq!(line(&sock), Err(RecvError::Closed { received: 0 }));
    let error = SendError::Failed { errno: Errno::ACCESS, sent: 0 };
    assert_eq!(sock.send_complete(b"x", Deadline::Never, &Never), Err(error));
}

/// Core's fuzzed socket once lost what was peeked at and not received in one piece.
#[test]
fn fuzzed_sock_gives_what_it_has_shown() {
    // No coin; five new bytes of so many that fit; a coin against zeros behind them. Then no coin, and nothing new is needed.
    let (input, clock) = (Input::new(b"\0\0\x05abcde\x01\0\0\0\x01\0\0\0\x01\0\0\0"), Clock::default());
    let sock = FuzzedSock::new(&input, &clock);
    assert_eq!(once::<8>(|room| sock.peek(room)).as_deref(), Ok(&b"abcde"[..]));
    assert_eq!(once::<2>(|room| sock.recv(room)).as_deref(), Ok(&b"ab"[..]));
    assert_eq!(once::<3>(|room| sock.peek(room)).as_deref(), Ok(&b"cde"[..]));
    assert_eq!(once::<3>(|room| sock.recv(room)).as_deref(), Ok(&b"cde"[..]));
    assert_eq!(*sock.taken(), b"abcde");
}

/// Core's `Wait` once left its result unset.
#[test]
fn a_wait_always_has_a_result() {
    for flags in 0..16_u8 {
        let bytes = [flags & 1, flags >> 1 & 1, 0, 1, flags >> 2 & 1, flags >> 3 & 1];
        let (input, clock) = (Input::new(&bytes), Clock::default());
        let sock = FuzzedSock::new(&input, &clock);
        let result = sock.wait_for(Events::SEND, SOON, &Never);
        match result {
            Ok(Events::SEND) => {}
            Ok(events) => {
                assert_eq!(events, Events::NONE);
                assert!(clock.now().as_nanos() >= 1_000_000_000);
            }
            Err(WaitError::Failed(errno)) => assert_eq!(sock.failure(), Some(Failure { errno, in_wait: true })),
            Err(error) => panic!("{error:?}"),
        }
    }
}
