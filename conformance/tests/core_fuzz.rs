//! What Core's fuzz targets `i2p` and `socks5` do, over its fuzzed socket, with inputs by chance that are always the same.
//!
//! Whatever the stream does: every operation ends, with the error that the stream gave it, and its count is what the stream counted.

use std::time::Duration;

use conformance::{
    doubles::{Clock, Failure, FuzzedInterrupt, FuzzedSock, Input},
    vectors::{ACCEPT, CONNECT, LISTEN},
};
use heapless::{String, Vec};
use sockpipe::{Deadline, Errno, Events, Peek, RecvError, RecvExactError, SendError, Sink, Source, Wait, WaitError};

const PATIENCE: Duration = Duration::from_millis(10);
const INPUTS: u64 = 20_000;
const LIMIT: usize = 256;

/// How often each end has been seen: the test is none if it has not been everywhere.
#[derive(Default, Debug)]
struct Seen {
    done: usize,
    failed: usize,
    wait: usize,
    closed: usize,
    timed_out: usize,
    interrupted: usize,
    too_long: usize,
}

/// A socket, the harness's view of it, and an interrupt.
struct Fuzz<'a, 'i> {
    sock: FuzzedSock<'a, 'i>,
    interrupt: FuzzedInterrupt<'a, 'i>,
    seen: &'a mut Seen,
}

/// That an operation failed in the way in which the stream did.
macro_rules! judge {
    ($fuzz:ident, $start:ident, $error:expr, $kind:ident $(, $more:pat => $then:expr)*) => {
        match $error {
            $kind::Failed { errno, .. } => {
                $fuzz.is_last(Failure { errno, in_wait: false });
                $fuzz.seen.failed += 1;
            }
            $kind::Wait { errno, .. } => {
                $fuzz.is_last(Failure { errno, in_wait: true });
                $fuzz.seen.wait += 1;
            }
            $kind::TimedOut { .. } => {
                assert!($fuzz.sock.now().saturating_duration_since($start) >= PATIENCE);
                $fuzz.seen.timed_out += 1;
            }
            $kind::Interrupted { .. } => {
                assert!($fuzz.interrupt.last());
                $fuzz.seen.interrupted += 1;
            }
            $($more => $then,)*
            error => panic!("{error:?}"),
        }
    };
}

impl<'a, 'i> Fuzz<'a, 'i> {
    fn new(input: &'a Input<'i>, clock: &'a Clock, seen: &'a mut Seen) -> Self {
        Self { sock: FuzzedSock::new(input, clock), interrupt: FuzzedInterrupt::new(input), seen }
    }

    fn is_last(&self, failure: Failure) {
        assert_eq!(self.sock.failure(), Some(failure));
    }

    /// Runs a verb, which must end with the first error that does not pass, and with no other.
    fn run<T, E>(&self, fatal: fn(&E) -> bool, verb: impl FnOnce(&FuzzedSock<'a, 'i>) -> Result<T, E>) -> Result<T, E> {
        let before = self.sock.permanent();
        let result = verb(&self.sock);
        let has_failed = result.as_ref().is_err_and(fatal);
        assert_eq!(self.sock.permanent() - before, usize::from(has_failed));
        result
    }

    /// A call that the seam does not have.
    fn attempt(&self, errnos: &[Errno]) -> Option<()> {
        self.sock.attempt(errnos).ok()
    }

    fn send(&mut self, data: &[u8]) -> Option<()> {
        let (before, start) = (self.sock.sent(), self.sock.now());
        let result = self.run(
            |error: &SendError| error.errno().is_some(),
            |sock| sock.send_complete(data, Deadline::Within(PATIENCE), &self.interrupt),
        );
        let sent = self.sock.sent() - before;
        let Err(error) = result else {
            assert_eq!(sent, data.len());
            self.seen.done += 1;
            return Some(());
        };
        assert_eq!(sent, error.sent());
        assert!(sent < data.len());
        if let SendError::TimedOut { total, .. } | SendError::Interrupted { total, .. } = error {
            assert_eq!(total, data.len());
        }
        judge!(self, start, error, SendError);
        None
    }

    fn line(&mut self) -> Option<Vec<u8, LIMIT>> {
        let (before, start) = (self.sock.taken().len(), self.sock.now());
        let mut line = Vec::<u8, LIMIT>::new();
        let result = self.run(
            |error: &RecvError| error.errno().is_some(),
            |sock| sock.recv_until_terminator(b'\n', &mut line, Deadline::Within(PATIENCE), &self.interrupt),
        );
        let taken = self.sock.taken();
        let taken = &taken[before..];
        assert!(!line.contains(&b'\n'));
        let Err(error) = result else {
            assert_eq!(taken.split_last(), Some((&b'\n', &line[..])));
            self.seen.done += 1;
            return Some(line);
        };
        assert_eq!((taken, taken.len()), (&line[..], error.received()));
        judge!(self, start, error, RecvError,
            RecvError::Closed { .. } => {
                assert!(self.sock.has_ended());
                self.seen.closed += 1;
            },
            RecvError::TooLong { limit, received } => {
                assert_eq!((limit, received), (LIMIT, LIMIT));
                self.seen.too_long += 1;
            }
        );
        None
    }

    /// A line as text: what is not text stays in the stream.
    fn text(&mut self) -> Option<()> {
        let before = self.sock.taken().len();
        let mut text = String::<LIMIT>::new();
        let result = self.run(
            |error: &RecvError| error.errno().is_some(),
            |sock| sock.recv_until_terminator(b'\n', &mut text, Deadline::Within(PATIENCE), &self.interrupt),
        );
        let taken = self.sock.taken();
        let taken = &taken[before..];
        assert!(std::str::from_utf8(text.as_bytes()).is_ok());
        assert!(taken.starts_with(text.as_bytes()));
        // At most half a character is taken and put nowhere, and only where the stream broke off inside it.
        let lost = taken.len() - text.len();
        match result {
            Ok(()) => assert_eq!((lost, taken.last()), (1, Some(&b'\n'))),
            Err(error) => {
                assert_eq!(error.received(), taken.len());
                let broke_off = matches!(error, RecvError::Failed { .. } | RecvError::NotUtf8 { .. });
                assert!(lost == 0 || lost < 4 && broke_off, "{lost} {error:?}");
            }
        }
        result.ok()
    }

    fn exact(&mut self, buf: &mut [u8]) -> Option<()> {
        let (before, start) = (self.sock.taken().len(), self.sock.now());
        let result = self.run(
            |error: &RecvExactError| error.errno().is_some(),
            |sock| sock.recv_exact(buf, Deadline::Within(PATIENCE), &self.interrupt),
        );
        let taken = self.sock.taken();
        let taken = &taken[before..];
        assert_eq!(&buf[..taken.len()], taken);
        let Err(error) = result else {
            assert_eq!(taken.len(), buf.len());
            self.seen.done += 1;
            return Some(());
        };
        assert_eq!(error.received(), taken.len());
        assert!(taken.len() < buf.len());
        judge!(self, start, error, RecvExactError,
            RecvExactError::Closed { .. } => {
                assert!(self.sock.has_ended());
                self.seen.closed += 1;
            }
        );
        None
    }

    fn readable(&mut self) -> Option<()> {
        let start = self.sock.now();
        let fatal = |error: &WaitError| *error != WaitError::Interrupted;
        let result = self.run(fatal, |sock| sock.wait_for(Events::RECV, Deadline::Within(PATIENCE), &self.interrupt));
        match result {
            Ok(Events::RECV) => return Some(()),
            Ok(events) => {
                assert_eq!(events, Events::NONE);
                assert!(self.sock.now().saturating_duration_since(start) >= PATIENCE);
            }
            Err(WaitError::Failed(errno)) => self.is_last(Failure { errno, in_wait: true }),
            Err(error) => {
                assert_eq!(error, WaitError::Interrupted);
                assert!(self.interrupt.last());
            }
        }
        None
    }

    /// A request, and an answer of whatever content.
    fn ask(&mut self, request: &[u8]) -> Option<Vec<u8, LIMIT>> {
        self.send(request)?;
        self.line()
    }

    /// `i2p::sam::Session::Listen`, `Accept` and `Connect`, and what the target does with the connection.
    fn i2p(&mut self) -> Option<()> {
        self.attempt(&CONNECT)?;
        self.ask(b"HELLO VERSION MIN=3.1 MAX=3.1\n")?;
        self.ask(b"SESSION CREATE STYLE=STREAM ID=0123456789 DESTINATION=TRANSIENT SIGNATURE_TYPE=7\n")?;
        self.attempt(&LISTEN)?;
        self.ask(b"STREAM ACCEPT ID=0123456789 SILENT=false\n")?;
        self.readable()?;
        self.attempt(&ACCEPT)?;
        self.line()?;
        self.text()?;
        self.ask(b"STREAM CONNECT ID=0123456789 DESTINATION=x SILENT=false\n")?;
        self.send(b"verack\n")
    }

    /// `Socks5`, with a host and credentials as long as the input says.
    fn socks5(&mut self, input: &Input<'_>) -> Option<()> {
        let mut host = Vec::<u8, 512>::new();
        host.resize(input.below(513), b'h').ok()?;
        let authenticated = input.flag();
        self.send(if authenticated { b"\x05\x02\x00\x02" } else { b"\x05\x01\x00" })?;
        let mut reply = [0; 4];
        self.exact(&mut reply[..2])?;
        if authenticated {
            self.send(b"\x01\x04user\x04pass")?;
            self.exact(&mut reply[..2])?;
        }
        self.send(&host)?;
        self.exact(&mut reply)?;
        let length = match reply[3] % 3 {
            0 => 4,
            1 => 16,
            _ => {
                self.exact(&mut reply[..1])?;
                reply[0].into()
            }
        };
        self.exact(&mut [0; 255][..length])?;
        self.exact(&mut reply[..2])
    }
}

/// Decisions by chance. Every other input is one that goes through, with a byte in sixteen changed, as chance alone hardly ever does.
fn fill(bytes: &mut [u8], number: u64, goes_through: &[u8]) {
    // Marsaglia's xorshift64.
    let mut x = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for (n, byte) in bytes.iter_mut().enumerate() {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        let by_chance = match x >> 32 & 7 {
            0 => b'\n',
            1 | 2 => (x >> 40) as u8,
            3 => 0,
            _ => (x >> 40 & 0x7F) as u8,
        };
        let given = goes_through.get(n).filter(|_| number.is_multiple_of(2) && x >> 48 & 15 != 0);
        *byte = given.copied().unwrap_or(by_chance);
    }
}

fn everywhere(goes_through: &[u8], target: impl Fn(&mut Fuzz<'_, '_>, &Input<'_>) -> Option<()>) -> Seen {
    let (mut seen, mut through) = (Seen::default(), 0);
    let mut bytes = [0; 600];
    for number in 1..=INPUTS {
        let bytes = &mut bytes[..(number % 601) as usize];
        fill(bytes, number, goes_through);
        let (input, clock) = (Input::new(bytes), Clock::default());
        let mut fuzz = Fuzz::new(&input, &clock, &mut seen);
        through += usize::from(target(&mut fuzz, &input).is_some());
        let calls = fuzz.sock.calls();
        // A call costs at least a decision; when they are used up, every operation of a target ends in a few.
        assert!(calls <= bytes.len() + 200, "number {number}: {calls} calls");
    }
    println!("{through} of {INPUTS} to the end; {seen:?}");
    assert!(through > 100);
    for n in [seen.done, seen.failed, seen.wait, seen.closed, seen.timed_out, seen.interrupted] {
        assert!(n > 100, "{seen:?}");
    }
    seen
}

/// The decisions for a call that succeeds, a send of everything, and a stream that shows these bytes and no zeros behind them.
const CALL: &[u8] = &[0];
const ALL: &[u8] = &[1];
fn gives(bytes: &[u8]) -> std::vec::Vec<u8> {
    [&[0, 0, bytes.len() as u8], bytes, &[1]].concat()
}

#[test]
fn i2p() {
    // The consumption after the peek is one more decision.
    let line = [&gives(b"ok\n")[..], CALL].concat();
    let ask = [ALL, &line].concat();
    let goes_through = [CALL, &ask, &ask, CALL, &ask, CALL, CALL, CALL, &line, &line, &ask, ALL].concat();
    assert!(everywhere(&goes_through, |fuzz, _| fuzz.i2p()).too_long > 100);
}

#[test]
fn socks5() {
    let host = [0, 5, 0];
    let method = gives(b"\x05\x00");
    let reply = [gives(b"\x05\x00\x00\x00"), gives(&[127, 0, 0, 1]), gives(&[0x20, 0x8D])].concat();
    let goes_through = [&host, ALL, &method, ALL, &reply].concat();
    everywhere(&goes_through, |fuzz, input| fuzz.socks5(input));
}

/// The verbs alone, again and again on one stream, whatever the last one said.
#[test]
fn verbs() {
    let seen = everywhere(&[], |fuzz, input| {
        while input.left() > 0 {
            let _ = match input.byte() % 5 {
                0 => fuzz.send(b"verack\n"),
                1 => fuzz.line().map(drop),
                2 => fuzz.exact(&mut [0; 300][..input.below(300)]),
                3 => fuzz.readable(),
                _ => fuzz.text(),
            };
        }
        Some(())
    });
    assert!(seen.too_long > 100);
}
