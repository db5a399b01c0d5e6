//! What a line is, and what of the stream belongs to it.

use core::time::Duration;

use heapless::{String, Vec};
use sockpipe::{Events, Never, Peek, Sink};

use super::{ALL_OF_IT, READY, SECOND, SOON, deliver, rest};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// R-01
pub fn line_in_one_segment<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), b"hello\n")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "hello");
    claim!(a.calls(), [Call::Peek(16), Call::Consume(6)]);
    Ok(())
}

/// R-02
pub fn empty_line<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), b"\nx")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "");
    claim!(a.calls(), [Call::Peek(16), Call::Consume(1)]);
    claim!(rest(&a), b"x");
    Ok(())
}

/// R-03
pub fn nothing_past_the_terminator<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), b"ab\ncd")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "ab");
    claim!(a.calls(), [Call::Peek(16), Call::Consume(3)]);
    claim!(rest(&a), b"cd");
    Ok(())
}

/// R-04
pub fn two_lines_in_one_segment<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), b"one\ntwo\n")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "one");
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "two");
    claim!((a.count(Call::Peek(0)), a.count(Call::Consume(0)), a.count(Call::Clock)), (2, 2, 0));
    Ok(())
}

/// R-05. Core's buffer holds 512 bytes.
pub fn terminator_at_a_boundary<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    for length in [511, 512, 513, 1023, 1024, 1025, 4094] {
        let mut sent = [b'x'; 4096];
        sent[length] = b'\n';
        deliver(&b, &a, &sent[..length + 2])?;
        let mut line = Vec::<u8, 4096>::new();
        must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
        claim!(line == sent[..length]);
        claim!(rest(&a), b"x");
    }
    Ok(())
}

/// R-06. Once by script, once as it comes.
pub fn line_in_two_segments<W: World>(w: &W) -> Verdict {
    let peek = [Fault::Short(3), Fault::Fail(sockpipe::Errno::AGAIN)];
    let (a, b) = w.faulty(Plan { peek: &peek, wait: &[READY, READY], clock: &[0], ..Plan::default() })?;
    deliver(&b, a.inner(), b"abcdef\n")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
    claim!(line, "abcdef");
    let (clock, wait) = (Call::Clock, Call::Wait(Events::RECV, ALL_OF_IT));
    let want = [Call::Peek(16), Call::Consume(3), clock, wait, Call::Peek(13), clock, wait, Call::Peek(13)];
    claim!(a.calls().starts_with(&want));
    claim!(a.calls().ends_with(&[wait, Call::Peek(13), Call::Consume(4)]));

    let (a, b) = w.pair()?;
    must!(b.send(b"ab"));
    w.later(b, Duration::from_millis(5), Act::Sends(b"cd\nx"))?;
    let mut line = Vec::<u8, 16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, b"abcd");
    claim!(rest(&a), b"x");

    // Also where the segments divide a character.
    let (a, b) = w.faulty(Plan { peek: &[Fault::Short(3)], ..Plan::default() })?;
    deliver(&b, a.inner(), "grün\n".as_bytes())?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "grün");
    Ok(())
}

/// R-07
pub fn nul_is_a_byte<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"a\0b\n")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "a\0b");

    deliver(&b, &a, b"a\nb\0c")?;
    line.clear();
    must!(a.recv_until_terminator(0, &mut line, SOON, &Never));
    claim!(line, "a\nb");
    claim!(rest(&a), b"c");
    Ok(())
}

/// R-08. `trim_end_matches('\r')` is the caller's business: a protocol may mean it.
pub fn carriage_return_stays<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"250 OK\r\n")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "250 OK\r");
    Ok(())
}

/// R-09. Core compares the terminator with signed characters, where there are such, and never finds it.
pub fn terminator_above_127<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    for terminator in [0x80, 0xC3, 0xFF] {
        deliver(&b, &a, &[b'a', 0x7F, terminator, b'b'])?;
        let mut line = Vec::<u8, 16>::new();
        must!(a.recv_until_terminator(terminator, &mut line, SOON, &Never));
        claim!(line, [b'a', 0x7F]);
        claim!(rest(&a), b"b");
    }
    Ok(())
}
