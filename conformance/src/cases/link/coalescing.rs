//! Many frames in few system calls.

use sockpipe::{
    Deadline, Errno, Never, Sink,
    link::{Tx, TxError},
};

use super::{super::common::SOON, BARE, FORMATS, receives};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// Accepts a frame, and leaves it to others to send it.
fn later(tx: &Tx<'_, impl Sink>, payload: &[u8]) -> Result<(), TxError> {
    let mut slot = tx.reserve(payload.len(), SOON, &Never)?.alloc(payload.len())?;
    slot.copy_from_slice(payload);
    slot.commit_later()
}

/// V-54
pub fn batch<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.faulty(Plan::default())?;
        halves!(tx, rx = &a, &b, format);
        let mut batch = tx.batch();
        for _ in 0..13 {
            must!(batch.feed(b"x", SOON, &Never));
        }
        claim!(a.calls(), []);
        must!(batch.flush(SOON, &Never));
        must!(batch.flush(SOON, &Never));
        let frames = 13 * (format.profile.header_len() + 1);
        claim!(a.calls(), [Call::Send(format.profile.prologue().len() + frames)]);
        receives(&mut rx, &[&b"x"[..]; 13])?;
    }
    Ok(())
}

/// V-55
pub fn commit_later<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    halves!(tx, rx = &a, &b, BARE);
    must!(later(&tx, b"one"));
    must!(later(&tx, b"two"));
    claim!((tx.pending(), a.calls().len()), (14, 0));
    must!(must!(must!(tx.reserve(9, SOON, &Never)).alloc(1)).commit());
    claim!((tx.pending(), a.calls()), (0, [Call::Send(19)].into_iter().collect()));
    must!(later(&tx, b"three"));
    must!(tx.send(b"four", SOON, &Never));
    must!(later(&tx, b"five"));
    must!(tx.flush(SOON, &Never));
    claim!(a.calls()[1..], [Call::Send(17), Call::Send(8)]);
    receives(&mut rx, &[b"one", b"two", &[0], b"three", b"four", b"five"])
}

/// V-56
pub fn what_came_while_the_stream_was_full<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { send: &[Fault::Fail(Errno::AGAIN); 10], ..Plan::default() })?;
    halves!(tx, rx = &a, &b, BARE);
    for byte in 0..10 {
        let mut slot = must!(must!(tx.reserve(1, SOON, &Never)).alloc(1));
        slot[0] = byte;
        must!(slot.commit());
    }
    // Each of them has tried to send the first.
    claim!(a.calls(), [Call::Send(5); 10]);
    must!(tx.flush(SOON, &Never));
    claim!(a.calls()[10..], [Call::Send(5), Call::Send(45)]);
    for byte in 0..10 {
        receives(&mut rx, &[&[byte]])?;
    }
    Ok(())
}

/// V-57
pub fn batch_dropped<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    halves!(tx, rx = &a, &b, BARE);
    must!(tx.batch().feed(b"one", SOON, &Never));
    must!(tx.batch().feed(b"two", SOON, &Never));
    claim!((tx.pending(), a.calls().len()), (14, 0));
    must!(tx.send(b"three", SOON, &Never));
    claim!(a.calls(), [Call::Send(14 + 9)]);
    receives(&mut rx, &[b"one", b"two", b"three"])
}

/// V-58
pub fn more_than_a_page<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    halves!(tx[64], rx = &a, &b, BARE);
    let mut batch = tx.batch();
    for frame in [b"frame 1.", b"frame 2.", b"frame 3."] {
        must!(batch.feed(frame, SOON, &Never));
    }
    claim!(a.calls(), [Call::Send(24)]);
    // One that has no room in any page goes behind those that came before.
    must!(batch.feed(&[b'L'; 200], SOON, &Never));
    must!(batch.feed(b"last", SOON, &Never));
    must!(batch.flush(SOON, &Never));
    claim!(a.calls()[1..], [Call::Send(12), Call::Send(204), Call::Send(8)]);
    receives(&mut rx, &[b"frame 1.", b"frame 2.", b"frame 3.", &[b'L'; 200], b"last"])
}

/// V-59
pub fn feed_waits_for_room<W: World>(w: &W) -> Verdict {
    let full = [Fault::Fail(Errno::AGAIN); 3];
    let (a, b) = w.faulty(Plan { send: &full, ..Plan::default() })?;
    halves!(tx[64], rx = &a, &b, BARE);
    let mut batch = tx.batch();
    for frame in [b"frame 1.", b"frame 2.", b"frame 3.", b"frame 4."] {
        must!(batch.feed(frame, Deadline::NOW, &Never));
    }
    claim!(batch.feed(b"frame 5.", Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    claim!(batch.flush(Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    must!(batch.feed(b"frame 6.", SOON, &Never));
    must!(batch.flush(SOON, &Never));
    receives(&mut rx, &[b"frame 1.", b"frame 2.", b"frame 3.", b"frame 4.", b"frame 6."])
}
