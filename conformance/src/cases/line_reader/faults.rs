//! Streams that do not give what they have shown.

use heapless::Vec;
use sockpipe::{Errno, Never, RecvError, RecvExactError};

use super::{BOTH, READY, SECOND, reader};
use crate::{
    Verdict, World,
    cases::{
        common::SOON,
        recv::{deliver, rest},
    },
    claim,
    faulty::{Call, Fault, Plan},
    must,
};

const AGAIN: Fault = Fault::Fail(Errno::AGAIN);
const RESET: Fault = Fault::Fail(Errno::CONNRESET);

/// K-18
pub fn consumption_fails<W: World>(w: &W) -> Verdict {
    // A little at a time, and signals: that is asked for again, at once.
    for is_lazy in BOTH {
        let consume = [Fault::Short(1), Fault::Fail(Errno::INTR), Fault::Short(2), AGAIN, Fault::Zero];
        let (mut a, b) = w.faulty(Plan { consume: &consume, ..Plan::default() })?;
        deliver(&b, a.inner(), b"hello\nx")?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"hello");
        claim!(lines.finish(), Ok(&b""[..]));
        claim!((a.count(Call::Clock), rest(&a)), (0, must!(Vec::<u8, 64>::from_slice(b"x"))));
    }

    // For good: an eager reader has not handed it out, a lazy one has, and says so at the end.
    let consume = [Fault::Short(2), RESET];
    let (mut a, b) = w.faulty(Plan { consume: &consume, ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello\nx")?;
    let mut window = [0; 64];
    let mut lines = reader(false, &mut a, &mut window);
    let failed = RecvError::Failed { errno: Errno::CONNRESET, received: 2 };
    claim!(lines.recv_line(b'\n', SOON, &Never), Err(failed));
    claim!(lines.partial(), b"he");
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"hello");
    must!(lines.finish());
    claim!(rest(&a), b"x");

    for (fault, want) in [
        (RESET, RecvExactError::Failed { errno: Errno::CONNRESET, received: 2 }),
        (AGAIN, RecvExactError::Failed { errno: Errno::AGAIN, received: 2 }),
        (Fault::Zero, RecvExactError::Closed { received: 2 }),
    ] {
        let mut consume = [fault; 20];
        consume[0] = Fault::Short(2);
        let (mut a, b) = w.faulty(Plan { consume: &consume, ..Plan::default() })?;
        deliver(&b, a.inner(), b"hello\nx")?;
        let mut lines = reader(true, &mut a, &mut window);
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"hello");
        claim!(lines.finish(), Err(want));
        claim!((a.count(Call::Clock), rest(&a)), (0, must!(Vec::<u8, 64>::from_slice(b"llo\nx"))));
    }

    // One that hesitates for long is waited for, and nothing is handed out twice.
    for is_lazy in BOTH {
        let consume = [AGAIN; 20];
        let (mut a, b) = w.faulty(Plan { consume: &consume, wait: &[READY], clock: &[0], ..Plan::default() })?;
        deliver(&b, a.inner(), b"one\ntwo\n")?;
        let mut window = [0; 4];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        claim!(must!(lines.recv_line(b'\n', SECOND, &Never)), b"one");
        claim!(must!(lines.recv_line(b'\n', SECOND, &Never)), b"two");
        must!(lines.finish());
        claim!((a.count(Call::Clock), rest(&a).len()), (1, 0));
    }
    Ok(())
}
