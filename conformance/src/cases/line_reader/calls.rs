//! How many calls lines take.

use core::cell::Cell;

use heapless::Vec;
use sockpipe::{Deadline, Events, Never, RecvError, Sink, When};

use super::{ALL_OF_IT, BOTH, READY, SECOND, reader};
use crate::{
    Verdict, World,
    cases::{
        common::SOON,
        recv::{deliver, deliver_behind, rest},
    },
    claim,
    faulty::{Call, Plan},
    must,
};

/// K-01
pub fn eager_is_one_call_a_line<W: World>(w: &W) -> Verdict {
    let (mut a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), b"one\n\nthree\nfour")?;
    let mut window = [0; 64];
    let mut lines = reader(false, &mut a, &mut window);
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"one");
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"");
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"three");
    must!(lines.finish());
    claim!(a.calls(), [Call::Peek(64), Call::Consume(4), Call::Consume(1), Call::Consume(6)]);
    claim!(rest(&a), b"four");
    Ok(())
}

/// K-02
pub fn lazy_is_two_calls_a_window<W: World>(w: &W) -> Verdict {
    let (mut a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), b"one\n\nthree\nfour")?;
    let mut window = [0; 64];
    let mut lines = reader(true, &mut a, &mut window);
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"one");
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"");
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"three");
    must!(lines.finish());
    claim!(a.calls(), [Call::Peek(64), Call::Consume(11)]);
    claim!(rest(&a), b"four");

    // A window that is used up is taken at once, and the next is looked at at once: no wait, no clock.
    let (mut a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), [*b"abc\n"; 16].as_flattened())?;
    let mut window = [0; 32];
    let mut lines = reader(true, &mut a, &mut window);
    for _ in 0..16 {
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"abc");
    }
    must!(lines.finish());
    claim!(a.calls(), [Call::Peek(32), Call::Consume(32), Call::Peek(32), Call::Consume(32)]);
    claim!(rest(&a), b"");
    Ok(())
}

/// K-03. What stands before the window's end of a line comes to the window's beginning.
pub fn line_across_windows<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let (mut a, b) = w.faulty(Plan::default())?;
        deliver(&b, a.inner(), b"abcd\nefghij\nkl\nm")?;
        let mut window = [0; 8];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"abcd");
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"efghij");
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"kl");
        must!(lines.finish());
        claim!(a.count(Call::Clock) + a.count(Call::Wait(Events::RECV, None)), 0);
        if is_lazy {
            // "abcd\nefg", "hij\nk", "l\nm": each is shown once.
            let [first, second, third] = [Call::Peek(8), Call::Peek(5), Call::Peek(7)];
            claim!(a.calls(), [first, Call::Consume(8), second, Call::Consume(5), third, Call::Consume(2)]);
        }
        claim!(rest(&a), b"m");
    }

    // One line in several windows: between full ones nobody waits.
    for is_lazy in BOTH {
        let (mut a, b) = w.faulty(Plan::default())?;
        deliver(&b, a.inner(), b"abcdefghijklmnopqr\n")?;
        let mut window = [0; 8];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        let mut line = Vec::<u8, 32>::new();
        must!(lines.recv_until_terminator(b'\n', &mut line, SOON, &Never));
        claim!(line, b"abcdefghijklmnopqr");
        drop(lines);
        claim!((a.count(Call::Peek(0)), a.count(Call::Consume(0)), a.count(Call::Clock)), (3, 3, 0));
    }
    Ok(())
}

/// K-04
pub fn line_in_sight_asks_nobody<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let (mut a, b) = w.faulty(Plan { clock: &[0], ..Plan::default() })?;
        deliver(&b, a.inner(), b"a\nb\n")?;
        let asked = Cell::new(0);
        let interrupt = When(|| {
            asked.set(asked.get() + 1);
            true
        });
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        claim!(must!(lines.recv_line(b'\n', Deadline::NOW, &interrupt)), b"a");
        claim!(must!(lines.recv_line(b'\n', Deadline::NOW, &interrupt)), b"b");
        claim!(asked.get(), 0);
        // Nothing is there: then a deadline of zero is a single attempt, and beats the interrupt.
        claim!(lines.recv_line(b'\n', Deadline::NOW, &interrupt), Err(RecvError::TimedOut { received: 0 }));
        claim!(lines.recv_line(b'\n', SECOND, &interrupt), Err(RecvError::Interrupted { received: 0 }));
        must!(lines.finish());
        claim!((asked.get(), a.count(Call::Peek(0)), a.count(Call::Clock)), (1, 3, 2));
        claim!(a.count(Call::Wait(Events::RECV, None)), 0);
    }
    Ok(())
}

/// K-05
pub fn nothing_lies_unread_behind_a_wait<W: World>(w: &W) -> Verdict {
    let plan = Plan { wait: &[READY, READY], clock: &[0, 0, 1000], ..Plan::default() };
    for is_lazy in BOTH {
        let (mut a, b) = w.faulty(plan)?;
        deliver(&b, a.inner(), b"one\ntw")?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        claim!(must!(lines.recv_line(b'\n', SECOND, &Never)), b"one");
        claim!(lines.recv_line(b'\n', SECOND, &Never), Err(RecvError::TimedOut { received: 2 }));
        claim!(lines.finish(), Ok(&b"tw"[..]));
        let (clock, wait) = (Call::Clock, Call::Wait(Events::RECV, ALL_OF_IT));
        // What is in sight is taken, and then it is looked whether there is more; only then waits anybody.
        let behind = [Call::Peek(62), clock, wait, Call::Peek(62), clock, wait, Call::Peek(62), clock];
        claim!(a.calls().ends_with(&behind));
        let before: &[Call] = if is_lazy { &[Call::Consume(6)] } else { &[Call::Consume(4), Call::Consume(2)] };
        claim!(a.calls()[1..a.calls().len() - behind.len()] == *before);
    }

    // A peek that was not full has shown all that there was, and is not made again before the wait.
    for is_lazy in BOTH {
        let (mut a, b) = w.faulty(plan)?;
        deliver(&b, a.inner(), b"tw")?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        claim!(lines.recv_line(b'\n', SECOND, &Never), Err(RecvError::TimedOut { received: 2 }));
        drop(lines);
        let (clock, wait) = (Call::Clock, Call::Wait(Events::RECV, ALL_OF_IT));
        claim!(a.calls().starts_with(&[Call::Peek(64), Call::Consume(2), clock, wait, Call::Peek(62)]));
    }
    Ok(())
}

/// K-06. For a Unix socket, peeking is the more work the more has been sent piece by piece.
pub fn one_peek_for_many_writes<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let (mut a, b) = w.faulty(Plan::default())?;
        for _ in 0..49 {
            must!(b.send_complete(b"abc\n", SOON, &Never));
        }
        deliver_behind(&b, a.inner(), 49 * 4, b"abc\n")?;
        let mut window = [0; 256];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        for _ in 0..50 {
            claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"abc");
        }
        must!(lines.finish());
        claim!((a.count(Call::Peek(0)), a.count(Call::Consume(0))), (1, if is_lazy { 1 } else { 50 }));
    }
    Ok(())
}
