//! What has come of a frame stays, whatever ends the waiting for the rest.

use core::sync::atomic::AtomicBool;

use heapless::Vec;
use sockpipe::{
    Deadline, Errno, Events, Never,
    link::{Format, RxError},
};

use super::{super::common::SOON, BARE, FORMATS, deliver, receives, recv_now, wire};
use crate::{
    Verdict, World, claim,
    faulty::{Fault, Plan},
};

const FRAMES: [&[u8]; 4] = [b"hi", b"", b"seventeen bytes !", b"x"];

/// V-36: `recv_can_be_cancelled_during_partial_frame`.
pub fn partial_frame<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    halves!(_tx, rx = &b, &b, FORMATS[1]);
    deliver(&a, &b, b"VOXL\x01\x00\x11\0\0\0sevent")?;
    claim!(recv_now(&mut rx), Err(RxError::TimedOut { received: 4 + 6 }));
    claim!(recv_now(&mut rx), Err(RxError::TimedOut { received: 4 + 6 }));
    deliver(&a, &b, b"een bytes !")?;
    claim!(recv_now(&mut rx), Ok(Some(FRAMES[2])));
    Ok(())
}

/// How many bytes of a prologue or frame have come when so many of the stream have.
fn received(format: Format, n: usize) -> usize {
    let mut rest = n;
    let units = FRAMES.map(|frame| format.profile.header_len() + frame.len());
    for unit in [format.profile.prologue().len()].into_iter().chain(units) {
        if rest < unit {
            return rest;
        }
        rest -= unit;
    }
    rest
}

/// A byte comes at a time, and after each the call ends: how much memory it has, what it calls, and with which error that ends.
macro_rules! a_byte_at_a_time {
    ($w:expr, [$memory:expr], |$rx:ident| $recv:expr, $ends:ident) => {
        for format in FORMATS {
            let (a, b) = $w.pair()?;
            halves!(_tx[256], $rx[$memory] = &b, &b, format);
            let mut frames = FRAMES.iter();
            for (n, byte) in wire(format.profile, &FRAMES).iter().enumerate() {
                deliver(&a, &b, &[*byte])?;
                loop {
                    let result: Result<Option<&[u8]>, RxError> = $recv;
                    match result {
                        Ok(frame) => claim!(frame, frames.next().copied()),
                        Err(end) => {
                            claim!((n, end), (n, RxError::$ends { received: received(format, n + 1) }));
                            break;
                        }
                    }
                }
            }
            claim!(frames.next(), None);
        }
    };
}

/// V-37
pub fn timeout_at_each_byte<W: World>(w: &W) -> Verdict {
    a_byte_at_a_time!(w, [32], |rx| recv_now(&mut rx), TimedOut);
    Ok(())
}

/// V-38
pub fn interrupt_at_each_byte<W: World>(w: &W) -> Verdict {
    let set = AtomicBool::new(true);
    a_byte_at_a_time!(
        w,
        [32],
        |rx| rx.recv(Deadline::Never, &set).map(|frame| frame.map(|bytes| &*bytes)),
        Interrupted
    );
    Ok(())
}

/// V-39
pub fn into_at_each_byte<W: World>(w: &W) -> Verdict {
    let mut out = [0; 32];
    a_byte_at_a_time!(
        w,
        [3],
        |rx| rx.recv_into(&mut out, Deadline::NOW, &Never).map(|len| len.map(|len| &out[..len])),
        TimedOut
    );
    Ok(())
}

/// V-40
pub fn other_verbs_go_on<W: World>(w: &W) -> Verdict {
    let timed_out = |received| Err(RxError::TimedOut { received });
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(_tx, rx = &b, &b, format);
        let bytes = wire(format.profile, &[b"hello"]);
        let (begin, end) = bytes.split_at(bytes.len() - 3);
        let received = format.profile.header_len() + 2;
        deliver(&a, &b, begin)?;
        claim!(rx.next_len(Deadline::NOW, &Never), Ok(Some(5)));
        claim!(rx.recv(Deadline::NOW, &Never).map(drop), timed_out(received));
        let mut out = [7; 6];
        claim!(rx.recv_into(&mut out, Deadline::NOW, &Never).map(drop), timed_out(received));
        claim!(out, [7; 6]);
        deliver(&a, &b, end)?;
        claim!(rx.next_len(Deadline::NOW, &Never), Ok(Some(5)));
        claim!(rx.recv_into(&mut out, Deadline::NOW, &Never), Ok(Some(5)));
        claim!(out, *b"hello\x07");
        claim!(rx.next_len(Deadline::NOW, &Never).map(drop), timed_out(0));
    }
    Ok(())
}

/// V-41
pub fn nuisances_in_receiving<W: World>(w: &W) -> Verdict {
    const AGAIN: Fault = Fault::Fail(Errno::AGAIN);
    const SIGNAL: Fault = Fault::Fail(Errno::INTR);
    let recv: Vec<Fault, 100> = (0..20)
        .flat_map(|_| [Fault::Short(1), SIGNAL, Fault::Short(2), AGAIN, Fault::Fail(Errno::INPROGRESS)])
        .collect();
    for format in FORMATS {
        let wait = [Fault::Ready(Events::RECV); 100];
        let (b, a) = w.faulty(Plan { recv: &recv, wait: &wait, ..Plan::default() })?;
        deliver(&a, b.inner(), &wire(format.profile, &FRAMES))?;
        halves!(_tx, rx = b.inner(), &b, format);
        receives(&mut rx, &FRAMES)?;
    }

    // A wait that fails takes nothing with it.
    let plan = Plan { recv: &[Fault::Short(6), AGAIN], wait: &[Fault::Fail(Errno::NOMEM)], ..Plan::default() };
    let (b, a) = w.faulty(plan)?;
    deliver(&a, b.inner(), b"\x05\0\0\0hello")?;
    halves!(_tx, rx = b.inner(), &b, BARE);
    claim!(rx.recv(SOON, &Never).map(drop), Err(RxError::Wait { errno: Errno::NOMEM, received: 6 }));
    receives(&mut rx, &[b"hello"])
}
