//! Three frames are received, and the end behind them.

use std::{format, string::String, vec::Vec};

use sockpipe::{
    Errno, When,
    link::{Format, FrameError, Rx, RxError},
};

use super::{super::Symbol, DEADLINE, Verb, frame, stream::Scripted};

const FRAMES: [&[u8]; 3] = [b"hi", b"", b"eleven byte"];

pub(super) fn check(verb: Verb, format: Format, script: &[Symbol]) -> Result<(), String> {
    let profile = format.profile;
    let mut comes = profile.prologue().to_vec();
    comes.extend(FRAMES.iter().flat_map(|payload| frame(profile, payload)));
    let stream = Scripted::new(script, &comes);
    let mut memory = [0; 64];
    let size = if verb == Verb::RecvInto { 3 } else { 64 };
    let mut rx = Rx::new(&stream, format, &mut memory[..size]);

    let (mut out, mut frames) = ([0; 32], Vec::new());
    let end = loop {
        stream.begin();
        match receive(&mut rx, &stream, verb, &mut out) {
            Ok(Some(len)) => frames.push(out[..len].to_vec()),
            Ok(None) => break None,
            Err(RxError::TimedOut { received } | RxError::Interrupted { received }) => {
                let there = unfinished(format, stream.taken.get(), frames.len());
                if received != there {
                    return Err(format!("received {received} bytes of the next frame, want {there}"));
                }
            }
            Err(error) => break Some(error),
        }
    };

    if let Some(promise) = stream.wrong.get() {
        return Err(promise.into());
    }
    let (whole, want) = model(format, stream.taken.get(), stream.broke.get());
    if frames != FRAMES[..whole] || end != want {
        return Err(format!("got {frames:x?} and {end:?}, want {whole} frames and {want:?}"));
    }
    // It is over for good: the same each time, and no call.
    for verb in [Verb::Recv, Verb::RecvInto, Verb::NextLen] {
        let again = receive(&mut rx, &stream, verb, &mut out);
        if again != want.map_or(Ok(None), Err) {
            return Err(format!("after {want:?}: {again:?}"));
        }
    }
    stream.wrong.get().map_or(Ok(()), |promise| Err(promise.into()))
}

fn receive(
    rx: &mut Rx<'_, &Scripted<'_>>,
    stream: &Scripted<'_>,
    verb: Verb,
    out: &mut [u8; 32],
) -> Result<Option<usize>, RxError> {
    let interrupt = When(|| stream.set.get());
    if verb == Verb::RecvInto {
        return rx.recv_into(out, DEADLINE, &interrupt);
    }
    if verb == Verb::NextLen && rx.next_len(DEADLINE, &interrupt)?.is_none() {
        return Ok(None);
    }
    stream.begin();
    let frame = rx.recv(DEADLINE, &interrupt)?;
    Ok(frame.map(|frame| {
        out[..frame.len()].copy_from_slice(frame);
        frame.len()
    }))
}

/// How many bytes have come that belong to no frame which was given out, of so many.
fn unfinished(format: Format, taken: usize, frames: usize) -> usize {
    let prologue = format.profile.prologue().len();
    let out: usize = FRAMES[..frames].iter().map(|payload| format.profile.header_len() + payload.len()).sum();
    if taken < prologue { taken } else { taken - prologue - out }
}

/// How many frames are whole in so many bytes, and what the end of the stream there, or an error, means.
fn model(format: Format, taken: usize, broke: Option<Errno>) -> (usize, Option<RxError>) {
    let (prologue, header) = (format.profile.prologue().len(), format.profile.header_len());
    let mut whole = 0;
    while whole < FRAMES.len() && taken >= prologue && {
        let rest = unfinished(format, taken, whole);
        rest >= header + FRAMES[whole].len()
    } {
        whole += 1;
    }
    let received = unfinished(format, taken, whole);
    let cut = match received {
        0 => None,
        got if taken < prologue => Some(FrameError::EndInPrologue { got: got as u8 }),
        got if got < header => Some(FrameError::EndInHeader { got: got as u8 }),
        got => Some(FrameError::EndInBody { got: (got - header) as u32, len: FRAMES[whole].len() as u32 }),
    };
    let end = match broke {
        Some(errno) => Some(RxError::Failed { errno, received }),
        None => cut.map(RxError::Protocol),
    };
    (whole, end)
}
