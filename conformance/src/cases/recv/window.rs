//! How much is peeked at, and how many calls a line takes.

use heapless::{String, Vec};
use sockpipe::{Deadline, Never, Peek, RecvError};

use super::{SOON, deliver, rest};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Plan},
    must,
};

/// In Core: two receives, a wait and a look at the clock for every 512 bytes.
pub fn calls_for_a_long_line<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    let mut sent = [b'x'; 3002];
    sent[3000] = b'\n';
    deliver(&b, a.inner(), &sent)?;
    let mut line = Vec::<u8, 32768>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line == sent[..3000]);
    claim!(a.calls(), [Call::Peek(4096), Call::Consume(3001)]);
    claim!(rest(&a), b"x");

    // A window full of line: the next, larger one comes at once, without a wait or a look at the clock.
    let (a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), &[b'x'; 4096])?;
    line.clear();
    let end = a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never);
    claim!(end, Err(RecvError::TimedOut { received: 4096 }));
    claim!(a.calls(), [Call::Peek(4096), Call::Consume(4096), Call::Peek(16384), Call::Clock]);
    Ok(())
}

/// After a short line the window is at its smallest, which is Core's buffer.
pub fn line_longer_than_the_window<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    let mut sent = [b'x'; 2002];
    sent[1] = b'\n';
    sent[2001] = b'\n';
    deliver(&b, a.inner(), &sent)?;
    let mut line = String::<4096>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line.as_bytes() == &sent[2..2001]);
    let second = [Call::Peek(512), Call::Consume(512), Call::Peek(2048), Call::Consume(1488)];
    claim!(a.calls().ends_with(&second));
    claim!(a.calls().len(), 6);

    // Also where the window ends inside a character: there is no nap to wait for its rest.
    let (a, b) = w.faulty(Plan::default())?;
    let mut sent = [0xC3; 2002];
    for second in sent.iter_mut().skip(4).step_by(2) {
        *second = 0xBC;
    }
    sent[..3].copy_from_slice(b"x\nx");
    sent[2001] = b'\n';
    deliver(&b, a.inner(), &sent)?;
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line.as_bytes() == &sent[2..2001]);
    let second = [Call::Peek(512), Call::Consume(511), Call::Peek(2048), Call::Consume(1489)];
    claim!(a.calls().ends_with(&second));
    claim!(a.calls().len(), 6);
    Ok(())
}
