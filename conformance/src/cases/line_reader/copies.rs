//! Lines into text and bytes of the caller's.

use heapless::{String, Vec};
use sockpipe::{Deadline, Events, Never, RecvError, Sink};

use super::{BOTH, READY, SECOND, reader};
use crate::{
    Act, Verdict, World,
    cases::{
        common::SOON,
        recv::{deliver, rest},
    },
    claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// K-17. As for `recv_until_terminator` without a reader: R.
pub fn text<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let (mut a, b) = w.pair()?;
        deliver(&b, &a, b"gr\xC3\xBCn\nab\xFFcd\nefgh\n\xC3")?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        let mut line = String::<4>::new();
        // Two places are left, and the terminator takes one: it is appended to.
        let end = lines.recv_until_terminator(b'\n', &mut line, SOON, &Never);
        claim!((end, &line[..]), (Err(RecvError::TooLong { limit: 4, received: 4 }), "grü"));
        line.clear();
        must!(lines.recv_until_terminator(b'\n', &mut line, SOON, &Never));
        claim!(line, "n");
        // What is no text is not handed out, however often it is asked for.
        line.clear();
        for received in [2, 0] {
            let end = lines.recv_until_terminator(b'\n', &mut line, SOON, &Never);
            claim!((end, &line[..]), (Err(RecvError::NotUtf8 { received }), "ab"));
        }
        claim!(lines.partial(), b"");
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"\xFFcd");
        let mut bytes = Vec::<u8, 5>::new();
        must!(lines.recv_until_terminator(b'\n', &mut bytes, SOON, &Never));
        claim!(bytes, b"efgh");
        // Half a character waits for its rest, and what comes is none.
        line.clear();
        let end = lines.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never);
        claim!(end, Err(RecvError::TimedOut { received: 1 }));
        w.now(b, Act::Closes)?;
        let end = lines.recv_until_terminator(b'\n', &mut line, SOON, &Never);
        claim!(end, Err(RecvError::NotUtf8 { received: 1 }));
        claim!((&line[..], lines.finish()), ("", Ok(&b"\xC3"[..])));
        claim!(rest(&a), b"");
    }

    // It is taken before it is waited for, so the wait is for new bytes, and nobody naps.
    for is_lazy in BOTH {
        let plan = Plan { peek: &[Fault::Short(3)], wait: &[READY], clock: &[0], ..Plan::default() };
        let (mut a, b) = w.faulty(plan)?;
        deliver(&b, a.inner(), "grün\n".as_bytes())?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        let mut line = String::<16>::new();
        must!(lines.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
        claim!(line, "grün");
        drop(lines);
        claim!(a.count(Call::Wait(Events::RECV, None)), 1);
        claim!(rest(&a), b"");
    }

    // A line longer than the window, and than several.
    for is_lazy in BOTH {
        let (mut a, b) = w.pair()?;
        must!(b.send(b"0123456789012345678901234567890123456789\nx"));
        let mut window = [0; 7];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        let mut line = String::<64>::new();
        must!(lines.recv_until_terminator(b'\n', &mut line, SOON, &Never));
        claim!(line, "0123456789012345678901234567890123456789");
        must!(lines.finish());
        claim!(rest(&a), b"x");
    }
    Ok(())
}
