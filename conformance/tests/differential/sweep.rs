//! The terminator at every offset up to 2,048, the data in two segments that are cut at every byte, and room for one byte too few, just
//! enough, one and two more than the line has: the same line, the same end and the same bytes left as a byte at a time.
//!
//! Every cut for every offset up to 540, at the boundaries and, over real sockets, up to 256; a part of them beyond. All of them, which are
//! 8 million for each kind of stream and take some minutes:
//!
//!     cargo test --release -p conformance --test differential -- --ignored --nocapture

use std::{cell::RefCell, time::Duration};

use conformance::{
    World,
    doubles::StaticContentsSock,
    worlds::{
        Loopback,
        kernel::{self, Kind},
    },
};
use heapless::Vec;
use sockpipe::{Deadline, Errno, Events, Never, Peek, RecvError, Room, Stream, options::NoDelay};

use super::{End, TERMINATOR, oracle};

const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
/// The last offset of the terminator.
const LAST: usize = 2048;
/// Room for the longest line with its terminator and one more byte.
const MOST: usize = LAST + 2;
const BEHIND: &[u8] = b"\nmore\n\nand";
/// How much more room than the line has: one byte too few, none for the terminator, just enough, one too many.
const LIMITS: [isize; 4] = [-1, 0, 1, 2];

/// A stream whose data comes in two segments.
trait InTwo {
    /// Receives a line of `data`, cut at `cut`, behind what is in `out`.
    fn line(&self, data: &[u8], cut: usize, out: &mut Vec<u8, MOST>) -> Result<(), RecvError>;
    /// Everything that was left, which should be `want`. The stream is as new.
    fn left_is(&self, want: &[u8]) -> bool;
    /// How it ends a byte at a time; what came out.
    fn oracle(&self, data: &[u8], limit: usize) -> (End, std::vec::Vec<u8>);
}

/// The first segment is there, the second comes when it is waited for: no clock, no system call.
#[derive(Default)]
struct InMemory {
    left: RefCell<std::vec::Vec<u8>>,
}

impl InTwo for InMemory {
    fn line(&self, data: &[u8], cut: usize, out: &mut Vec<u8, MOST>) -> Result<(), RecvError> {
        let sock = StaticContentsSock::in_two(data, cut);
        let end = sock.recv_until_terminator(TERMINATOR, out, Deadline::Never, &Never);
        let mut left = self.left.borrow_mut();
        left.clear();
        left.extend_from_slice(sock.left());
        end
    }

    fn left_is(&self, want: &[u8]) -> bool {
        *self.left.borrow() == want
    }

    fn oracle(&self, data: &[u8], limit: usize) -> (End, std::vec::Vec<u8>) {
        let mut out = std::vec::Vec::new();
        (oracle(&StaticContentsSock::new(data), &mut out, limit), out)
    }
}

/// The two ends of a connection. The second segment is sent when all of the first was taken and nothing more is there.
struct Pair<S>(S, S);

impl<S: Stream> InTwo for Pair<S> {
    fn line(&self, data: &[u8], cut: usize, out: &mut Vec<u8, MOST>) -> Result<(), RecvError> {
        let (first, second) = data.split_at(cut);
        let start = out.len();
        self.1.send_complete(first, SOON, &Never).unwrap();
        let mut end = self.0.recv_until_terminator(TERMINATOR, out, Deadline::NOW, &Never);
        // A segment that is still on its way.
        while matches!(end, Err(RecvError::TimedOut { .. })) && out.len() < start + cut {
            self.0.wait_for(Events::RECV, SOON, &Never).unwrap();
            end = self.0.recv_until_terminator(TERMINATOR, out, Deadline::NOW, &Never);
        }
        self.1.send_complete(second, SOON, &Never).unwrap();
        match end {
            Err(RecvError::TimedOut { .. }) => self.0.recv_until_terminator(TERMINATOR, out, SOON, &Never),
            end => end,
        }
    }

    fn left_is(&self, want: &[u8]) -> bool {
        let mut left = [0; MOST + BEHIND.len()];
        let left = &mut left[..want.len()];
        self.0.recv_exact(left, SOON, &Never).unwrap();
        left == want && self.0.peek(&mut Room::from(&mut [0])) == Err(Errno::AGAIN)
    }

    fn oracle(&self, data: &[u8], limit: usize) -> (End, std::vec::Vec<u8>) {
        let mut out = std::vec::Vec::new();
        self.1.send_complete(data, SOON, &Never).unwrap();
        self.0.wait_for(Events::RECV, SOON, &Never).unwrap();
        let end = oracle(&self.0, &mut out, limit);
        let taken = out.len() + usize::from(end == End::Line);
        assert!(self.left_is(&data[taken..]));
        (end, out)
    }
}

/// One run for each offset, each limit that is so much more than the offset, and each byte at which `cuts` says to cut.
fn sweep(
    stream: &impl InTwo,
    offsets: impl Iterator<Item = usize>,
    limits: &[isize],
    cuts: impl Fn(usize, usize) -> bool,
) -> usize {
    // No two neighbours are alike, so that a byte that is lost or comes twice shows.
    let bytes: std::vec::Vec<u8> = (0..LAST).map(|n| (n * 7 + n / 251) as u8).map(|b| b.max(TERMINATOR + 1)).collect();
    let mut runs = 0;
    for at in offsets {
        let data = [&bytes[..at], BEHIND].concat();
        for limit in limits.iter().filter_map(|more| at.checked_add_signed(*more)) {
            let (end, want) = stream.oracle(&data, limit);
            let left = &data[want.len() + usize::from(end == End::Line)..];
            let end = if end == End::Line { Ok(()) } else { Err(limit) };
            // What stands there already takes the place that is not to be used.
            let mut out = Vec::<u8, MOST>::new();
            out.resize(MOST - limit, b'.').unwrap();
            for cut in (0..=data.len()).filter(|cut| cuts(at, *cut)) {
                out.truncate(MOST - limit);
                let got = stream.line(&data, cut, &mut out).map_err(|error| match error {
                    RecvError::TooLong { limit: MOST, .. } => limit,
                    error => panic!("terminator at {at}, limit {limit}, cut at {cut}: {error:?}"),
                });
                let same = got == end && out[MOST - limit..] == want[..] && stream.left_is(left);
                assert!(same, "terminator at {at}, limit {limit}, cut at {cut}: {got:?}, want {end:?} and {want:?}");
                runs += 1;
            }
        }
    }
    runs
}

fn loopback(w: &Loopback) -> Pair<<Loopback as World>::Stream<'_>> {
    let (a, b) = w.pair().unwrap();
    Pair(a, b)
}

fn kernel<K: Kind>() -> Pair<sockpipe::Sock> {
    let (a, b) = K::pair().unwrap();
    // A Unix socket has no such option, and no need of it.
    let _ = b.set_sock_opt(NoDelay(true));
    Pair(a, b)
}

fn everywhere(_: usize, _: usize) -> bool {
    true
}

/// At the ends of the data, around the terminator, around Core's window of 512 bytes, and here and there.
fn here_and_there(at: usize, cut: usize) -> bool {
    cut < 2 || cut.abs_diff(at) < 3 || (cut + 2) % 512 < 5 || (cut + at).is_multiple_of(41)
}

/// The offsets around Core's window and its multiples.
fn boundaries() -> impl Iterator<Item = usize> {
    [511..=513, 1023..=1025, 2047..=LAST].into_iter().flatten()
}

#[test]
fn in_memory() {
    let runs = sweep(&InMemory::default(), 0..=256, &LIMITS, everywhere)
        + sweep(&InMemory::default(), 257..=540, &LIMITS[2..3], everywhere)
        + sweep(&InMemory::default(), 541..=LAST, &LIMITS[2..3], here_and_there);
    println!("{runs} runs");
}

#[test]
fn in_memory_at_boundaries() {
    let w = Loopback::default();
    let runs = sweep(&InMemory::default(), boundaries(), &LIMITS, everywhere)
        + sweep(&loopback(&w), (0..=80).chain(boundaries()), &LIMITS, here_and_there);
    println!("{runs} runs");
}

#[test]
fn unix() {
    let pair = kernel::<kernel::Unix>();
    let runs = sweep(&pair, 0..=80, &LIMITS, everywhere)
        + sweep(&pair, (81..=256).chain(boundaries()), &LIMITS[2..3], everywhere)
        + sweep(&pair, 257..=LAST, &LIMITS[2..3], |at, cut| cut.abs_diff(at) < 2);
    println!("{runs} runs");
}

#[test]
fn tcp() {
    let pair = kernel::<kernel::Tcp>();
    let runs = sweep(&pair, 0..=60, &LIMITS, everywhere)
        + sweep(&pair, (61..=256).chain(boundaries()), &LIMITS[2..3], everywhere)
        + sweep(&pair, 257..=LAST, &LIMITS[2..3], |at, cut| cut.abs_diff(at) < 2);
    println!("{runs} runs");
}

/// All offsets, all cuts, all limits.
fn complete(stream: &impl InTwo) {
    println!("{} runs", sweep(stream, 0..=LAST, &LIMITS, everywhere));
}

#[test]
#[ignore = "takes long: see the top of this file"]
fn in_memory_complete() {
    complete(&InMemory::default());
}

#[test]
#[ignore = "takes long: see the top of this file"]
fn loopback_complete() {
    complete(&loopback(&Loopback::default()));
}

#[test]
#[ignore = "takes long: see the top of this file"]
fn unix_complete() {
    complete(&kernel::<kernel::Unix>());
}

#[test]
#[ignore = "takes long: see the top of this file"]
fn tcp_complete() {
    complete(&kernel::<kernel::Tcp>());
}
