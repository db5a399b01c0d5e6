//! Frames that are longer than a page: sent from where they are.

use sockpipe::{Deadline, Errno, Events, Never, link::TxError};

use super::{
    super::common::{SOON, ms},
    BARE, FORMATS, receives,
};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

const AGAIN: Fault = Fault::Fail(Errno::AGAIN);

/// Bytes that no two neighbours of are alike.
const LONG: [u8; 200] = {
    let mut bytes = [0; 200];
    let mut n = 0;
    while n < bytes.len() {
        bytes[n] = n as u8;
        n += 1;
    }
    bytes
};

/// V-64
pub fn one_call<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.faulty(Plan::default())?;
        halves!(tx[64], rx = &a, &b, format);
        must!(tx.flush(SOON, &Never));
        let before = a.calls().len();
        must!(tx.send_large(&LONG, SOON, &Never));
        must!(tx.send(&LONG, SOON, &Never));
        must!(tx.send_vectored(&[&LONG[..50], &LONG[50..]], SOON, &Never));
        claim!(a.calls()[before..], [Call::Send(format.profile.header_len() + 200); 3]);
        receives(&mut rx, &[&LONG[..]; 3])?;
    }
    Ok(())
}

/// V-65
pub fn behind_the_others<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx[64], rx = &a, &b, format);
        must!(tx.batch().feed(b"1", SOON, &Never));
        must!(tx.send_large(&LONG, SOON, &Never));
        must!(must!(must!(tx.reserve(1, SOON, &Never)).alloc(1)).commit_later());
        must!(tx.send(&LONG, SOON, &Never));
        must!(tx.send(b"3", SOON, &Never));
        receives(&mut rx, &[b"1", &LONG, &[0], &LONG, b"3"])?;
    }
    Ok(())
}

/// V-66
pub fn unfinished<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { send: &[AGAIN, Fault::Short(10), AGAIN], ..Plan::default() })?;
    halves!(tx[64], rx = &a, &b, BARE);
    // Before its first byte has gone out it leaves no trace.
    claim!(tx.send_large(&LONG, Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    let unfinished = Err(TxError::Unfinished { sent: 6, total: 200 });
    claim!(tx.send_large(&LONG, Deadline::NOW, &Never), unfinished);
    claim!(tx.send_large(&LONG, Deadline::NOW, &Never), unfinished);
    let calls = a.calls().len();
    claim!(tx.send(b"x", SOON, &Never), unfinished);
    claim!(tx.send(&LONG, SOON, &Never), unfinished);
    claim!(tx.send_large(&LONG[1..], SOON, &Never), unfinished);
    claim!(tx.reserve(1, SOON, &Never).map(drop), unfinished);
    claim!(tx.batch().feed(b"x", SOON, &Never), unfinished);
    claim!(tx.flush(SOON, &Never), unfinished);
    claim!(tx.close(SOON, &Never), unfinished);
    claim!(a.calls().len(), calls);
    must!(tx.send_large(&LONG, SOON, &Never));
    claim!(a.calls()[calls..], [Call::Send(194)]);
    must!(tx.send(b"x", SOON, &Never));
    receives(&mut rx, &[&LONG, b"x"])
}

/// V-67
pub fn unfinished_at_each_byte<W: World>(w: &W) -> Verdict {
    let frame = &LONG[..20];
    for format in FORMATS {
        let (a, b) = w.faulty(Plan { send: &[Fault::Short(1); 64], ..Plan::default() })?;
        halves!(tx[32], rx = &a, &b, format);
        must!(tx.flush(SOON, &Never));
        let header = format.profile.header_len();
        for n in 1..header + 20 {
            let sent = n.saturating_sub(header);
            let result = tx.send_large(frame, Deadline::NOW, &Never);
            claim!((n, result), (n, Err(TxError::Unfinished { sent, total: 20 })));
        }
        must!(tx.send_large(frame, Deadline::NOW, &Never));
        receives(&mut rx, &[frame])?;
    }
    Ok(())
}

/// V-68
pub fn stall_limit<W: World>(w: &W) -> Verdict {
    let plan = Plan { send: &[Fault::Short(10), AGAIN, AGAIN], wait: &[Fault::Sleeps], clock: &[0], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    let mut pages = [0; 64];
    let mut tx = sockpipe::link::Tx::new(&a, BARE, &mut pages).with_stall_limit(ms(5000));
    // The caller's own time does not end what others wait behind.
    claim!(tx.send(&LONG, Deadline::NOW, &Never), Err(TxError::Stalled));
    claim!(a.calls().contains(&Call::Wait(Events::SEND, Some(ms(5000)))));
    let calls = a.calls().len();
    for _ in 0..2 {
        claim!(tx.send(b"x", SOON, &Never), Err(TxError::Stalled));
        claim!(tx.reserve(1, SOON, &Never).map(drop), Err(TxError::Stalled));
        claim!(tx.flush(SOON, &Never), Err(TxError::Stalled));
        claim!(tx.send_large(&LONG, SOON, &Never), Err(TxError::Stalled));
    }
    claim!(a.calls().len(), calls);
    drop(b);
    Ok(())
}
