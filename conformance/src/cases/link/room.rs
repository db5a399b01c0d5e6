//! Where received frames go: the link's memory, or the caller's.

use sockpipe::{
    Deadline, Never,
    link::{Rx, RxError},
};

use super::{super::common::SOON, BARE, FORMATS, deliver, receives, recv, recv_now, wire};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Plan},
    must,
};

const LONG: &[u8] = b"a frame of thirty-two bytes, you";

/// V-42
pub fn larger_than_the_memory<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(_tx[64], rx[8] = &b, &b, format);
        deliver(&a, &b, &wire(format.profile, &[b"small", LONG, b"small", LONG, LONG]))?;
        receives(&mut rx, &[b"small"])?;
        for _ in 0..2 {
            claim!(recv(&mut rx), Err(RxError::Larger { len: 32 }));
        }
        claim!(rx.next_len(Deadline::NOW, &Never), Ok(Some(32)));
        // It waits for more memory, and leaves what is too little alone.
        let mut out = [7; 40];
        claim!(rx.recv_into(&mut out[..31], SOON, &Never), Err(RxError::Larger { len: 32 }));
        claim!(out, [7; 40]);
        claim!(rx.recv_into(&mut out, SOON, &Never), Ok(Some(32)));
        claim!(out[..32], *LONG);
        claim!(out[32..], [7; 8]);
        receives(&mut rx, &[b"small"])?;
        for _ in 0..2 {
            claim!(rx.recv_into(&mut out[..32], SOON, &Never), Ok(Some(32)));
            claim!(out[..32], *LONG);
        }
    }
    Ok(())
}

/// V-43
pub fn fits_but_not_into_the_callers<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    halves!(_tx, rx = &b, &b, BARE);
    deliver(&a, &b, b"\x05\0\0\0hello\x05\0\0\0again\0\0\0\0")?;
    let mut out = [7; 4];
    claim!(rx.recv_into(&mut out, SOON, &Never), Err(RxError::Larger { len: 5 }));
    claim!(rx.recv_into(&mut [], SOON, &Never), Err(RxError::Larger { len: 5 }));
    claim!(out, [7; 4]);
    receives(&mut rx, &[b"hello"])?;
    let mut out = [7; 6];
    claim!(rx.recv_into(&mut out, SOON, &Never), Ok(Some(5)));
    claim!(out, *b"again\x07");
    claim!(rx.recv_into(&mut [], SOON, &Never), Ok(Some(0)));
    Ok(())
}

/// V-44
pub fn little_memory<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(_tx[64], rx[1] = &b, &b, format);
        deliver(&a, &b, &wire(format.profile, &[b"", b"x", LONG, b"yz", b""]))?;
        receives(&mut rx, &[b"", b"x"])?;
        let mut out = [0; 40];
        claim!(rx.recv_into(&mut out, SOON, &Never), Ok(Some(32)));
        claim!(out[..32], *LONG);
        claim!(recv(&mut rx), Err(RxError::Larger { len: 2 }));
        claim!(rx.recv_into(&mut out, SOON, &Never), Ok(Some(2)));
        claim!(out[..2], *b"yz");
        receives(&mut rx, &[b""])?;
    }
    let (b, a) = w.faulty(Plan::default())?;
    deliver(&a, b.inner(), b"\0\0\0\0")?;
    let mut rx = Rx::new(&b, BARE, &mut []);
    claim!(recv(&mut rx), Err(RxError::TooSmall));
    claim!(rx.recv_into(&mut [0; 4], SOON, &Never), Err(RxError::TooSmall));
    claim!(rx.next_len(SOON, &Never), Err(RxError::TooSmall));
    claim!(b.calls(), []);
    Ok(())
}

/// V-45
pub fn many_frames_one_call<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (b, a) = w.faulty(Plan::default())?;
        halves!(_tx, rx = b.inner(), &b, format);
        deliver(&a, b.inner(), &wire(format.profile, &[&b"x"[..]; 20]))?;
        for _ in 0..20 {
            claim!(recv_now(&mut rx), Ok(Some(&b"x"[..])));
        }
        claim!(b.calls(), [Call::Recv(256)]);
    }
    Ok(())
}

/// V-46
pub fn lent_to_be_changed<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    halves!(_tx, rx = &b, &b, BARE);
    deliver(&a, &b, b"\x05\0\0\0hello\x05\0\0\0again")?;
    let frame = must!(rx.recv(SOON, &Never)).unwrap_or_default();
    claim!(*frame, *b"hello");
    frame.fill(0xFF);
    claim!(*frame, [0xFF; 5]);
    receives(&mut rx, &[b"again"])
}

/// V-47
pub fn looking_takes_nothing<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    halves!(_tx, rx = &b, &b, FORMATS[1]);
    claim!(rx.buffered(), false);
    deliver(&a, &b, &wire(FORMATS[1].profile, &[b"hello", b""]))?;
    for _ in 0..3 {
        claim!(rx.next_len(Deadline::NOW, &Never), Ok(Some(5)));
    }
    claim!(rx.buffered());
    receives(&mut rx, &[b"hello"])?;
    claim!(rx.buffered());
    for _ in 0..2 {
        claim!(rx.next_len(Deadline::NOW, &Never), Ok(Some(0)));
    }
    receives(&mut rx, &[b""])?;
    claim!(rx.buffered(), false);
    claim!(rx.next_len(Deadline::NOW, &Never), Err(RxError::TimedOut { received: 0 }));
    Ok(())
}
