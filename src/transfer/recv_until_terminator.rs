//! Receiving up to a terminator, and not a byte past it.
//!
//! Peek into the spare room of the output, find the terminator, consume that much in place. What is not consumed stays in the
//! stream, which is what makes it possible to hand the stream to somebody else between two lines.
//!
//! # Safety
//! This file raises the length of a heapless buffer over bytes that a [`Room`] counted as written.
#![allow(unsafe_code)]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use heapless::vec::VecView;

use super::{
    Patience, Stop,
    consume::{Withheld, consume},
    find::find,
    text::{Kind, Rest, Text},
};
use crate::{Deadline, Errno, Events, Interrupt, Peek, RecvError, Room, io_error_is_permanent, log, sync::mutant};

/// [`Peek::recv_until_terminator`].
pub(crate) fn recv_until_terminator<S: Peek + ?Sized, T: Text + ?Sized>(
    from: &S,
    terminator: u8,
    out: &mut T,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), RecvError> {
    // SAFETY: `look` appends only what `T::Kind` has found whole.
    let out = unsafe { out.bytes() };
    receive::<S, T::Kind>(from, terminator, out, deadline, interrupt).inspect_err(|error| {
        log::trace!("recv_until_terminator stopped after {} bytes", error.received());
    })
}

fn receive<S: Peek + ?Sized, K: Kind>(
    from: &S,
    terminator: u8,
    out: &mut VecView<u8>,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), RecvError> {
    let mut received = 0;
    let mut patience = Patience::new(deadline, interrupt);
    let mut window = Window::of(from);
    let mut peer_is_gone = false;
    loop {
        // Longer cannot be. But where that has been excluded, the spare room is known to be inside, and no panic is kept for it.
        if out.len() >= out.capacity() {
            return Err(RecvError::TooLong { limit: out.capacity(), received });
        }
        let look = look::<S, K>(from, terminator, out, window.size);
        received += look.taken;
        if look.taken > 0 {
            patience.progress();
        }
        let mut cut = false;
        match look.found {
            Found::Line => {
                window.learn(received);
                return Ok(());
            }
            Found::More => {
                window.grow();
                continue;
            }
            Found::Part => {}
            Found::Cut if peer_is_gone => return Err(RecvError::NotUtf8 { received }),
            Found::Cut => cut = true,
            Found::Misfit => return Err(RecvError::TooLong { limit: out.capacity(), received }),
            Found::Bad => return Err(RecvError::NotUtf8 { received }),
            Found::End => return Err(RecvError::Closed { received }),
            Found::Error(errno) if io_error_is_permanent(errno) => return Err(RecvError::Failed { errno, received }),
            Found::Error(_) => {}
        }
        // The beginning of a character lies unread, so "ready to receive" is true for ever, and the end of the stream does not
        // show: it is looked at again after a nap, until the peer can send no more.
        let events = if cut { None } else { Some(Events::RECV) };
        let occurred = patience.pause(from, events).map_err(|stop| match stop {
            Stop::TimedOut => RecvError::TimedOut { received },
            Stop::Interrupted => RecvError::Interrupted { received },
            Stop::Failed(errno) => RecvError::Wait { errno, received },
        })?;
        peer_is_gone = occurred.contains(Events::HANGUP);
    }
}

/// What one look at the stream found, and how many bytes were taken.
struct Look {
    taken: usize,
    found: Found,
}

enum Found {
    /// The terminator.
    Line,
    /// A window full of line: there may be more at once.
    More,
    /// All that was there.
    Part,
    /// All that was there but the beginning of a character.
    Cut,
    /// The beginning of a character that is longer than all the room that is left.
    Misfit,
    /// Something that is not UTF-8.
    Bad,
    /// The end of the stream.
    End,
    Error(Errno),
}

/// One peek, and the consumption of what may be taken.
fn look<S: Peek + ?Sized, K: Kind>(from: &S, terminator: u8, out: &mut VecView<u8>, window: usize) -> Look {
    let start = out.len();
    let spare = out.spare_capacity_mut();
    let fits = spare.len();
    let place = spare.as_ptr();
    let window = window.min(fits);
    let mut room = Room::from(spare.get_mut(..window).unwrap_or_default());
    if let Err(errno) = from.peek(&mut room) {
        return Look { taken: 0, found: Found::Error(errno) };
    }
    let full = room.remaining() == 0;
    let seen = room.filled_mut();
    // A stream that puts another room in the place of ours has shown us nothing.
    if seen.is_empty() || seen.as_ptr() != place.cast() {
        return Look { taken: 0, found: Found::End };
    }

    let end = find(terminator, seen);
    let hit = end != seen.len();
    let (whole, rest) = K::judge(seen.get(..end).unwrap_or_default());
    let mut found = match rest {
        Rest::None if hit => Found::Line,
        Rest::None if full => Found::More,
        Rest::None => Found::Part,
        Rest::Cut(length) if !hit && usize::from(length) > fits - whole => Found::Misfit,
        // Whole characters stand before it, as a window is longer than one unless there is no more room.
        Rest::Cut(_) if !hit && full => Found::More,
        Rest::Cut(_) if !hit => Found::Cut,
        Rest::Cut(_) | Rest::Bad => Found::Bad,
    };
    let take = whole + usize::from(matches!(found, Found::Line));

    // All of it was shown, and half a character that has left the stream can be put nowhere.
    let (taken, stopped) = consume(from, seen.get_mut(..take).unwrap_or_default());
    match stopped {
        Ok(()) => {}
        Err(Withheld::Failed(errno)) => found = Found::Error(errno),
        Err(Withheld::Hesitates | Withheld::Ended) => found = Found::Part,
    }

    // What was taken is what counts, should another reader have been there in between.
    let mut keep = taken;
    if let Found::Line = found {
        match seen.get(taken - 1) {
            Some(last) if *last == terminator => keep -= 1,
            _ => found = Found::Part,
        }
    }
    let (whole, rest) = K::judge(seen.get(..keep).unwrap_or_default());
    let keep = if mutant!("trust_the_peek") { keep } else { whole };
    if !matches!(rest, Rest::None) && !matches!(found, Found::Error(_)) {
        found = Found::Bad;
    }
    // SAFETY: `keep` bytes behind `start` are initialised, as they are part of `seen`, which begins there and is what a room counted.
    unsafe { out.set_len(start + keep) };
    Look { taken, found }
}

/// How much to peek at: more costs time for each byte, less costs system calls.
struct Window<'s> {
    /// The mean length of recent lines, where the stream remembers it; 0 before the first.
    mean: Option<&'s AtomicU32>,
    size: usize,
}

impl<'s> Window<'s> {
    const FIRST: usize = 4096;
    const SMALLEST: usize = 512;
    const LARGEST: usize = 65536;

    fn of<S: Peek + ?Sized>(from: &'s S) -> Self {
        let mean = from.window();
        let size = match mean.map_or(0, |mean| mean.load(Relaxed) as usize) {
            0 => Self::FIRST,
            mean => (mean.saturating_add(mean / 4 + 64)).clamp(Self::SMALLEST, Self::LARGEST),
        };
        Self { mean, size }
    }

    fn grow(&mut self) {
        self.size = (self.size * 4).min(Self::LARGEST);
    }

    /// A line of `length` has come: up at once, down slowly.
    fn learn(&mut self, length: usize) {
        let Some(kept) = self.mean else { return };
        let length = length.min(Self::LARGEST) as u32;
        let mean = kept.load(Relaxed);
        kept.store(length.max(mean - mean.saturating_sub(length) / 8), Relaxed);
    }
}
