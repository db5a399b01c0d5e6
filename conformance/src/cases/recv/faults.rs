//! What peeks and consumptions can return, and what then happens.

use heapless::{String, Vec};
use sockpipe::{Deadline, Errno, Events, Never, Peek, RecvError};

use super::{ALL_OF_IT, READY, SECOND, deliver, others::Liar, rest, text};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

const PAUSE: [Call; 2] = [Call::Clock, Call::Wait(Events::RECV, ALL_OF_IT)];

///
pub fn transient_error<W: World>(w: &W) -> Verdict {
    // EWOULDBLOCK is EAGAIN on Linux.
    for errno in [Errno::AGAIN, Errno::INTR, Errno::INPROGRESS] {
        let peek = [Fault::Fail(errno)];
        let (a, b) = w.faulty(Plan { peek: &peek, wait: &[READY], clock: &[0], ..Plan::default() })?;
        deliver(&b, a.inner(), b"hello\n")?;
        let mut line = String::<16>::new();
        must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
        claim!(line, "hello");
        claim!(a.calls(), [Call::Peek(16), PAUSE[0], PAUSE[1], Call::Peek(16), Call::Consume(6)]);
    }
    Ok(())
}

///
pub fn permanent_error<W: World>(w: &W) -> Verdict {
    for (errno, says) in [
        (Errno::CONNREFUSED, "recv(): Connection refused (111)"),
        (Errno::BADF, "recv(): Bad file descriptor (9)"),
        (Errno::from_raw(14), "recv(): Bad address (14)"),
        (Errno::INVAL, "recv(): Invalid argument (22)"),
        (Errno::NOMEM, "recv(): Cannot allocate memory (12)"),
        (Errno::NOTCONN, "recv(): Transport endpoint is not connected (107)"),
        (Errno::NOTSOCK, "recv(): Socket operation on non-socket (88)"),
        (Errno::CONNRESET, "recv(): Connection reset by peer (104)"),
        (Errno::from_raw(0), "recv(): Success (0)"),
    ] {
        // To the first peek, to a peek after a part, and to the consumption.
        let fail = Fault::Fail(errno);
        for (peek, consume, part) in
            [(&[fail][..], &[][..], ""), (&[Fault::Short(2), fail], &[], "he"), (&[], &[fail], "")]
        {
            let (a, b) = w.faulty(Plan { peek, consume, wait: &[READY], clock: &[0], ..Plan::default() })?;
            deliver(&b, a.inner(), b"hello\n")?;
            let mut line = String::<16>::new();
            let error = RecvError::Failed { errno, received: part.len() };
            claim!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never), Err(error));
            claim!(text(error), says);
            claim!(line, part);
            claim!(rest(&a).len(), 6 - part.len());
        }
    }
    Ok(())
}

/// Core gives up, and the bytes are gone.
pub fn short_consumption<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { consume: &[Fault::Short(3), Fault::Short(1)], ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello!\nx")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never));
    claim!(line, "hello!");
    claim!(a.calls(), [Call::Peek(16), Call::Consume(7), Call::Consume(4), Call::Consume(3)]);
    claim!(rest(&a), b"x");
    Ok(())
}

/// Core gives up, does not say why, and what was taken before is gone.
pub fn failed_consumption<W: World>(w: &W) -> Verdict {
    for errno in [Errno::AGAIN, Errno::INTR, Errno::INPROGRESS] {
        let fail = [Fault::Fail(errno)];
        let (a, b) = w.faulty(Plan { consume: &fail, wait: &[READY], clock: &[0], ..Plan::default() })?;
        deliver(&b, a.inner(), b"hello\n")?;
        let mut line = String::<16>::new();
        must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
        claim!(line, "hello");
        claim!(a.calls(), [Call::Peek(16), Call::Consume(6), Call::Consume(6)]);

        // What was taken before it failed counts.
        let fail = [Fault::Short(2), fail[0]];
        let plan = Plan { consume: &fail, wait: &[READY], clock: &[0], ..Plan::default() };
        let (a, b) = w.faulty(plan)?;
        deliver(&b, a.inner(), b"hello\n")?;
        let mut line = Vec::<u8, 16>::new();
        must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
        claim!(line, b"hello");
        claim!(a.calls(), [Call::Peek(16), Call::Consume(6), Call::Consume(4), Call::Consume(4)]);

        // Nor is half a character lost, if its other half comes at all.
        let split = [Fault::Short(1), fail[1], Fault::Short(1)];
        let (a, b) = w.faulty(Plan { consume: &split, ..Plan::default() })?;
        deliver(&b, a.inner(), "é€\n".as_bytes())?;
        let mut line = String::<16>::new();
        must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
        claim!(line, "é€");
    }
    let (a, b) = w.faulty(Plan { consume: &[Fault::Short(2), Fault::Fail(Errno::IO)], ..Plan::default() })?;
    deliver(&b, a.inner(), "aé\n".as_bytes())?;
    let mut line = String::<16>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, SECOND, &Never);
    claim!(end, Err(RecvError::Failed { errno: Errno::IO, received: 2 }));
    claim!(line, "a");
    let (a, b) = w.faulty(Plan { consume: &[Fault::Short(2), Fault::Fail(Errno::CONNRESET)], ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello\n")?;
    let mut line = String::<16>::new();
    ends!(
        a.recv_until_terminator(b'\n', &mut line, SECOND, &Never),
        RecvError::Failed { errno: Errno::CONNRESET, received: 2 },
        "recv(): Connection reset by peer (104)"
    );
    claim!(line, "he");
    claim!(rest(&a), b"llo\n");
    Ok(())
}

/// Core reports a number of bytes that it did not get.
pub fn empty_consumption<W: World>(w: &W) -> Verdict {
    // Asked a few times at once, then as if it had shown nothing.
    let plan = Plan { consume: &[Fault::Zero; 17], wait: &[READY], clock: &[0], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    deliver(&b, a.inner(), b"hello\n")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
    claim!(line, "hello");

    let (a, b) = w.faulty(Plan { peek: &[Fault::Pass, Fault::Zero], ..plan })?;
    deliver(&b, a.inner(), b"hello\n")?;
    line.clear();
    ends!(
        a.recv_until_terminator(b'\n', &mut line, SECOND, &Never),
        RecvError::Closed { received: 0 },
        "Connection unexpectedly closed by peer"
    );
    claim!(line, "");
    Ok(())
}

///
pub fn peek_shows_one_byte_at_a_time<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { peek: &[Fault::Short(1); 6], wait: &[READY; 5], clock: &[0], ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello\nx")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
    claim!(line, "hello");
    claim!((a.count(Call::Peek(0)), a.count(Call::Consume(0)), a.count(PAUSE[1])), (6, 6, 5));
    // Who gets on is not taken for one who waits in vain, and does not nap.
    claim!(a.calls().iter().all(|call| !matches!(call, Call::Wait(events, _) if *events != Events::RECV)));
    claim!(rest(&a), b"x");
    Ok(())
}

/// Core appends what it read, and ends the line where it had peeked at a terminator.
pub fn bytes_change_after_the_peek<W: World>(w: &W) -> Verdict {
    let (inner, b) = w.pair()?;
    deliver(&b, &inner, b"hello\n")?;
    let a = Liar { inner, forged: b"world!", count: |n| n };
    let mut line = Vec::<u8, 16>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never);
    claim!(end, Err(RecvError::TimedOut { received: 6 }));
    claim!(line, b"world!");

    // Text stays text.
    deliver(&b, &a.inner, b"hello\n")?;
    let a = Liar { forged: b"wor\xFFd\n", ..a };
    let mut line = String::<16>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never);
    claim!(end, Err(RecvError::NotUtf8 { received: 6 }));
    claim!(line, "wor");
    Ok(())
}

/// Core goes out of its buffer's bounds.
pub fn nonsense_counts<W: World>(w: &W) -> Verdict {
    let counts: [fn(usize) -> usize; 3] = [|n| n + 1, |n| n + 4096, |_| usize::MAX];
    for count in counts {
        let (inner, b) = w.pair()?;
        deliver(&b, &inner, b"ab\ncd")?;
        let a = Liar { inner, forged: b"", count };
        let mut line = String::<16>::new();
        must!(a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never));
        claim!(line, "ab");
        claim!(rest(&a.inner), b"cd");
        let end = a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never);
        claim!(end, Err(RecvError::TimedOut { received: 0 }));
    }
    // It says that it gave nothing, and did.
    let (inner, b) = w.pair()?;
    deliver(&b, &inner, b"ab\ncd")?;
    let a = Liar { inner, forged: b"", count: |_| 0 };
    let mut line = String::<16>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never);
    claim!(end, Err(RecvError::TimedOut { received: 0 }));
    claim!(line, "");
    Ok(())
}
