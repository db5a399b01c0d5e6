//! Permits and slots.

use sockpipe::{
    Deadline, Never,
    link::{RxError, TxError},
};

use super::{super::common::SOON, BARE, FORMATS, receives, recv_now};
use crate::{Verdict, World, claim, faulty::Plan, must};

/// V-12: `dropped_permit_sends_nothing`.
pub fn dropped_permit<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        drop(must!(tx.reserve(10, SOON, &Never)));
        must!(tx.send(b"yep", SOON, &Never));
        drop(must!(tx.reserve(10, SOON, &Never)));
        must!(tx.flush(SOON, &Never));
        claim!(tx.pending(), 0);
        must!(tx.send(b"last", SOON, &Never));
        receives(&mut rx, &[b"yep", b"last"])?;
    }
    Ok(())
}

/// V-13: `dropped_slot_sends_nothing`.
pub fn dropped_slot<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        let mut slot = must!(must!(tx.reserve(10, SOON, &Never)).alloc(4));
        slot.copy_from_slice(b"nope");
        drop(slot);
        must!(tx.send(b"ok", SOON, &Never));
        receives(&mut rx, &[b"ok"])?;
        claim!(recv_now(&mut rx), Err(RxError::TimedOut { received: 0 }));
    }
    Ok(())
}

/// V-14
pub fn slot_is_zero_and_of_its_length<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        // Both pages were used before, a few times.
        for len in [tx.max_len(), 0, 1, 50, tx.max_len(), 17] {
            let permit = must!(tx.reserve(tx.max_len(), SOON, &Never));
            claim!(permit.max_len(), tx.max_len());
            let mut slot = must!(permit.alloc(len));
            claim!((slot.len(), slot.iter().any(|byte| *byte != 0)), (len, false));
            slot.fill(0xFF);
            must!(slot.commit());
            must!(tx.flush(SOON, &Never));
            receives(&mut rx, &[&[0xFF; 128][..len]])?;
        }
    }
    Ok(())
}

/// V-15
pub fn commit_takes_what_is_there<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    halves!(tx, rx = &a, &b, BARE);
    let mut slot = must!(must!(tx.reserve(20, SOON, &Never)).alloc(5));
    slot.copy_from_slice(b"first");
    claim!(slot[..], *b"first");
    slot[..3].copy_from_slice(b"las");
    slot[3] = b't';
    claim!(recv_now(&mut rx), Err(RxError::TimedOut { received: 0 }));
    must!(slot.commit());
    receives(&mut rx, &[b"lastt"])
}

/// V-16
pub fn alloc_more_than_reserved<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        must!(tx.flush(SOON, &Never));
        let permit = must!(tx.reserve(5, SOON, &Never));
        claim!(permit.alloc(6).map(drop), Err(TxError::TooLong { len: 6, max: 5 }));
        // The room is free again, all of it.
        let slot = must!(must!(tx.reserve(tx.max_len(), Deadline::NOW, &Never)).alloc(1));
        must!(slot.commit());
        receives(&mut rx, &[&[0]])?;
    }
    Ok(())
}

/// V-17
pub fn gaps<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        // Dropped in front of another, shorter than reserved between two others, dropped behind them.
        let dropped = must!(tx.reserve(7, SOON, &Never));
        let short = must!(must!(tx.reserve(20, SOON, &Never)).alloc(2));
        let empty = must!(must!(tx.reserve(9, SOON, &Never)).alloc(0));
        let mut last = must!(must!(tx.reserve(4, SOON, &Never)).alloc(4));
        let behind = must!(tx.reserve(1, SOON, &Never));
        last.copy_from_slice(b"last");
        must!(last.commit());
        must!(short.commit());
        drop(behind);
        must!(empty.commit());
        claim!(recv_now(&mut rx), Err(RxError::TimedOut { received: 0 }));
        drop(dropped);
        receives(&mut rx, &[&[0; 2], b"", b"last"])?;
        claim!(tx.pending(), 0);
        must!(tx.send(b"and on", SOON, &Never));
        receives(&mut rx, &[b"and on"])?;
    }
    Ok(())
}

/// V-18
pub fn open_slot_holds_up<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    halves!(tx, rx = &a, &b, BARE);
    let mut slot = must!(must!(tx.reserve(5, SOON, &Never)).alloc(5));
    claim!(tx.send(b"later", Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: true }));
    claim!(tx.flush(Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    slot.copy_from_slice(b"first");
    must!(slot.commit());
    receives(&mut rx, &[b"first", b"later"])?;
    claim!(tx.pending(), 0);
    Ok(())
}

/// V-19
pub fn in_the_order_of_acceptance<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        let later = |byte| {
            let mut slot = tx.reserve(9, SOON, &Never)?.alloc(1)?;
            slot.fill(byte);
            slot.commit_later()
        };
        must!(later(b'1'));
        must!(tx.send(b"2", SOON, &Never));
        must!(later(b'3'));
        must!(later(b'4'));
        must!(tx.batch().feed(b"5", SOON, &Never));
        must!(tx.send_large(b"6", SOON, &Never));
        must!(tx.batch().feed(b"7", SOON, &Never));
        must!(tx.send(&[b'8'; 200], SOON, &Never));
        must!(tx.flush(SOON, &Never));
        receives(&mut rx, &[b"1", b"2", b"3", b"4", b"5", b"6", b"7", &[b'8'; 200]])?;
    }
    Ok(())
}
