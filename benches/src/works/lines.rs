//! Receiving lines that are there: in one piece of 64 KiB, or in a piece each.

use std::time::{Duration, Instant};

use rustix::net::{RecvFlags, SendFlags, recv};
use sockpipe::Sock;

use super::{leak, readers};
use crate::{Case, Goal, Plan, connections};

/// So many bytes of lines are there at a time, and so many lines at most where each is a piece: more have no room in a socket.
const BYTES: usize = 65536;
const PIECES: usize = 256;

/// What lines are like.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Of(usize),
    /// As 64 MiB of random bytes with 262,000 terminators are: 256 bytes in the mean, exponentially.
    Random,
}

pub fn plans() -> Vec<Plan> {
    let of = [16, 64, 256, 4096, 60_000].map(Shape::Of);
    let shapes = || of.into_iter().chain([Shape::Random]);
    let mut plans = Vec::new();
    for (is_unix, (family, pair)) in [true, false].into_iter().zip(connections::FAMILIES) {
        for shape in shapes() {
            let title = format!("lines of {}, {family}", name(shape));
            plans.push(Plan::new(title, move || (cases(pair, shape, false), goals(shape, is_unix, false))));
        }
        for shape in shapes().filter(|shape| !matches!(shape, Shape::Of(60_000))) {
            let title = format!("lines of {}, one write each, {family}", name(shape));
            plans.push(Plan::new(title, move || (cases(pair, shape, true), goals(shape, is_unix, true))));
        }
        let title = format!("lines of 256 B at random, as another thread writes them, {family}");
        plans.push(Plan::new(title, move || (streamed(pair), vec![])));
    }
    plans
}

/// With a writer who writes as fast as there is room, on whatever CPU: pieces of 64 KiB, of which a reader seldom sees all.
fn streamed(pair: connections::Pair) -> Vec<Case<'static>> {
    let (lengths, bytes) = lines(Shape::Random, false);
    let (lengths, bytes): (&'static [usize], &'static [u8]) = (lengths.leak(), bytes.leak());
    // Whoever has no poll of its own waits in the call.
    let ways: [(&'static str, readers::Make, bool); 7] = [
        ("slices of 64 KiB", readers::slices_blocking, true),
        ("ours: recv_until_terminator", readers::one_shot, false),
        ("ours: LineReader, eager", readers::eager, false),
        ("ours: LineReader, lazy", readers::lazy, false),
        ("Core", readers::core, false),
        ("std BufReader of 8 KiB", readers::of_std, true),
        ("tokio BufReader of 8 KiB", readers::of_tokio, false),
    ];
    let case = |(name, make, is_blocking): (&'static str, readers::Make, bool)| {
        let (a, b) = pair().unwrap();
        connections::blocking(&a);
        if is_blocking {
            connections::blocking(&b);
        }
        std::thread::spawn(move || while rustix::net::send(&a, bytes, SendFlags::NOSIGNAL).is_ok() {});
        let mut read = make(b, lengths);
        Case::timed(name, move |times| {
            let begin = Instant::now();
            // So many that what lies ready, while the others have their turns, is a small part of them.
            (0..STREAMED).for_each(|_| read(times as usize));
            begin.elapsed() / STREAMED
        })
    };
    ways.map(case).into()
}

/// So many times more lines are read from a stream.
const STREAMED: u32 = 16;

fn name(shape: Shape) -> String {
    match shape {
        Shape::Of(length) => format!("{length} B"),
        Shape::Random => "256 B at random".into(),
    }
}

fn goals(shape: Shape, is_unix: bool, one_write_each: bool) -> Vec<Goal> {
    let (floor, core, std, slices) =
        ("bare recv of the known length", "Core", "std BufReader of 8 KiB", "slices of 64 KiB");
    let (eager, lazy, one) = ("ours: LineReader, eager", "ours: LineReader, lazy", "ours: recv_until_terminator");
    let to_bare = Goal::new("recv eager, a line, to one bare recv", eager, floor, 1.15);
    let to_core = Goal::new("recv eager with one write a line on AF_UNIX, to Core", eager, core, 0.10);
    if one_write_each {
        return if is_unix { vec![to_core] } else { vec![] };
    }
    let at_most = match (shape, is_unix) {
        (Shape::Of(16), true) => Some(0.95),
        (Shape::Of(16), false) => Some(0.85),
        (Shape::Of(256), true) => Some(0.85),
        (Shape::Of(256), false) => Some(0.75),
        (Shape::Of(4096), true) => Some(0.10),
        (Shape::Of(4096), false) => Some(0.08),
        (Shape::Of(60_000), true) => Some(0.05),
        (Shape::Of(60_000), false) => Some(0.04),
        _ => None,
    };
    let slice = if is_unix { 1.6 } else { 1.15 };
    vec![
        Goal { row: "recv one-shot, to Core's algorithm", ours: one, to: core, at_most },
        to_bare,
        Goal::new("recv lazy, to std BufReader of 8 KiB, read_until", lazy, std, 0.90),
        Goal::new("recv lazy, to slices of a buffer of 64 KiB that reads past lines", lazy, slices, slice),
    ]
}

/// The lines that are sent: their lengths with the terminator, and all of them.
fn lines(shape: Shape, one_write_each: bool) -> (Vec<usize>, Vec<u8>) {
    let mut x = 88_172_645_463_325_252_u64;
    let mut next = || {
        let length = match shape {
            Shape::Of(length) => length,
            Shape::Random => {
                // Marsaglia's xorshift64, and from uniform to exponential.
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                let uniform = ((x >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
                1 + (-256.0 * uniform.ln()) as usize
            }
        };
        length.min(60_000)
    };
    let (mut lengths, mut sum) = (Vec::new(), 0);
    loop {
        let length = next();
        if sum + length > BYTES || (one_write_each && lengths.len() == PIECES) {
            break;
        }
        sum += length;
        lengths.push(length);
    }
    let mut bytes = Vec::new();
    for length in &lengths {
        bytes.resize(bytes.len() + length - 1, b'x');
        bytes.push(b'\n');
    }
    (lengths, bytes)
}

fn cases(pair: connections::Pair, shape: Shape, one_write_each: bool) -> Vec<Case<'static>> {
    let (lengths, bytes) = lines(shape, one_write_each);
    let (lengths, bytes): (&'static [usize], &'static [u8]) = (lengths.leak(), bytes.leak());
    let ways: [(&'static str, readers::Make); 9] = [
        ("bare recv of the known length", readers::bare),
        ("ours: recv_until_terminator", readers::one_shot),
        ("ours: LineReader, eager", readers::eager),
        ("ours: LineReader, lazy", readers::lazy),
        ("Core", readers::core),
        ("others: bytewise", readers::bytewise),
        ("slices of 64 KiB", readers::slices),
        ("std BufReader of 8 KiB", readers::of_std),
        ("tokio BufReader of 8 KiB", readers::of_tokio),
    ];
    let case = |(name, make): (&'static str, readers::Make)| {
        let (a, b) = pair().unwrap();
        let look: &'static Sock = leak(rustix::io::dup(&b).unwrap().into());
        let (mut read, mut left) = (make(b, lengths), 0);
        Case::timed(name, move |times| {
            let (mut took, mut wanted) = (Duration::ZERO, times as usize);
            while wanted > 0 {
                if left == 0 {
                    fill(&a, look, lengths, bytes, one_write_each);
                    left = lengths.len();
                }
                let n = wanted.min(left);
                let begin = Instant::now();
                read(n);
                took += begin.elapsed();
                (left, wanted) = (left - n, wanted - n);
            }
            took
        })
    };
    ways.map(case).into()
}

/// Sends them, and waits until they are there: TCP hands them over by and by.
fn fill(to: &Sock, at: &Sock, lengths: &[usize], bytes: &[u8], one_write_each: bool) {
    let mut rest = bytes;
    let pieces = if one_write_each { lengths } else { &[bytes.len()] };
    for piece in pieces {
        let (piece, behind) = rest.split_at(*piece);
        assert_eq!(to.send(piece), Ok(piece.len()));
        rest = behind;
    }
    let mut seen = [0; BYTES];
    while recv(at, &mut seen[..], RecvFlags::PEEK).map_or(0, |(n, _)| n) < bytes.len() {
        std::thread::yield_now();
    }
}
