//! R: receiving up to a terminator.

use core::time::Duration;

use heapless::{String, Vec};
use sockpipe::{Deadline, Never, Peek};

use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Plan},
    must,
};

/// More than any case needs, on any machine.
const SOON: Deadline = Deadline::Within(Duration::from_secs(20));

///
pub fn line_in_one_segment<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    w.now(b, Act::Sends(b"hello\n"))?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "hello");
    claim!((a.count(Call::Peek(0)), a.count(Call::Consume(0)), a.count(Call::Clock)), (1, 1, 0));
    Ok(())
}

///
pub fn line_in_two_segments<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(sockpipe::Sink::send(&b, b"ab"));
    w.later(b, Duration::from_millis(5), Act::Sends(b"cd\n"))?;
    let mut line = Vec::<u8, 16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, b"abcd");
    Ok(())
}
