//! The Nth call on a real stream fails, once or for ever, with every errno that matters, for every N that there is, while a peer at the
//! other end reads or writes at the same time.
//!
//! What passes once is not to be seen. What passes, and comes each time, ends with the deadline or the interrupt, without a spin. What is
//! permanent ends the operation with its errno. In every case the count is right, and no byte is lost or comes twice.
#![cfg(target_os = "linux")]

use std::{cell::Cell, thread, time::Duration};

use conformance::{
    faulty::Call,
    nth::{How, Nth},
    worlds::kernel::{Kind, Tcp, Unix},
};
use rustix::{
    net::{self, SocketAddrUnix},
    pipe::fcntl_setpipe_size,
};
use sockpipe::{
    Address, ConnectError, Deadline, Disconnected, Errno, Events, Family, Interrupt, Lend, Never, Peek, RecvError,
    RecvExactError, Room, SendError, Sink, Sock, Source, Ticket, TokenError, TokenPipe, TokenReader, TokenWriter, Wait,
    WaitError, options::NoDelay, options::SendBuffer,
};

const ERRNOS: [Errno; 8] =
    [Errno::INTR, Errno::AGAIN, Errno::CONNRESET, Errno::PIPE, Errno::NOBUFS, Errno::NOMEM, Errno::BADF, Errno::INVAL];
const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
const BRIEFLY: Deadline = Deadline::Within(Duration::from_millis(15));
/// How many tokens a pipe has room for.
const PIPE: usize = 4096;
/// Waits after which the interrupt is set, beyond as many as there can be before the Nth call.
const WAITS: usize = 6;
/// Calls that an operation may make after the Nth. Naps and what they are for are fewer in 15 ms, and a spin makes many thousand.
const FEW: usize = 500;

/// What is injected, and what ends the operation if that does not.
#[derive(Clone, Copy, Debug)]
struct Trial {
    n: usize,
    how: How,
    errno: Errno,
    deadline: Deadline,
    waits: usize,
}

impl Trial {
    fn around<S>(&self, inner: S) -> Nth<S> {
        Nth::new(inner, self.n, self.how, self.errno)
    }
}

/// How an operation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Done,
    Failed(Errno),
    Wait(Errno),
    TimedOut,
    Interrupted,
}

/// How it ended, which call had failed, and how many there were.
struct Ran {
    end: End,
    failed: Option<Call>,
    calls: usize,
}

impl Ran {
    fn new<S>(end: End, stream: &Nth<S>) -> Self {
        Self { end, failed: stream.failed(), calls: stream.calls() }
    }
}

/// Rings for the peer before each wait, and is set after so many.
struct Bell {
    rope: TokenWriter,
    waits: Cell<usize>,
}

impl Interrupt for Bell {
    fn is_set(&self) -> bool {
        self.waits.get() == 0
    }
    fn lend(&self) -> Lend<'_> {
        Lend::Never
    }
    fn enter(&self) -> Ticket {
        self.waits.set(self.waits.get().saturating_sub(1));
        self.rope.try_token_write(0).unwrap();
        Ticket::default()
    }
}

fn bell(waits: usize) -> (TokenReader, Bell) {
    let (heard, rope) = TokenPipe::pair().unwrap();
    (heard, Bell { rope, waits: Cell::new(waits) })
}

/// Runs it for every N, errno and way to fail.
fn every_nth(name: &str, run: impl Fn(Trial) -> Ran) {
    let (mut trials, mut n) = (0, 0);
    loop {
        n += 1;
        let mut reached = false;
        for errno in ERRNOS {
            let passes = errno == Errno::INTR || errno == Errno::AGAIN;
            let once = Trial { n, how: How::Once, errno, deadline: SOON, waits: usize::MAX };
            let ever = Trial { how: How::ForEver, ..once };
            let ends = [
                (once, End::Done),
                (Trial { deadline: BRIEFLY, ..ever }, End::TimedOut),
                (Trial { waits: n + WAITS, ..ever }, End::Interrupted),
            ];
            let permanent = [(once, End::Failed(errno)), (ever, End::Failed(errno))];
            for (trial, end) in if passes { &ends[..] } else { &permanent } {
                let ran = run(*trial);
                trials += 1;
                let all = format!("{name}: {trial:?}: {:?} at {:?}, {} calls", ran.end, ran.failed, ran.calls);
                let wait = matches!(ran.failed, Some(Call::Wait(..)));
                reached |= ran.failed.is_some();
                match ran.failed {
                    // The operation has fewer calls, or the deadline came first, as it can on a busy machine.
                    None => assert!(ran.end == End::Done || ran.end == *end && trial.deadline == BRIEFLY, "{all}"),
                    // Of waits that end too soon nobody need hear. Each is followed by an attempt, and that can be enough.
                    Some(_) if wait && passes => assert!(ran.end == End::Done || ran.end == *end, "{all}"),
                    Some(_) if wait => assert_eq!(ran.end, End::Wait(errno), "{all}"),
                    Some(_) => assert_eq!(ran.end, *end, "{all}"),
                }
                assert!(trial.how == How::Once || ran.calls <= n + FEW, "{all}");
            }
        }
        if !reached {
            break;
        }
    }
    println!("{name}: {trials} trials, N up to {}", n - 1);
    assert!(n > 1);
}

/// No two neighbours are alike, and none is a line end.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 7 + n / 251) as u8).map(|b| b.max(b'\n' + 1)).collect()
}

/// Reads from the first ring, or when there will be none, to the end of the stream.
fn reads(heard: &TokenReader, from: &impl Source) -> Vec<u8> {
    heard.token_read(SOON, &Never).unwrap();
    let mut got = Vec::new();
    loop {
        let mut bytes = [0; 4096];
        let mut room = Room::from(&mut bytes);
        from.wait_for(Events::RECV, SOON, &Never).unwrap();
        match from.recv(&mut room) {
            Ok(0) => return got,
            Ok(_) => got.extend(room.filled()),
            Err(errno) => assert_eq!(errno, Errno::AGAIN),
        }
    }
}

/// Writes a piece at each ring, and all that is left when there will be none.
fn writes(heard: &TokenReader, to: &impl Sink, data: &[u8], piece: usize) {
    let mut rest = data;
    while !rest.is_empty() && heard.token_read(SOON, &Never).unwrap().is_some() {
        let (now, later) = rest.split_at(piece.min(rest.len()));
        to.send_complete(now, SOON, &Never).unwrap();
        rest = later;
    }
    to.send_complete(rest, SOON, &Never).unwrap();
}

/// Sends with `operation`, which says how it ended and how much of the data is in the stream. That is what comes out.
fn send<S: Sink, P: Source + Send>(
    trial: Trial,
    (to, from): (S, P),
    data: &[u8],
    operation: impl FnOnce(&Nth<S>, &Bell) -> (End, usize),
) -> Ran {
    let (heard, bell) = bell(trial.waits);
    thread::scope(|scope| {
        let peer = scope.spawn(move || reads(&heard, &from));
        let to = trial.around(to);
        let (end, sent) = operation(&to, &bell);
        let ran = Ran::new(end, &to);
        drop((bell, to));
        let got = peer.join().unwrap();
        assert!(got == data[..sent], "{trial:?}: {} bytes came, of {sent} that were sent: {end:?}", got.len());
        ran
    })
}

fn all_of_it<S: Sink>(trial: Trial, to: &Nth<S>, bell: &Bell, data: &[u8]) -> (End, usize) {
    match to.send_complete(data, trial.deadline, bell) {
        Ok(()) => (End::Done, data.len()),
        Err(SendError::Failed { errno, sent }) => (End::Failed(errno), sent),
        Err(SendError::Wait { errno, sent }) => (End::Wait(errno), sent),
        Err(SendError::TimedOut { sent, total }) if total == data.len() => (End::TimedOut, sent),
        Err(SendError::Interrupted { sent, total }) if total == data.len() => (End::Interrupted, sent),
        Err(error) => panic!("{trial:?}: {error:?}"),
    }
}

/// A token's errors do not say whether it was the wait that failed.
fn of_token<S>(on: &Nth<S>, error: TokenError) -> End {
    let errno = match error {
        TokenError::TimedOut => return End::TimedOut,
        TokenError::Interrupted => return End::Interrupted,
        TokenError::BrokenPipe => Errno::PIPE,
        TokenError::Failed(errno) => errno,
        error => panic!("{error:?}"),
    };
    if matches!(on.failed(), Some(Call::Wait(..))) { End::Wait(errno) } else { End::Failed(errno) }
}

/// Receives with `operation`, which gives what it has received and says how it ended. All of it and what is left is the data.
fn receive<S: Source, P: Sink + Send>(
    trial: Trial,
    (from, to): (S, P),
    (data, piece): (&[u8], usize),
    operation: impl FnOnce(&Nth<S>, &Bell) -> (End, Vec<u8>),
) -> Ran {
    let (heard, bell) = bell(trial.waits);
    thread::scope(|scope| {
        let peer = scope.spawn(move || {
            writes(&heard, &to, data, piece);
            // Both stay open: there is no end to be found, and somebody to ring for.
            (heard, to)
        });
        let from = trial.around(from);
        let (end, mut got) = operation(&from, &bell);
        let ran = Ran::new(end, &from);
        drop(bell);
        let mut left = vec![0; data.len() - got.len()];
        from.inner().recv_exact(&mut left, SOON, &Never).unwrap();
        got.extend(left);
        assert!(got == data, "{trial:?}: {end:?}");
        let _open = peer.join().unwrap();
        let more = from.inner().wait(Events::RECV, Some(Duration::ZERO), &Never);
        assert_eq!(more, Ok(Events::NONE), "{trial:?}: more came");
        ran
    })
}

fn exact<S: Source>(trial: Trial, from: &Nth<S>, bell: &Bell, length: usize) -> (End, Vec<u8>) {
    let mut got = vec![0; length];
    let (end, received) = match from.recv_exact(&mut got, trial.deadline, bell) {
        Ok(()) => (End::Done, length),
        Err(RecvExactError::Failed { errno, received }) => (End::Failed(errno), received),
        Err(RecvExactError::Wait { errno, received }) => (End::Wait(errno), received),
        Err(RecvExactError::TimedOut { received }) => (End::TimedOut, received),
        Err(RecvExactError::Interrupted { received }) => (End::Interrupted, received),
        Err(error) => panic!("{trial:?}: {error:?}"),
    };
    got.truncate(received);
    (end, got)
}

fn line<S: Peek>(trial: Trial, from: &Nth<S>, bell: &Bell) -> (End, Vec<u8>) {
    let mut got = heapless::Vec::<u8, 4096>::new();
    let (end, received) = match from.recv_until_terminator(b'\n', &mut got, trial.deadline, bell) {
        Ok(()) => {
            assert!(!got.contains(&b'\n'), "{trial:?}: taken past the terminator");
            got.push(b'\n').unwrap();
            (End::Done, got.len())
        }
        Err(RecvError::Failed { errno, received }) => (End::Failed(errno), received),
        Err(RecvError::Wait { errno, received }) => (End::Wait(errno), received),
        Err(RecvError::TimedOut { received }) => (End::TimedOut, received),
        Err(RecvError::Interrupted { received }) => (End::Interrupted, received),
        Err(error) => panic!("{trial:?}: {error:?}"),
    };
    assert_eq!(received, got.len(), "{trial:?}");
    (end, got.to_vec())
}

fn waits<S: Wait>(trial: Trial, on: &Nth<S>, bell: &Bell) -> (End, Vec<u8>) {
    let end = match on.wait_for(Events::RECV, trial.deadline, bell) {
        Ok(Events::RECV) => End::Done,
        Ok(Events::NONE) => End::TimedOut,
        Err(WaitError::Failed(errno)) => End::Wait(errno),
        Err(WaitError::Interrupted) => End::Interrupted,
        other => panic!("{trial:?}: {other:?}"),
    };
    (end, Vec::new())
}

/// Pairs with small buffers, so that there is something to wait for.
fn sockets<K: Kind>() -> (Sock, Sock) {
    let (a, b) = K::pair().unwrap();
    a.set_sock_opt(SendBuffer(16384)).unwrap();
    // A Unix socket has no such option, and no need of it.
    let _ = b.set_sock_opt(NoDelay(true));
    (a, b)
}

fn pipe() -> (TokenReader, TokenWriter) {
    let (reader, writer) = TokenPipe::pair().unwrap();
    fcntl_setpipe_size(&writer, PIPE).unwrap();
    (reader, writer)
}

fn send_over<K: Kind>(length: usize) {
    let data = bytes(length);
    every_nth(&format!("send_complete, {}", K::NAME), |trial| {
        send(trial, sockets::<K>(), &data, |to, bell| all_of_it(trial, to, bell, &data))
    });
}

fn receive_over<K: Kind>() {
    let data = bytes(2000);
    every_nth(&format!("recv_exact, {}", K::NAME), |trial| {
        receive(trial, sockets::<K>(), (&data, 300), |from, bell| exact(trial, from, bell, 1999))
    });
    let data = [&data, &b"\nrest\n"[..]].concat();
    every_nth(&format!("recv_until_terminator, {}", K::NAME), |trial| {
        receive(trial, sockets::<K>(), (&data, 401), |from, bell| line(trial, from, bell))
    });
    every_nth(&format!("wait_for, {}", K::NAME), |trial| {
        receive(trial, sockets::<K>(), (b"x", 1), |from, bell| waits(trial, from, bell))
    });
}

#[test]
fn send_unix() {
    send_over::<Unix>(100_000);
}

#[test]
fn send_tcp() {
    send_over::<Tcp>(400_000);
}

#[test]
fn receive_unix() {
    receive_over::<Unix>();
}

#[test]
fn receive_tcp() {
    receive_over::<Tcp>();
}

#[test]
fn tokens() {
    let data = bytes(20_000);
    every_nth("send_complete, pipe", |trial| {
        let (reader, writer) = pipe();
        send(trial, (writer, reader), &data, |to, bell| all_of_it(trial, to, bell, &data))
    });
    every_nth("recv_exact, pipe", |trial| {
        receive(trial, pipe(), (&data[..2000], 300), |from, bell| exact(trial, from, bell, 1999))
    });
    every_nth("wait_for, pipe", |trial| receive(trial, pipe(), (b"x", 1), |from, bell| waits(trial, from, bell)));
}

#[test]
fn token_read() {
    every_nth("token_read", |trial| {
        receive(trial, pipe(), (b"x", 1), |from, bell| match Source::token_read(from, trial.deadline, bell) {
            Ok(token) => (End::Done, token.into_iter().collect()),
            Err(error) => (of_token(from, error), Vec::new()),
        })
    });
}

/// Into a pipe that is full, so that there is something to wait for.
#[test]
fn token_write() {
    let data = bytes(PIPE + 1);
    every_nth("token_write", |trial| {
        let (reader, writer) = pipe();
        writer.send_complete(&data[..PIPE], Deadline::NOW, &Never).unwrap();
        send(trial, (writer, reader), &data, |to, bell| match Sink::token_write(to, data[PIPE], trial.deadline, bell) {
            Ok(()) => (End::Done, PIPE + 1),
            Err(error) => (of_token(to, error), PIPE),
        })
    });
}

/// To a listener, which accepts at the first ring; `full`: it has room for nobody until then.
fn connects(
    name: &str,
    family: Family,
    full: bool,
    attempt: impl Fn(&Sock, &Address) -> Result<(), rustix::io::Errno>,
) {
    let anywhere = if family == Family::Unix { Address::Unnamed } else { Address::from(([127, 0, 0, 1], 0)) };
    every_nth(name, |trial| {
        let listener = Sock::listen_on(&anywhere, 0).unwrap();
        let address = listener.get_sock_name().unwrap();
        let _first = full.then(|| Sock::connect_to(&address, SOON, &Never).unwrap());
        let (heard, bell) = bell(trial.waits);
        thread::scope(|scope| {
            let peer = scope.spawn(move || {
                let rung = heard.token_read(SOON, &Never).unwrap();
                let accepted = rung.filter(|_| full).map(|_| listener.accept(SOON, &Never).unwrap());
                (heard, listener, accepted)
            });
            let sock = trial.around(Sock::stream(family).unwrap());
            let attempt = || sock.call(|sock| Ok(attempt(sock, &address)?));
            let end = match sock.connect_with(attempt, trial.deadline, &bell) {
                Ok(()) => End::Done,
                Err(ConnectError::Failed(errno)) => End::Failed(errno),
                Err(ConnectError::Wait(errno)) => End::Wait(errno),
                Err(ConnectError::TimedOut) => End::TimedOut,
                Err(ConnectError::Interrupted) => End::Interrupted,
                Err(error) => panic!("{trial:?}: {error:?}"),
            };
            assert!(end != End::Done || sock.inner().get_peer_name() == Ok(address), "{trial:?}");
            drop(bell);
            let _open = peer.join().unwrap();
            Ran::new(end, &sock)
        })
    });
}

#[test]
fn connect_unix() {
    connects("connect_with, unix", Family::Unix, true, |sock, to| match to {
        Address::Abstract(name) => net::connect(sock, &SocketAddrUnix::new_abstract_name(name)?),
        _ => panic!("the kernel gives it a name"),
    });
}

#[test]
fn connect_tcp() {
    connects("connect_with, tcp", Family::Inet, false, |sock, to| match to {
        Address::Ip(to) => net::connect(sock, to),
        _ => panic!("the kernel gives it a port"),
    });
}

/// Asking is one call, which does not wait: what passes says nothing about the peer.
#[test]
fn is_connected() {
    for pair in [Unix::pair, Tcp::pair] {
        for errno in ERRNOS {
            let (a, b) = pair().unwrap();
            b.send_complete(b"x", SOON, &Never).unwrap();
            a.wait_for(Events::RECV, SOON, &Never).unwrap();
            let a = Nth::new(a, 1, How::ForEver, errno);
            let passes = errno == Errno::INTR || errno == Errno::AGAIN;
            let want = if passes { Ok(()) } else { Err(Disconnected::Failed(errno)) };
            assert_eq!((a.is_connected(), a.calls()), (want, 1));
            let mut left = [0; 2];
            assert_eq!((a.into_inner().recv(&mut left), left), (Ok(1), *b"x\0"));
        }
    }
}
