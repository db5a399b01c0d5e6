//! Lines copied out of the window: into text, or with more room than the window has.
//!
//! # Safety
//! This file appends to the bytes of a text. It appends what is whole characters of that kind, and by safe code.
#![allow(unsafe_code)]

use super::{LineReader, attempts::Pace};
use crate::{
    Deadline, Interrupt, Peek, RecvError,
    transfer::{
        Text,
        find::find,
        text::{Kind, Rest},
    },
};

impl<S: Peek + ?Sized> LineReader<'_, '_, S> {
    /// Receives up to `terminator`, and appends what stands before it to `out`; a line may be longer than the window.
    ///
    /// As [`Peek::recv_until_terminator`]: **`out` is appended to**, the terminator is not stored and counts towards the limit, which is
    /// `out`'s capacity; text must be UTF-8. A [`partial`](Self::partial) line comes first.
    ///
    /// # Errors
    /// `received` is how much this call has appended, and how long the [`partial`](Self::partial) is behind that: half a character that has come, or what a
    /// stream has given that failed then. Text that is not UTF-8 is not handed out: the next call, of whatever kind, begins with it, and an eager
    /// reader has left it in the stream unless it had to wait for more of it. The others, and their order, are those of [`Peek::recv_until_terminator`].
    pub fn recv_until_terminator<T: Text + ?Sized>(
        &mut self,
        terminator: u8,
        out: &mut T,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), RecvError> {
        // SAFETY: only what `T::Kind` has found whole is appended.
        let out = unsafe { out.bytes() };
        let mut pace = Pace::new(deadline, interrupt);
        let mut received = 0;
        loop {
            let fits = out.capacity() - out.len();
            let sight = self.window.sight();
            let sight = sight.get(..fits.min(sight.len())).unwrap_or_default();
            let length = find(terminator, sight);
            let is_hit = length < sight.len();
            let (whole, rest) = T::Kind::judge(sight.get(..length).unwrap_or_default());
            let is_line = is_hit && rest == Rest::None;
            let end = usize::from(is_line);
            if !self.is_lazy && !self.take(whole + end, received, &mut pace)? {
                continue;
            }
            // It fits, as no more was looked at.
            let _ = out.extend_from_slice(self.window.give(whole, end));
            received += whole;
            match rest {
                Rest::None if is_line => return Ok(()),
                Rest::None if whole < fits => self.see_more(received, &mut pace)?,
                Rest::Cut(length) if !is_hit && usize::from(length) <= fits - whole => {
                    self.see_more(received, &mut pace).map_err(|error| match error {
                        RecvError::Closed { received } => RecvError::NotUtf8 { received },
                        error => error,
                    })?;
                }
                Rest::Cut(_) | Rest::None if !is_hit => {
                    return Err(RecvError::TooLong { limit: out.capacity(), received: self.received(received) });
                }
                _ => return Err(RecvError::NotUtf8 { received: self.received(received) }),
            }
        }
    }
}
