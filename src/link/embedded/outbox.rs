//! A sending half without its I/O: it says what to write next, and is told what came of it.
//!
//! All that is to go out is in here, and so is how far it has gone; and nothing in whoever writes, so it does not matter when he stops. But
//! for a frame that is longer than the memory: its rest stays with the caller, who must bring it again.

use super::{TxError, error::is_transient};
use crate::{
    link::{Format, intake::Intake},
    log,
};

#[derive(Debug)]
pub(in crate::link) struct Outbox<'b> {
    format: Format,
    /// What goes out next.
    queue: Intake<'b>,
    large: Option<Large>,
    fate: Fate,
}

/// A frame that is longer than the memory. Its beginning fills that, header first, and the rest follows from the caller's own.
#[derive(Clone, Copy, Debug)]
struct Large {
    /// So much of its payload has been in the queue or gone out.
    taken: usize,
    len: usize,
}

/// What has become of the link.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Alive,
    Closed,
    Broken,
    WriteZero,
    TooSmall,
}

/// How much memory there is at least: a prologue and a header fit.
const LEAST: usize = 16;

impl<'b> Outbox<'b> {
    /// The prologue, if there is one, is the first that is to go out.
    pub(in crate::link) fn new(format: Format, memory: &'b mut [u8]) -> Self {
        let (prologue, fate) =
            if memory.len() < LEAST { (&b""[..], Fate::TooSmall) } else { (format.profile.prologue(), Fate::Alive) };
        let mut queue = Intake::new(memory);
        queue.spare(0).iter_mut().zip(prologue).for_each(|(place, byte)| *place = *byte);
        queue.put(prologue.len());
        Self { format, queue, large: None, fate }
    }

    pub(in crate::link) fn format(&self) -> Format {
        self.format
    }

    /// How many bytes are accepted and not written yet.
    pub(in crate::link) fn pending(&self) -> usize {
        self.queue.bytes().len()
    }

    /// Accepts a frame. `Some`: this must be written before, or is a part of it; `None`: it is accepted.
    ///
    /// A frame that is longer than the memory has gone out when it is accepted.
    pub(in crate::link) fn feed<'a, E>(&'a mut self, payload: &'a [u8]) -> Result<Option<&'a [u8]>, TxError<E>> {
        let (len, max) = (payload.len(), self.format.max as usize);
        if len > max {
            return Err(TxError::TooLong { len, max });
        }
        self.is_alive()?;
        let total = self.format.profile.header_len() + len;
        if total > self.queue.capacity() {
            return self.feed_large(payload);
        }
        self.leave_large()?;
        let whole = self.pending() + total;
        if whole > self.queue.capacity() {
            return Ok(Some(self.queue.bytes()));
        }
        if let Some(place) = self.queue.spare(whole).get_mut(..total) {
            self.format.write(len, &[payload], place);
        }
        self.queue.put(total);
        Ok(None)
    }

    /// What must be written until nothing is left.
    pub(in crate::link) fn flush<E>(&mut self) -> Result<Option<&[u8]>, TxError<E>> {
        self.is_alive()?;
        self.leave_large()?;
        Ok(Some(self.queue.bytes()).filter(|bytes| !bytes.is_empty()))
    }

    /// Nothing more is accepted.
    pub(in crate::link) fn close(&mut self) {
        self.fate = Fate::Closed;
    }

    /// What came of writing what was asked for last.
    pub(in crate::link) fn written<E: embedded_io::Error>(
        &mut self,
        written: Result<usize, E>,
    ) -> Result<(), TxError<E>> {
        match (self.done(written)?, self.pending(), &mut self.large) {
            (0, ..) => {
                self.fate = Fate::WriteZero;
                return Err(TxError::WriteZero);
            }
            // Whoever claims to have written more than there was has written it.
            (n, 1.., _) => drop(self.queue.take(n.min(self.queue.capacity()))),
            (n, 0, Some(large)) => large.taken += n.min(large.len - large.taken),
            (_, 0, None) => {}
        }
        Ok(())
    }

    /// What came of something that the writer did.
    pub(in crate::link) fn done<T, E: embedded_io::Error>(&mut self, result: Result<T, E>) -> Result<T, TxError<E>> {
        result.map_err(|error| {
            if !is_transient(&error) {
                log::debug!("link ends, its writer has failed");
                self.fate = Fate::Broken;
            }
            TxError::Io { error, accepted: false }
        })
    }

    fn is_alive<E>(&self) -> Result<(), TxError<E>> {
        match self.fate {
            Fate::Alive => Ok(()),
            Fate::Closed => Err(TxError::Closed),
            Fate::Broken => Err(TxError::Broken),
            Fate::WriteZero => Err(TxError::WriteZero),
            Fate::TooSmall => Err(TxError::TooSmall),
        }
    }

    /// Some of the frame has gone out. Its beginning has filled the memory.
    fn has_begun(&self) -> bool {
        self.pending() < self.queue.capacity()
    }

    /// Something else than a large frame is to come. Takes it back if nothing of it has gone out.
    fn leave_large<E>(&mut self) -> Result<(), TxError<E>> {
        let Some(Large { taken, len }) = self.large else { return Ok(()) };
        if self.has_begun() {
            return Err(TxError::Unfinished { sent: taken.saturating_sub(self.pending()), total: len });
        }
        self.queue.keep(0);
        self.large = None;
        Ok(())
    }

    fn feed_large<'a, E>(&'a mut self, payload: &'a [u8]) -> Result<Option<&'a [u8]>, TxError<E>> {
        let len = payload.len();
        let goes_on = self.large.is_some_and(|large| large.len == len && self.has_begun());
        if !goes_on {
            self.leave_large()?;
            if self.queue.is_empty() {
                let taken = self.begin(payload);
                self.large = Some(Large { taken, len });
            }
        }
        if !self.queue.is_empty() {
            return Ok(Some(self.queue.bytes()));
        }
        let taken = self.large.map_or(len, |large| large.taken);
        let rest = payload.get(taken..).filter(|rest| !rest.is_empty());
        if rest.is_none() {
            self.large = None;
        }
        Ok(rest)
    }

    /// Fills the memory with the beginning of a frame, and says how much of the payload that is.
    fn begin(&mut self, payload: &[u8]) -> usize {
        let place = self.format.header(payload.len(), self.queue.spare(0));
        place.iter_mut().zip(payload).for_each(|(place, byte)| *place = *byte);
        let taken = place.len();
        self.queue.put(self.queue.capacity());
        taken
    }
}
