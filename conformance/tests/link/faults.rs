//! Every sequence of at most four answers, to each verb of a link in each profile, and long streams under harmless faults by chance.

use conformance::{
    World,
    faults::link::{FORMATS, Verb, search},
    faulty::{Faulty, Plan},
    worlds::Loopback,
};
use sockpipe::{
    Deadline, Never,
    link::{Format, Rx, RxError, Tx, TxError},
};

use super::decoder::Chance;

#[test]
fn every_sequence() {
    for verb in Verb::ALL {
        for format in FORMATS {
            for length in 0..=4 {
                if let Err(what) = search(verb, format, length) {
                    panic!("{what}");
                }
            }
        }
    }
}

/// What became of a frame.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Accepted,
    Refused,
    /// It must be gone on with, by the verb that began it.
    Unfinished,
}

/// Sends by whatever verb comes.
fn send(tx: &mut Tx<'_, impl sockpipe::Sink>, payload: &[u8], last: Fate, chance: &mut Chance) -> Fate {
    let now = Deadline::NOW;
    // On a shared link a peer that does not read what is longer than a page would end it.
    let is_large = last == Fate::Unfinished || payload.len() > tx.max_len();
    let how = if is_large { 5 } else { chance.below(6) };
    let result = match how {
        0 => tx.send(payload, now, &Never),
        1 => tx.send_vectored(&[&payload[..payload.len() / 2], &payload[payload.len() / 2..]], now, &Never),
        2 => tx.batch().feed(payload, now, &Never),
        3 => match tx.reserve(payload.len() + chance.below(5), now, &Never).and_then(|p| p.alloc(payload.len())) {
            Ok(mut slot) => {
                slot.copy_from_slice(payload);
                if chance.below(2) == 0 { slot.commit() } else { slot.commit_later() }
            }
            Err(error) => Err(error),
        },
        4 => {
            drop(tx.reserve(chance.below(20), now, &Never));
            tx.flush(now, &Never).and(Err(TxError::TimedOut { accepted: false }))
        }
        _ => tx.send_large(payload, now, &Never),
    };
    match result {
        Ok(()) | Err(TxError::TimedOut { accepted: true }) => Fate::Accepted,
        Err(TxError::Unfinished { .. }) => Fate::Unfinished,
        Err(TxError::TimedOut { accepted: false } | TxError::TooLong { .. }) => Fate::Refused,
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn long_streams_by_chance() {
    for seed in 1..200 {
        let mut chance = Chance::new(seed);
        let format = Format { max: 120, ..FORMATS[chance.below(3)] };
        let world = Loopback::default();
        let (a, b) = world.pair().unwrap_or_else(|_| panic!("the first connection"));
        let a = Faulty::new(a, Plan { seed, ..Plan::default() });
        let b = Faulty::new(b, Plan { seed: seed + 1_000_003, ..Plan::default() });
        let (mut pages, mut memory) = (vec![0; 64 + chance.below(300)], vec![0; 1 + chance.below(150)]);
        let mut tx = Tx::new(&a, format, &mut pages);
        let mut rx = Rx::new(&b, format, &mut memory);
        let frames: Vec<Vec<u8>> = (0..500)
            .map(|n| {
                let length = [chance.below(5), chance.below(20), chance.below(121)][chance.below(3)];
                (0..length).map(|i| (n * 7 + i) as u8).collect()
            })
            .collect();

        let (mut sent, mut got, mut out, mut tries, mut fate) = (0, 0, [0; 120], 0, Fate::Refused);
        while got < frames.len() {
            tries += 1;
            assert!(tries < 100_000, "seed {seed}: no end, {sent} sent, {got} received");
            if sent < frames.len() {
                fate = send(&mut tx, &frames[sent], fate, &mut chance);
                sent += usize::from(fate == Fate::Accepted);
            } else {
                let flushed = tx.flush(Deadline::NOW, &Never);
                assert!(matches!(flushed, Ok(()) | Err(TxError::TimedOut { accepted: false })), "{flushed:?}");
            }
            if chance.below(3) == 0 {
                continue;
            }
            match rx.recv_into(&mut out, Deadline::NOW, &Never) {
                Ok(Some(len)) => {
                    assert!(out[..len] == frames[got], "seed {seed}: frame {got}");
                    got += 1;
                }
                Err(RxError::TimedOut { .. }) => {}
                other => panic!("seed {seed}: {other:?}"),
            }
        }
        tx.close(Deadline::Never, &Never).unwrap();
        assert_eq!(rx.recv_into(&mut out, Deadline::Never, &Never), Ok(None), "seed {seed}");
    }
}
