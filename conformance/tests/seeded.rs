//! Harmless faults by chance, from many seeds: whatever is cut short, refused or interrupted, every byte arrives once and in order.

use core::time::Duration;

use conformance::{
    World,
    faulty::{Call, Faulty, Plan},
    worlds::Loopback,
};
use sockpipe::{Deadline, Events, LineReader, Never, Peek, RecvError, RecvExactError, SendError, Sink, Source, Wait};

const SEEDS: core::ops::Range<u64> = 1..401;

/// More calls than any of these runs needs: a run that spins fails instead of hanging.
const MANY: usize = 20_000;

/// Bytes and terminators by chance, at most what the world in memory holds.
fn data(seed: u64) -> Vec<u8> {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        x
    };
    let length = next() % 4000;
    let mean = 1 + next() % 300;
    (0..length).map(|_| if next() % mean == 0 { b'\n' } else { next() as u8 }).collect()
}

/// A connection whose ends both have faults, from different seeds.
macro_rules! pair {
    ($world:ident, $seed:ident) => {{
        let (a, b) = $world.pair().expect("the first connection");
        let plan = |seed| Plan { seed, ..Plan::default() };
        (Faulty::new(a, plan($seed)), Faulty::new(b, plan($seed + 1_000_003)))
    }};
}

/// Calls until it is done; `again` says whether an error was only a matter of time, and does what has to be done to go on.
fn until_done<E: core::fmt::Debug>(mut call: impl FnMut() -> Result<(), E>, mut again: impl FnMut(&E) -> bool) {
    for _ in 0..MANY {
        match call() {
            Ok(()) => return,
            Err(error) => assert!(again(&error), "{error:?}"),
        }
    }
    panic!("no end after {MANY} calls");
}

fn deadline(seed: u64) -> Deadline {
    // Every other run never waits, and has to go on from what each error says.
    if seed.is_multiple_of(2) { Deadline::Never } else { Deadline::NOW }
}

fn send(a: &impl Sink, data: &[u8], deadline: Deadline) {
    let sent = core::cell::Cell::new(0);
    until_done(
        || a.send_complete(&data[sent.get()..], deadline, &Never),
        |error| {
            sent.set(sent.get() + error.sent());
            matches!(error, SendError::TimedOut { .. })
        },
    );
}

#[test]
fn send_complete_sends_everything_once() {
    for seed in SEEDS {
        let (world, data) = (Loopback::default(), data(seed));
        let (a, b) = pair!(world, seed);
        send(&a, &data, deadline(seed));
        let mut got = vec![0; data.len()];
        b.inner().recv_exact(&mut got, Deadline::NOW, &Never).unwrap();
        assert_eq!(got, data, "seed {seed}");
        let more = b.inner().wait(Events::RECV, Some(Duration::ZERO), &Never);
        assert_eq!(more, Ok(Events::NONE), "seed {seed}: more came");
        assert!(a.count(Call::Send(0)) < MANY, "seed {seed}");
    }
}

#[test]
fn recv_exact_receives_everything_once() {
    for seed in SEEDS {
        let (world, data) = (Loopback::default(), data(seed));
        let (a, b) = pair!(world, seed);
        a.inner().send_complete(&data, Deadline::NOW, &Never).unwrap();
        let mut got = vec![0; data.len()];
        let mut received = 0;
        for piece in [1, 7, 500, usize::MAX] {
            let end = received + (got.len() - received).min(piece);
            while received < end {
                match b.recv_exact(&mut got[received..end], deadline(seed), &Never) {
                    Ok(()) => received = end,
                    Err(RecvExactError::TimedOut { received: some }) => received += some,
                    Err(error) => panic!("seed {seed}: {error:?}"),
                }
            }
        }
        assert_eq!(got, data, "seed {seed}");
        assert!(b.count(Call::Recv(0)) < MANY, "seed {seed}");
    }
}

#[test]
fn recv_until_terminator_loses_nothing() {
    for seed in SEEDS {
        let (world, data) = (Loopback::default(), data(seed));
        let (a, b) = pair!(world, seed);
        send(&a, &data, Deadline::Never);
        let mut lines = data.split(|byte| *byte == b'\n').collect::<Vec<_>>();
        let leftover = lines.pop().unwrap_or_default();
        for want in lines {
            let mut line = heapless::Vec::<u8, 4096>::new();
            until_done(
                || b.recv_until_terminator(b'\n', &mut line, deadline(seed), &Never),
                |error| matches!(error, RecvError::TimedOut { .. }),
            );
            assert_eq!(line, want, "seed {seed}");
        }
        // What stands behind the last terminator has not been touched.
        let mut rest = vec![0; leftover.len()];
        b.inner().recv_exact(&mut rest, Deadline::NOW, &Never).unwrap();
        assert_eq!(rest, leftover, "seed {seed}");
        assert!(b.count(Call::Peek(0)) < MANY, "seed {seed}");
    }
}

/// Readers that end now and then, with windows of all lengths, lending and copying: every byte comes once, and what was not handed out stays.
#[test]
fn line_readers_lose_nothing() {
    for seed in SEEDS {
        for is_lazy in [false, true] {
            let (world, data) = (Loopback::default(), data(seed));
            let (a, mut b) = pair!(world, seed);
            send(&a, &data, Deadline::Never);
            let lines = data.iter().filter(|byte| **byte == b'\n').count();
            let (mut got, mut chance) = (Vec::new(), seed);
            while got.iter().filter(|byte| **byte == b'\n').count() < lines {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let mut window = vec![0; 1 + (chance >> 40) as usize % 300];
                let mut reader = if is_lazy {
                    LineReader::lazy(&mut b, &mut window)
                } else {
                    LineReader::eager(&mut b, &mut window)
                };
                for turn in 0..1 + (chance >> 33) % 20 {
                    if got.iter().filter(|byte| **byte == b'\n').count() == lines {
                        break;
                    }
                    let mut copy = heapless::Vec::<u8, 4096>::new();
                    let result = match turn % 3 {
                        0 => reader.recv_until_terminator(b'\n', &mut copy, deadline(seed), &Never),
                        _ => reader.recv_line(b'\n', deadline(seed), &Never).map(|line| got.extend_from_slice(line)),
                    };
                    got.extend_from_slice(&copy);
                    match result {
                        Ok(()) => got.push(b'\n'),
                        Err(RecvError::TooLong { .. } | RecvError::TimedOut { .. }) => {
                            got.extend_from_slice(reader.take_partial());
                        }
                        Err(error) => panic!("seed {seed}: {error:?}"),
                    }
                }
                let partial = reader.finish().expect("the faults are only nuisances");
                got.extend_from_slice(partial);
            }
            let mut rest = vec![0; data.len() - got.len()];
            b.inner().recv_exact(&mut rest, Deadline::NOW, &Never).unwrap();
            got.extend_from_slice(&rest);
            assert!(got == data, "seed {seed}");
            assert!(b.count(Call::Peek(0)) < MANY, "seed {seed}");
        }
    }
}
