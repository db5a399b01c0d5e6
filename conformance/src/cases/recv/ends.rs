//! How a stream ends, and what becomes of what came before.

use core::{sync::atomic::AtomicBool, time::Duration};

use heapless::{String, Vec};
use sockpipe::{Deadline, Errno, Never, Peek, RecvError, Sink};

use super::{SOON, deliver, rest};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Fault, Plan},
    must,
};

const CLOSED: RecvError = RecvError::Closed { received: 0 };
const RESET: RecvError = RecvError::Failed { errno: Errno::CONNRESET, received: 0 };

///
pub fn end_before_any_data<W: World>(w: &W) -> Verdict {
    for act in [Act::Closes, Act::HalfCloses] {
        let (a, b) = w.pair()?;
        w.now(b, act)?;
        let mut line = String::<16>::new();
        for _ in 0..2 {
            ends!(
                a.recv_until_terminator(b'\n', &mut line, SOON, &Never),
                CLOSED,
                "Connection unexpectedly closed by peer"
            );
        }
        claim!(line, "");
    }
    Ok(())
}

/// Core throws the part away.
pub fn end_after_a_part<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"abc")?;
    w.now(b, Act::Closes)?;
    let mut line = String::<16>::new();
    ends!(
        a.recv_until_terminator(b'\n', &mut line, SOON, &Never),
        RecvError::Closed { received: 3 },
        "Connection unexpectedly closed by peer"
    );
    claim!(line, "abc");
    // Calling again adds nothing and loses nothing.
    claim!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Err(CLOSED));
    claim!(line, "abc");
    Ok(())
}

/// Core throws the part away. What the errors say of it is Core's.
pub fn part_is_kept<W: World>(w: &W) -> Verdict {
    // A failed receive in between.
    let plan = Plan { peek: &[Fault::Short(2), Fault::Fail(Errno::NOMEM)], wait: &[super::READY], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    deliver(&b, a.inner(), b"ab")?;
    let mut line = String::<8>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, SOON, &Never);
    claim!(end, Err(RecvError::Failed { errno: Errno::NOMEM, received: 2 }));
    claim!(line, "ab");

    // A timeout.
    deliver(&b, a.inner(), b"cd")?;
    ends!(
        a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never),
        RecvError::TimedOut { received: 2 },
        "Receive timeout (received 2 bytes without terminator before that)"
    );
    claim!(line, "abcd");

    // An interrupt.
    deliver(&b, a.inner(), b"e")?;
    ends!(
        a.recv_until_terminator(b'\n', &mut line, SOON, &AtomicBool::new(true)),
        RecvError::Interrupted { received: 1 },
        "Receive interrupted (received 1 bytes without terminator before that)"
    );
    claim!(line, "abcde");

    // The limit. Who wants the rest of the line makes room.
    deliver(&b, a.inner(), b"fghij\nk")?;
    let end = a.recv_until_terminator(b'\n', &mut line, SOON, &Never);
    claim!(end, Err(RecvError::TooLong { limit: 8, received: 3 }));
    claim!(line, "abcdefgh");
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "ij");
    claim!(rest(&a), b"k");
    Ok(())
}

///
pub fn data_then_end<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"hello\n")?;
    w.now(b, Act::HalfCloses)?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "hello");
    claim!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Err(CLOSED));
    Ok(())
}

/// A Unix socket resets when it is closed with something unread.
pub fn data_then_reset<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(a.send(b"unread"));
    deliver(&b, &a, b"hello\nab")?;
    w.now(b, Act::Resets)?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "hello");
    line.clear();
    ends!(
        a.recv_until_terminator(b'\n', &mut line, SOON, &Never),
        RecvError::Failed { errno: Errno::CONNRESET, received: 2 },
        "recv(): Connection reset by peer (104)"
    );
    claim!(line, "ab");
    ends!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), CLOSED, "Connection unexpectedly closed by peer");
    Ok(())
}

/// Once while nobody looks, once during a wait.
pub fn reset_alone<W: World>(w: &W) -> Verdict {
    for after in [None, Some(Duration::from_millis(5))] {
        let (a, b) = w.pair()?;
        must!(a.send(b"unread"));
        match after {
            None => w.now(b, Act::Resets)?,
            Some(after) => w.later(b, after, Act::Resets)?,
        }
        let mut line = String::<16>::new();
        ends!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), RESET, "recv(): Connection reset by peer (104)");
        claim!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Err(CLOSED));
    }
    Ok(())
}

///
pub fn end_with_our_data_unread<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&a, &b, b"unread")?;
    deliver(&b, &a, b"hello\n")?;
    w.now(b, Act::Closes)?;
    let mut line = Vec::<u8, 16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, b"hello");
    claim!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Err(RESET));
    claim!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Err(CLOSED));
    Ok(())
}
