//! Lines that do not come whole, and those that are too long.

use core::sync::atomic::AtomicBool;

use heapless::{String, Vec};
use sockpipe::{Deadline, Errno, Never, RecvError, Sink};

use super::{BOTH, SECOND, reader};
use crate::{
    Act, Verdict, World,
    cases::{
        common::{SOON, Soon},
        recv::{deliver, rest},
    },
    claim,
    faulty::{Fault, Plan},
    must,
};

/// K-13
pub fn part_is_kept<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let (mut a, b) = w.pair()?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        deliver(&b, lines.get_ref(), b"ab")?;
        claim!(lines.recv_line(b'\n', Deadline::NOW, &Never), Err(RecvError::TimedOut { received: 2 }));
        claim!(lines.partial(), b"ab");
        must!(b.send(b"c"));
        let interrupt = Soon::new(w)?;
        claim!(lines.recv_line(b'\n', SOON, &interrupt), Err(RecvError::Interrupted { received: 3 }));
        must!(b.send(b"d\nef"));
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"abcd");
        claim!(lines.partial(), b"");
        w.now(b, Act::Closes)?;
        // The end: what stands before it is not lost.
        claim!(lines.recv_line(b'\n', SOON, &Never), Err(RecvError::Closed { received: 2 }));
        claim!(lines.recv_line(b'\n', SOON, &Never), Err(RecvError::Closed { received: 2 }));
        claim!(lines.finish(), Ok(&b"ef"[..]));
        claim!(rest(&a), b"");
        part_with_another_terminator(w, is_lazy)?;
    }
    Ok(())
}

/// It was taken already, so none of what has come since is taken in its place.
fn part_with_another_terminator<W: World>(w: &W, is_lazy: bool) -> Verdict {
    let (mut a, b) = w.pair()?;
    let mut window = [0; 64];
    let mut lines = reader(is_lazy, &mut a, &mut window);
    deliver(&b, lines.get_ref(), b"ab;cd;ef")?;
    claim!(lines.recv_line(b'\n', Deadline::NOW, &Never), Err(RecvError::TimedOut { received: 8 }));
    deliver(&b, lines.get_ref(), b"12345678\nraw")?;
    claim!(must!(lines.recv_line(b';', SOON, &Never)), b"ab");
    claim!(lines.partial(), b"cd;ef");
    claim!(must!(lines.recv_line(b';', SOON, &Never)), b"cd");
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"ef12345678");
    claim!(lines.finish(), Ok(&b""[..]));
    claim!(rest(&a), b"raw");
    Ok(())
}

/// K-14
pub fn longer_than_the_window<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let (mut a, b) = w.pair()?;
        deliver(&b, &a, b"1234567\n12345678\nabcdefghijkl\nxy\n")?;
        let mut window = [0; 8];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        // The terminator counts.
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"1234567");
        let too_long = RecvError::TooLong { limit: 8, received: 8 };
        claim!(lines.recv_line(b'\n', SOON, &Never), Err(too_long));
        claim!(lines.recv_line(b'\n', Deadline::NOW, &Never), Err(too_long));
        claim!(lines.partial(), b"12345678");
        // There is more room elsewhere.
        let mut out = Vec::<u8, 16>::new();
        must!(lines.recv_until_terminator(b'\n', &mut out, SOON, &Never));
        claim!(out, b"12345678");
        // Or it is passed over.
        claim!(lines.recv_line(b'\n', SOON, &Never), Err(too_long));
        claim!(lines.take_partial(), b"abcdefgh");
        claim!(lines.take_partial(), b"");
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"ijkl");
        must!(lines.finish());
        claim!(rest(&a), b"xy\n");
    }
    Ok(())
}

/// K-15
pub fn hardly_a_window<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let (mut a, b) = w.pair()?;
        deliver(&b, &a, b"\nab\n")?;
        let mut lines = reader(is_lazy, &mut a, &mut []);
        claim!(lines.recv_line(b'\n', SOON, &Never), Err(RecvError::TooLong { limit: 0, received: 0 }));
        drop(lines);
        let mut window = [0];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"");
        claim!(lines.recv_line(b'\n', SOON, &Never), Err(RecvError::TooLong { limit: 1, received: 1 }));
        let mut out = Vec::<u8, 16>::new();
        must!(lines.recv_until_terminator(b'\n', &mut out, SOON, &Never));
        claim!(out, b"ab");
    }
    Ok(())
}

/// K-16
pub fn what_is_reported_first<W: World>(w: &W) -> Verdict {
    let set = AtomicBool::new(true);
    for is_lazy in BOTH {
        for (fault, deadline, want) in [
            (Fault::Fail(Errno::CONNRESET), Deadline::NOW, RecvError::Failed { errno: Errno::CONNRESET, received: 0 }),
            (Fault::Zero, Deadline::NOW, RecvError::Closed { received: 0 }),
            (Fault::Fail(Errno::AGAIN), Deadline::NOW, RecvError::TimedOut { received: 0 }),
            (Fault::Fail(Errno::INTR), SECOND, RecvError::Interrupted { received: 0 }),
        ] {
            let peek = [fault];
            let (mut a, _b) = w.faulty(Plan { peek: &peek, clock: &[0], ..Plan::default() })?;
            let mut window = [0; 64];
            let mut lines = reader(is_lazy, &mut a, &mut window);
            claim!(lines.recv_line(b'\n', deadline, &set), Err(want));
            let mut out = String::<16>::new();
            let end = lines.recv_until_terminator(b'\n', &mut out, Deadline::NOW, &set);
            claim!(end, Err(RecvError::TimedOut { received: 0 }));
        }
        let plan = Plan { wait: &[Fault::Fail(Errno::NOMEM)], clock: &[0], ..Plan::default() };
        let (mut a, b) = w.faulty(plan)?;
        deliver(&b, a.inner(), b"ab")?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        let end = lines.recv_line(b'\n', SECOND, &Never);
        claim!(end, Err(RecvError::Wait { errno: Errno::NOMEM, received: 2 }));
        claim!(lines.finish(), Ok(&b"ab"[..]));
    }
    Ok(())
}
