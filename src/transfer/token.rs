//! One byte as a token: whole or not at all.

use super::{Patience, Stop};
use crate::{Deadline, Errno, Events, Interrupt, Room, Sink, Source, TokenError, Wait, log};

/// How often in a row a signal may cut an attempt short that does not sleep. No kernel does it twice.
const SIGNALS: u32 = 16;

/// [`Source::token_read`].
#[inline]
pub(crate) fn token_read<S: Source + ?Sized>(
    from: &S,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<Option<u8>, TokenError> {
    let token = match take(from) {
        Ok(token) => Ok(token),
        Err(errno) => until_it_is_done(from, Events::RECV, errno, || take(from), deadline, interrupt),
    };
    match token {
        Ok(None) => log::info!("end of the token stream"),
        Err(TokenError::Failed(errno)) => log::error!("token read failed with errno {}", errno.raw()),
        _ => {}
    }
    token
}

/// [`Sink::token_write`].
#[inline]
pub(crate) fn token_write<S: Sink + ?Sized>(
    to: &S,
    token: u8,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), TokenError> {
    match give(to, token) {
        Ok(()) => Ok(()),
        Err(errno) => until_it_is_done(to, Events::SEND, errno, || give(to, token), deadline, interrupt),
    }
}

/// The same without waiting.
pub(crate) fn try_token_read<S: Source + ?Sized>(from: &S) -> Result<Option<u8>, TokenError> {
    Ok(through_signals(&|| take(from))?)
}

/// The same without waiting.
pub(crate) fn try_token_write<S: Sink + ?Sized>(to: &S, token: u8) -> Result<(), TokenError> {
    Ok(through_signals(&|| give(to, token))?)
}

#[inline]
fn take<S: Source + ?Sized>(from: &S) -> Result<Option<u8>, Errno> {
    let mut token = [0];
    let place = token.as_ptr();
    let mut room = Room::from(&mut token);
    from.recv(&mut room)?;
    // The room counts for itself, so what a double claims here does not matter. Another room in its place does not count.
    let filled = room.filled();
    Ok(if filled.as_ptr() == place { filled.first().copied() } else { None })
}

#[inline]
fn give<S: Sink + ?Sized>(to: &S, token: u8) -> Result<(), Errno> {
    match to.send(&[token])? {
        0 => Err(Errno::AGAIN),
        _ => Ok(()),
    }
}

/// The first attempt failed with this. Most do not, so nothing is prepared for waiting before.
#[cold]
#[inline(never)]
fn until_it_is_done<W: Wait + ?Sized, T>(
    on: &W,
    events: Events,
    first: Errno,
    attempt: impl Fn() -> Result<T, Errno>,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<T, TokenError> {
    let mut result = if first == Errno::INTR { through_signals(&attempt) } else { Err(first) };
    let mut patience = Patience::new(deadline, interrupt);
    loop {
        match result {
            Err(Errno::AGAIN | Errno::INTR) => {}
            result => return Ok(result?),
        }
        patience.pause(on, Some(events))?;
        result = through_signals(&attempt);
    }
}

fn through_signals<T>(attempt: &impl Fn() -> Result<T, Errno>) -> Result<T, Errno> {
    let mut again = SIGNALS;
    loop {
        match attempt() {
            Err(Errno::INTR) if again > 0 => again -= 1,
            result => return result,
        }
    }
}

impl From<Stop> for TokenError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimedOut => Self::TimedOut,
            Stop::Interrupted => Self::Interrupted,
            Stop::Failed(errno) => Self::Failed(errno),
        }
    }
}
