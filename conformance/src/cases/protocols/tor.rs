//! Tor's control port.

use heapless::Vec;
use sockpipe::{Deadline, Errno, Events, Never, RecvError, Sink, Wait};

use super::{SOON, deliver, heard, ms};
use crate::{
    Act, Verdict, World, claim,
    dialogue::tor::{Error, Line, MAX_LINE_COUNT, MAX_LINE_LENGTH, Replies, backoff, command},
    faulty::{Call, Fault, Plan},
    must,
};

const OK: Line<'_> = Line { code: 250, last: true, text: b"OK" };
const REFUSED: Line<'_> = Line { code: 515, last: true, text: b"Authentication failed" };

/// P-14: by its source, Core's loop takes the error for a reason not to receive, and the unread bytes for one to go on.
pub fn refusal_then_reset<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    must!(command(&a, "AUTHENTICATE\r\n", &Never));
    deliver(&b, a.inner(), b"515 Authentication failed\r\n")?;
    w.now(b, Act::Resets)?;
    must!(a.inner().wait_for(Events::NONE, SOON, &Never));
    let mut replies = Replies::default();
    claim!(must!(replies.next(&a, SOON, &Never)), REFUSED);
    let end = replies.next(&a, SOON, &Never);
    claim!(end, Err(Error::Recv(RecvError::Failed { errno: Errno::CONNRESET, received: 0 })));
    // Two for the line, one for the end.
    claim!((a.count(Call::Peek(0)), a.count(Call::Consume(0)), a.count(Call::Wait(Events::RECV, None))), (2, 1, 0));

    // The same in a loop that waits first, as Core's does.
    let (a, b) = w.faulty(Plan::default())?;
    must!(command(&a, "AUTHENTICATE\r\n", &Never));
    deliver(&b, a.inner(), b"515 Authentication failed\r\n515 ")?;
    w.now(b, Act::Resets)?;
    must!(a.inner().wait_for(Events::NONE, SOON, &Never));
    let (mut replies, mut lines) = (Replies::default(), 0);
    let end = loop {
        let occurred = must!(a.wait_for(Events::RECV, SOON, &Never));
        claim!(occurred.contains(Events::RECV));
        match replies.next(&a, Deadline::NOW, &Never) {
            Ok(line) => {
                claim!(line, REFUSED);
                lines += 1;
            }
            Err(Error::Recv(RecvError::TimedOut { .. })) if a.count(Call::Peek(0)) < 10 => {}
            Err(error) => break error,
        }
    };
    claim!((lines, end), (1, Error::Recv(RecvError::Failed { errno: Errno::CONNRESET, received: 0 })));
    // The line, a part of one, and the end: each is waited for once, and there at once.
    claim!(a.count(Call::Wait(Events::RECV, None)), 3);
    Ok(())
}

/// P-15: for EWOULDBLOCK, see S-10.
pub fn reply_that_is_not_there_yet<W: World>(w: &W) -> Verdict {
    let peek = [Errno::AGAIN, Errno::INTR, Errno::INPROGRESS].map(Fault::Fail);
    let (a, b) = w.faulty(Plan { peek: &peek, wait: &[Fault::Ready(Events::RECV); 3], ..Plan::default() })?;
    deliver(&b, a.inner(), b"250 OK\r\n")?;
    let mut replies = Replies::default();
    claim!(must!(replies.next(&a, SOON, &Never)), OK);
    // And in earnest.
    let (a, b) = w.pair()?;
    w.later(b, ms(10), Act::Sends(b"250 OK\r\n"))?;
    claim!(must!(replies.next(&a, SOON, &Never)), OK);
    Ok(())
}

/// P-16
pub fn connect_to_nobody<W: World>(w: &W) -> Verdict {
    w.system()?;
    let interrupt = w.interrupt_after(ms(20))?;
    #[cfg(target_os = "linux")]
    return super::linux::connect_to_nobody(&interrupt);
    #[cfg(not(target_os = "linux"))]
    {
        drop(interrupt);
        Err(crate::Skip("it is about Linux").into())
    }
}

/// Sends it as the other end takes it, which is asked for a line each time. Returns the first that is whole, or the error.
fn feed<'r>(
    from: &impl Sink,
    (to, replies): (&impl sockpipe::Peek, &'r mut Replies),
    mut bytes: impl Iterator<Item = u8>,
) -> Result<Line<'r>, Error> {
    let mut some = Vec::<u8, 1024>::new();
    loop {
        some.extend(bytes.by_ref().take(some.capacity() - some.len()));
        let sent = from.send(&some).unwrap_or(0);
        some.drain(..sent);
        if some.is_empty() && bytes.size_hint().1 == Some(0) {
            return replies.next(to, SOON, &Never);
        }
        match replies.next(to, Deadline::Within(ms(1)), &Never) {
            Err(Error::Recv(RecvError::TimedOut { .. })) => {}
            Err(error) => return Err(error),
            // Nothing whole comes before the end.
            Ok(_) => return Err(Error::TooManyLines),
        }
    }
}

/// P-17
pub fn longest_line_and_reply<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let mut replies = Replies::default();
    let line = |length: usize| b"250 ".iter().copied().chain(core::iter::repeat_n(b'x', length - 5)).chain(*b"\r\n");
    let longest = must!(feed(&b, (&a, &mut replies), line(MAX_LINE_LENGTH)));
    claim!((longest.code, longest.text.len()), (250, MAX_LINE_LENGTH - 5));
    claim!(longest.text.iter().all(|byte| *byte == b'x'));
    claim!(feed(&b, (&a, &mut replies), line(MAX_LINE_LENGTH + 1)), Err(Error::LineTooLong));

    let (a, b) = w.pair()?;
    let mut replies = Replies::default();
    let mut lines = |n| {
        for _ in 0..n {
            deliver(&b, &a, b"250-x\r\n")?;
            claim!(must!(replies.next(&a, SOON, &Never)), Line { code: 250, last: false, text: b"x" });
        }
        deliver(&b, &a, b"250 OK\r\n")?;
        claim!(replies.next(&a, SOON, &Never), if n < MAX_LINE_COUNT { Ok(OK) } else { Err(Error::TooManyLines) });
        Ok(())
    };
    lines(MAX_LINE_COUNT - 1)?;
    lines(MAX_LINE_COUNT)
}

/// P-18
pub fn short_lines_are_skipped<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"\r\n\n250\r\nOK\r\n250-\r\n250 OK\r\n")?;
    let mut replies = Replies::default();
    claim!(must!(replies.next(&a, SOON, &Never)), Line { code: 250, last: false, text: b"" });
    claim!(must!(replies.next(&a, SOON, &Never)), OK);
    claim!(replies.next(&a, Deadline::NOW, &Never), Err(Error::Recv(RecvError::TimedOut { received: 0 })));
    Ok(())
}

/// P-19
pub fn line_without_its_end_is_kept<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let mut replies = Replies::default();
    for (part, received) in [(&b"250 OK"[..], 6), (b"\r", 1)] {
        deliver(&b, &a, part)?;
        for received in [received, 0] {
            let end = replies.next(&a, Deadline::NOW, &Never);
            claim!(end, Err(Error::Recv(RecvError::TimedOut { received })));
        }
    }
    deliver(&b, &a, b"\n")?;
    claim!(must!(replies.next(&a, Deadline::NOW, &Never)), OK);
    Ok(())
}

/// P-20
pub fn refusal_then_half_close<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(command(&a, "AUTHENTICATE\r\n", &Never));
    deliver(&b, &a, b"515 Authentication failed\r\n")?;
    w.now(b, Act::HalfCloses)?;
    let mut replies = Replies::default();
    claim!(must!(replies.next(&a, SOON, &Never)), REFUSED);
    claim!(replies.next(&a, SOON, &Never), Err(Error::Recv(RecvError::Closed { received: 0 })));

    // When to connect anew, in milliseconds.
    let pauses: Vec<u128, 18> = backoff().take(18).map(|pause| pause.as_millis()).collect();
    claim!(pauses[..5], [1000, 1500, 2250, 3375, 5062]);
    claim!((pauses[15], pauses[16], pauses[17]), (437_893, 600_000, 600_000));
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"250 OK\r\n")?;
    must!(command(&a, "AUTHENTICATE\r\n", &Never));
    let mut replies = Replies::default();
    claim!(must!(replies.next(&a, SOON, &Never)), OK);
    heard(&b, b"AUTHENTICATE\r\n")
}
