//! Two frames are sent, and the link is closed.

use std::{format, string::String, vec::Vec};

use sockpipe::{
    When,
    link::{Format, Tx, TxError},
};

use super::{super::Symbol, DEADLINE, PATIENCE, Verb, frame, stream::Scripted};

/// Neither fits into a page with the other.
const FRAMES: [&[u8]; 2] = [b"seven b", b"eleven byte"];
/// Two pages that hold one of them, with a prologue or without; and two that hold neither.
const PAGES: usize = 2 * 32;
const SHORT: usize = 2 * 16;
const LONG: [&[u8]; 2] = [b"more than sixteen bytes", b"and once more"];

pub(super) fn check(verb: Verb, format: Format, script: &[Symbol]) -> Result<(), String> {
    let stream = Scripted::new(script, &[]);
    let (size, frames) = if verb == Verb::Uncopied { (SHORT, LONG) } else { (PAGES, FRAMES) };
    let mut memory = [0; PAGES];
    let mut tx = Tx::new(&stream, format, &mut memory[..size]).with_stall_limit(PATIENCE);
    let end = send(&mut tx, &stream, verb, &frames);

    let mut want: Vec<u8> = format.profile.prologue().to_vec();
    want.extend(frames.iter().flat_map(|payload| frame(format.profile, payload)));
    let sent = stream.sent.borrow().clone();
    if let Some(promise) = stream.wrong.get() {
        return Err(promise.into());
    }
    if !want.starts_with(&sent) {
        return Err(format!("sent {sent:x?}, want {want:x?}"));
    }
    match (end, stream.broke.get()) {
        (Ok(()), None) if sent == want && stream.finished.get() => {}
        // That somebody else is kept waiting for ever is what this is for.
        (Err(TxError::Stalled), None) if verb == Verb::Uncopied && script.contains(&Symbol::Due) => {}
        (Err(TxError::Failed(errno)), Some(broke)) if errno == broke => {}
        (end, broke) => return Err(format!("ends with {end:?}, where {broke:?} broke it, and {sent:x?} went out")),
    }
    // It is over for good: the same each time, and no call.
    let last = end.err().unwrap_or(TxError::Closed);
    let again = [
        tx.send(b"x", DEADLINE, &When(|| false)),
        tx.reserve(1, DEADLINE, &When(|| false)).map(drop),
        tx.batch().feed(b"x", DEADLINE, &When(|| false)),
        tx.batch().send(b"x", DEADLINE, &When(|| false)),
        tx.send_large(b"x", DEADLINE, &When(|| false)),
        tx.close(DEADLINE, &When(|| false)),
    ];
    if again != [Err(last); 6] || stream.sent.borrow().len() != sent.len() {
        return Err(format!("after {last:?}: {again:?}"));
    }
    stream.wrong.get().map_or(Ok(()), |promise| Err(promise.into()))
}

/// Sends all of it, as somebody does who believes what he is told. `Err`: what ended the link.
fn send(tx: &mut Tx<'_, &Scripted<'_>>, stream: &Scripted<'_>, verb: Verb, frames: &[&[u8]]) -> Result<(), TxError> {
    for frame in frames {
        until_done(stream, || send_one(tx, stream, verb, frame))?;
    }
    let interrupt = When(|| stream.set.get());
    until_done(stream, || tx.flush(DEADLINE, &interrupt))?;
    until_done(stream, || tx.close(DEADLINE, &interrupt))
}

fn send_one(tx: &mut Tx<'_, &Scripted<'_>>, stream: &Scripted<'_>, verb: Verb, frame: &[u8]) -> Result<(), TxError> {
    let interrupt = When(|| stream.set.get());
    match verb {
        Verb::Batch => tx.batch().feed(frame, DEADLINE, &interrupt),
        Verb::Alone => tx.batch().send(frame, DEADLINE, &interrupt),
        Verb::Large => tx.send_large(frame, DEADLINE, &interrupt),
        Verb::Commit | Verb::CommitLater => {
            // More than it needs, and once in vain.
            let mut slot = tx.reserve(frame.len() + 1, DEADLINE, &interrupt)?.alloc(frame.len())?;
            slot.copy_from_slice(frame);
            stream.begin();
            if verb == Verb::Commit { slot.commit() } else { slot.commit_later() }
        }
        _ => tx.send(frame, DEADLINE, &interrupt),
    }
}

/// What was not accepted is tried again. What was accepted will go out.
fn until_done(stream: &Scripted<'_>, mut call: impl FnMut() -> Result<(), TxError>) -> Result<(), TxError> {
    loop {
        stream.begin();
        match call() {
            Err(TxError::TimedOut { accepted } | TxError::Interrupted { accepted }) if !accepted => {}
            Err(TxError::Unfinished { .. }) => {}
            Err(TxError::TimedOut { .. } | TxError::Interrupted { .. }) => return Ok(()),
            other => return other,
        }
    }
}
