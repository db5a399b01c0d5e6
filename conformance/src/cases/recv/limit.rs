//! The limit, which is the capacity of what the line goes into.

use core::time::Duration;

use heapless::{String, Vec};
use sockpipe::{Deadline, Never, Peek, RecvError, Sink};

use super::{ALL_OF_IT, READY, SECOND, SOON, deliver, rest};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

///
pub fn terminator_takes_the_last_place<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"123456789\n")?;
    let mut line = Vec::<u8, 10>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, b"123456789");

    deliver(&b, &a, b"123456789\n")?;
    let mut line = String::<10>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "123456789");
    Ok(())
}

///
pub fn no_place_for_the_terminator<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(b.send(b"1234567"));
    must!(b.send(b"89a\n"));
    let mut line = String::<10>::new();
    ends!(
        a.recv_until_terminator(b'\n', &mut line, SOON, &Never),
        RecvError::TooLong { limit: 10, received: 10 },
        "Received too many bytes without a terminator (10)"
    );
    claim!(line, "123456789a");

    // It is left in the stream, and so there is an empty line now.
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "");
    Ok(())
}

/// Core looks at the limit only after the next wait, which takes up to a second and may end in a timeout instead.
pub fn limit_is_noticed_at_once<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { clock: &[0], wait: &[Fault::Sleeps; 4], ..Plan::default() })?;
    deliver(&b, a.inner(), b"123456789a")?;
    let mut line = String::<10>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, SECOND, &Never);
    claim!(end, Err(RecvError::TooLong { limit: 10, received: 10 }));
    claim!(line, "123456789a");
    claim!(a.calls(), [Call::Peek(10), Call::Consume(10)]);

    // Also when the last of it comes alone.
    let plan = Plan { clock: &[0], peek: &[Fault::Short(9)], wait: &[READY, Fault::Sleeps], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    deliver(&b, a.inner(), b"123456789a")?;
    line.clear();
    let end = a.recv_until_terminator(b'\n', &mut line, SECOND, &Never);
    claim!(end, Err(RecvError::TooLong { limit: 10, received: 10 }));
    claim!((a.count(Call::Peek(0)), a.count(Call::Clock)), (2, 1));
    Ok(())
}

///
pub fn limit_of_zero<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), b"\n")?;
    ends!(
        a.recv_until_terminator(b'\n', &mut Vec::<u8, 0>::new(), SOON, &Never),
        RecvError::TooLong { limit: 0, received: 0 },
        "Received too many bytes without a terminator (0)"
    );
    let end = a.recv_until_terminator(b'\n', &mut String::<0>::new(), SOON, &Never);
    claim!(end, Err(RecvError::TooLong { limit: 0, received: 0 }));
    // So does one that is full already.
    let mut full = must!(String::<3>::try_from("abc"));
    let end = a.recv_until_terminator(b'\n', &mut full, SOON, &Never);
    claim!(end, Err(RecvError::TooLong { limit: 3, received: 0 }));
    claim!(full, "abc");
    claim!(a.calls().is_empty());
    claim!(rest(&a), b"\n");
    Ok(())
}

///
pub fn limit_of_one<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"\nx\n")?;
    let mut line = String::<1>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "");
    let end = a.recv_until_terminator(b'\n', &mut line, SOON, &Never);
    claim!(end, Err(RecvError::TooLong { limit: 1, received: 1 }));
    claim!(line, "x");
    claim!(rest(&a), b"\n");
    Ok(())
}

/// Core peeks at 512 bytes at most.
pub fn peek_fits_into_the_room<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { clock: &[0], peek: &[Fault::Short(512)], wait: &[READY], ..Plan::default() })?;
    deliver(&b, a.inner(), &[b'x'; 601])?;
    let mut line = Vec::<u8, 600>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, SECOND, &Never);
    claim!(end, Err(RecvError::TooLong { limit: 600, received: 600 }));
    let wait = Call::Wait(sockpipe::Events::RECV, ALL_OF_IT);
    claim!(a.calls(), [Call::Peek(600), Call::Consume(512), Call::Clock, wait, Call::Peek(88), Call::Consume(88)]);
    claim!(rest(&a), b"x");
    Ok(())
}

/// The flood is fed in as the stream takes it, so that it needs nobody at the other end meanwhile.
pub fn flood<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let flood = [b'a'; 4096];
    let (mut sent, mut received) = (0, 0);
    let mut line = Vec::<u8, 65536>::new();
    let end = loop {
        let some = flood.len().min(65537 - sent);
        sent += b.send(&flood[..some]).unwrap_or(0);
        let moment = Deadline::Within(Duration::from_millis(1));
        let end = a.recv_until_terminator(b'\n', &mut line, moment, &Never);
        received += end.err().map_or(0, |error| error.received());
        if !matches!(end, Err(RecvError::TimedOut { .. })) || received > 65537 {
            break end;
        }
    };
    let Err(RecvError::TooLong { limit: 65536, received: last }) = end else {
        claim!(end, Err(RecvError::TooLong { limit: 65536, received: 0 }));
        return Ok(());
    };
    claim!(
        super::text(RecvError::TooLong { limit: 65536, received: last }),
        "Received too many bytes without a terminator (65536)"
    );
    claim!((received, line.len()), (65536, 65536));
    claim!(line.iter().all(|byte| *byte == b'a'));
    Ok(())
}

/// Core's string can be out of memory when the bytes are out of the socket. Here the memory is the caller's, and what does not
/// fit into it is not taken. That nothing allocates, `targets/check` proves by linking without an allocator.
pub fn every_byte_has_its_place<W: World>(w: &W) -> Verdict {
    const SENT: &[u8] = b"123456789\nabc";
    for room in 0..=SENT.len() {
        let (a, b) = w.pair()?;
        deliver(&b, &a, SENT)?;
        let mut line = Vec::<u8, { SENT.len() }>::new();
        must!(line.extend_from_slice(&[b'.'; SENT.len()][room..]));
        let before = line.len();
        let end = a.recv_until_terminator(b'\n', &mut line, SOON, &Never);
        // A line of nine bytes and its terminator take ten.
        claim!(end.is_ok(), room >= 10);
        let taken = line.get(before..).unwrap_or_default();
        claim!((room, taken), (room, &SENT[..room.min(9)]));
        claim!(rest(&a), SENT[taken.len() + usize::from(end.is_ok())..]);
    }
    Ok(())
}
