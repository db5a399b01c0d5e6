//! A peer that does not read.

use core::sync::atomic::AtomicBool;

use sockpipe::{
    Deadline, Never, Source,
    link::{RxError, TxError},
};

use super::{
    super::common::{SOON, Soon, fill},
    BARE, receives, recv_now,
};
use crate::{Verdict, World, claim, faulty::Plan, must};

/// Two of these do not fit into a page of 32 bytes.
const ONE: &[u8] = b"frame of a page ...1";
const TWO: &[u8] = b"frame of a page ...2";
const THREE: &[u8] = b"frame of a page ...3";

/// Takes what `fill` has sent.
fn drain(from: &impl Source, mut n: usize) -> Verdict {
    let mut bytes = [0; 1024];
    while n > 0 {
        let some = n.min(bytes.len());
        must!(from.recv_exact(&mut bytes[..some], SOON, &Never));
        n -= some;
    }
    Ok(())
}

/// V-60: as with a queue of one frame beside the one that is being written.
pub fn third_reserve_waits<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let filled = fill::<W>(&a)?;
    halves!(tx[64], rx = &a, &b, BARE);
    for frame in [ONE, TWO] {
        let mut slot = must!(must!(tx.reserve(20, Deadline::NOW, &Never)).alloc(20));
        slot.copy_from_slice(frame);
        must!(slot.commit());
    }
    let result = tx.reserve(20, Deadline::NOW, &Never).map(drop);
    claim!(result, Err(TxError::TimedOut { accepted: false }));
    let result = tx.reserve(20, SOON, &Soon::new(w)?).map(drop);
    claim!(result, Err(TxError::Interrupted { accepted: false }));
    claim!(tx.pending(), 48);
    drain(&b, filled)?;
    let mut slot = must!(must!(tx.reserve(20, SOON, &Never)).alloc(20));
    slot.copy_from_slice(THREE);
    must!(slot.commit());
    must!(tx.flush(SOON, &Never));
    receives(&mut rx, &[ONE, TWO, THREE])
}

/// V-61
pub fn capacity_comes_back<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.faulty(Plan::default())?;
    halves!(tx[64], _rx = &a, &a, BARE);
    let refused = Err(TxError::TimedOut { accepted: false });
    for _ in 0..5 {
        let permit = must!(tx.reserve(20, Deadline::NOW, &Never));
        claim!(tx.reserve(20, Deadline::NOW, &Never).map(drop), refused);
        drop(permit);
        let slot = must!(must!(tx.reserve(20, Deadline::NOW, &Never)).alloc(20));
        claim!(tx.reserve(20, Deadline::NOW, &Never).map(drop), refused);
        drop(slot);
    }
    claim!((tx.pending(), a.count(crate::faulty::Call::Send(0))), (0, 0));
    Ok(())
}

/// V-62: `send_cancel_before_capacity_does_not_enqueue`.
pub fn cancelled_before_it_had_room<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let filled = fill::<W>(&a)?;
    halves!(tx[64], rx = &a, &b, BARE);
    // Longer than a page.
    claim!(tx.send(&[3; 100], Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    claim!(tx.send_large(&[3; 100], Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    for frame in [ONE, TWO] {
        claim!(tx.send(frame, Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: true }));
    }
    claim!(tx.send(THREE, Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    let set = AtomicBool::new(true);
    claim!(tx.send(THREE, SOON, &set), Err(TxError::Interrupted { accepted: false }));
    claim!(tx.send(&[3; 100], Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    drain(&b, filled)?;
    must!(tx.flush(SOON, &Never));
    receives(&mut rx, &[ONE, TWO])?;
    claim!(recv_now(&mut rx), Err(RxError::TimedOut { received: 0 }));
    must!(tx.send(THREE, SOON, &Never));
    receives(&mut rx, &[THREE])
}

/// V-63: `send_cancel_after_enqueue_still_flushes_once`.
pub fn cancelled_after_it_was_accepted<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let filled = fill::<W>(&a)?;
    halves!(tx[64], rx = &a, &b, BARE);
    claim!(tx.send(ONE, SOON, &Soon::new(w)?), Err(TxError::Interrupted { accepted: true }));
    claim!(tx.flush(Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    claim!(tx.flush(SOON, &Soon::new(w)?), Err(TxError::Interrupted { accepted: false }));
    claim!(tx.pending(), 24);
    drain(&b, filled)?;
    // Whoever sends next sends it first.
    must!(tx.send(TWO, SOON, &Never));
    receives(&mut rx, &[ONE, TWO])?;
    claim!(recv_now(&mut rx), Err(RxError::TimedOut { received: 0 }));
    Ok(())
}
