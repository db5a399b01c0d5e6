//! Deadlines that have passed, and durations that no clock can hold.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use heapless::Vec;
use sockpipe::{
    Address, ConnectError, Deadline, Events, Family, Instant, Interrupt, Never, Peek, RecvError, Sink, Sock, Source,
    TokenPipe, TokenReader, TokenWriter, Wait, WaitSet,
};

use crate::{SHORT, both, interrupt_shortly, on_the_cpu, say};

/// One of everything that can wait, each without a reason to go on.
struct Idle {
    listener: Sock,
    sock: Sock,
    full: Sock,
    reader: TokenReader,
    _others: (Sock, Sock, TokenWriter),
}

impl Idle {
    fn new() -> Self {
        let listener = Sock::stream(Family::Unix).unwrap();
        listener.bind(&Address::Unnamed).unwrap();
        listener.listen(1).unwrap();
        let (sock, peer) = sockpipe::make_socket_pair().unwrap();
        let (full, slow) = sockpipe::make_socket_pair().unwrap();
        while full.send(&[0; 4096]).is_ok() {}
        let (reader, writer) = TokenPipe::pair().unwrap();
        Self { listener, sock, full, reader, _others: (peer, slow, writer) }
    }

    /// Everything waits for what does not come, one after the other. What ended each wait.
    fn wait(&self, deadline: Deadline, interrupt: &impl Interrupt) -> [String; 7] {
        let line = &mut Vec::<u8, 8>::new();
        [
            self.sock.recv_until_terminator(b'\n', line, deadline, interrupt).unwrap_err().to_string(),
            self.sock.recv_exact(&mut [0], deadline, interrupt).unwrap_err().to_string(),
            self.full.send_complete(b"x", deadline, interrupt).unwrap_err().to_string(),
            self.listener.accept(deadline, interrupt).unwrap_err().to_string(),
            self.reader.token_read(deadline, interrupt).unwrap_err().to_string(),
            self.sock.wait_for(Events::RECV, deadline, interrupt).map_or_else(|e| e.to_string(), |e| format!("{e:?}")),
            WaitSet::<0>::new().wait(deadline, interrupt).map_or_else(|e| e.to_string(), |n| n.to_string()),
        ]
    }
}

const TIMED_OUT: [&str; 7] = [
    "Receive timeout (received 0 bytes without terminator before that)",
    "Receive timeout (received 0 bytes before that)",
    "Send timeout (sent only 0 of 1 bytes before that)",
    "Accept timeout",
    "Token timeout",
    "NONE",
    "0",
];
const INTERRUPTED: [&str; 7] = [
    "Receive interrupted (received 0 bytes without terminator before that)",
    "Receive interrupted (received 0 bytes before that)",
    "Send interrupted (sent only 0 of 1 bytes before that)",
    "Accept interrupted",
    "Token interrupted",
    "Wait interrupted",
    "Wait interrupted",
];

#[test]
fn a_deadline_in_the_past_makes_everything_one_attempt() {
    for past in [Deadline::At(Instant::from_nanos(0)), Deadline::NOW, Deadline::At(Instant::now())] {
        assert_eq!(Idle::new().wait(past, &Never), TIMED_OUT);
        both(|a, b| {
            say(&b, &a, b"line\nrest");
            let mut line = Vec::<u8, 16>::new();
            assert_eq!(a.recv_until_terminator(b'\n', &mut line, past, &Never), Ok(()));
            let end = a.recv_until_terminator(b'\n', &mut line, past, &Never);
            assert_eq!((end, &line[..]), (Err(RecvError::TimedOut { received: 4 }), &b"linerest"[..]));
            assert_eq!(a.send_complete(b"x", past, &Never), Ok(()));
        });
        let (reader, writer) = TokenPipe::pair().unwrap();
        assert_eq!(writer.token_write(9, past, &Never), Ok(()));
        assert_eq!(reader.token_read(past, &Never), Ok(Some(9)));
    }
}

#[test]
fn enormous_durations_are_never() {
    let enormous = [Duration::MAX, Duration::from_nanos(u64::MAX), Duration::from_secs(i64::MAX as u64)];
    let deadlines = enormous.map(Deadline::Within).into_iter().chain([Deadline::At(Instant::MAX), Deadline::Never]);
    for deadline in deadlines {
        let (bell, ringer) = interrupt_shortly();
        let idle = Idle::new();
        let (ends, cpu) = on_the_cpu(|| idle.wait(deadline, &bell));
        assert_eq!(ends, INTERRUPTED, "{deadline:?}");
        assert!(cpu < SHORT, "{deadline:?} took {cpu:?} of CPU time");
        ringer.join().unwrap();
    }
}

#[test]
fn enormous_durations_with_a_plain_flag() {
    let flag = Arc::new(AtomicBool::new(false));
    let setter = thread::spawn({
        let flag = flag.clone();
        move || {
            thread::sleep(SHORT);
            flag.store(true, Ordering::Release);
        }
    });
    assert_eq!(Idle::new().wait(Deadline::Within(Duration::MAX), &*flag), INTERRUPTED);
    setter.join().unwrap();
}

#[test]
fn enormous_waits_of_the_seam_are_accepted() {
    both(|a, b| {
        say(&b, &a, b"x");
        assert_eq!(a.wait(Events::RECV, Some(Duration::MAX), &Never), Ok(Events::RECV));
    });
}

#[test]
fn a_passed_deadline_does_not_keep_back_a_connection() {
    let listener = Sock::stream(Family::Unix).unwrap();
    listener.bind(&Address::Unnamed).unwrap();
    listener.listen(1).unwrap();
    let client = Sock::stream(Family::Unix).unwrap();
    assert_eq!(client.connect(&listener.get_sock_name().unwrap(), Deadline::NOW, &Never), Ok(()));
    assert!(listener.accept(Deadline::NOW, &Never).is_ok());
    assert!(matches!(client.connect(&Address::Unnamed, Deadline::NOW, &Never), Err(ConnectError::Failed(_))));
}

/// Without events, it is not the peer's going quiet that ends a wait, but only the end of both directions, time, or an interrupt.
#[test]
fn waiting_for_nothing() {
    let (a, b) = sockpipe::make_socket_pair().unwrap();
    b.shutdown_send().unwrap();
    let a = conformance::faulty::Faulty::new(a, Default::default());
    let deadline = Deadline::Within(Duration::from_millis(30));
    assert_eq!(a.wait_for(Events::NONE, deadline, &Never), Ok(Events::NONE));
    let waits = a.count(conformance::faulty::Call::Wait(Events::NONE, None));
    assert!((2..=4).contains(&waits), "one look, one wait, and perhaps a little more of it; it made {waits}");
    drop(b);
    let gone = a.wait_for(Events::NONE, Deadline::Never, &Never).unwrap();
    assert!(gone.contains(Events::ERROR | Events::HANGUP), "{gone:?}");
}
