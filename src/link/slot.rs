//! A frame that is written where it will be sent from: set room aside, fill it, and commit.

use core::ops::{Deref, DerefMut};

use super::{Tx, TxError, pages::Claim, tx::Halt};
use crate::Sink;

/// Room for one frame, set aside by [`Tx::reserve`]. Dropped, it is free again, and nothing is sent.
#[derive(Debug)]
#[must_use = "the room that it sets aside holds up the frames of others"]
pub struct Permit<'t, 'b, W: Sink> {
    room: Room<'t, 'b, W>,
    max_len: usize,
}

impl<'t, 'b, W: Sink> Permit<'t, 'b, W> {
    pub(super) fn new(tx: &'t Tx<'b, W>, claim: Claim<'t>, max_len: usize) -> Self {
        Self { room: Room { tx, claim: Some(claim) }, max_len }
    }

    /// How long the frame may be.
    pub fn max_len(&self) -> usize {
        self.max_len
    }

    /// A frame of just so many bytes, all of them zero. No waiting, no system call.
    ///
    /// # Errors
    /// [`TxError::TooLong`] for more than was reserved. The room is given back.
    pub fn alloc(mut self, len: usize) -> Result<Slot<'t, 'b, W>, TxError> {
        if len > self.max_len {
            return Err(TxError::TooLong { len, max: self.max_len });
        }
        let header_len = self.room.tx.header_len();
        if let Some(claim) = &mut self.room.claim {
            let payload = self.room.tx.format().header(len, claim.bytes());
            payload.get_mut(..len).unwrap_or_default().fill(0);
        }
        Ok(Slot { room: self.room, start: header_len, end: header_len + len })
    }
}

/// A frame that is being written, in the link's memory. Dropped, nothing of it is sent.
///
/// It is a `[u8]` of the length that was asked for.
#[derive(Debug)]
#[must_use = "nothing is sent until it is committed"]
pub struct Slot<'t, 'b, W: Sink> {
    room: Room<'t, 'b, W>,
    start: usize,
    end: usize,
}

impl<W: Sink> Slot<'_, '_, W> {
    /// Accepts the frame as it is now, and pushes what can go without waiting: one `send(2)`, or none if somebody else is at it.
    ///
    /// What does not go now goes with whatever is sent next, or by [`Tx::flush`].
    ///
    /// # Errors
    /// The link is dead, and the frame is lost: [`TxError::Failed`], [`TxError::Stalled`].
    pub fn commit(mut self) -> Result<(), TxError> {
        self.commit_and(true)
    }

    /// Accepts the frame as it is now, and leaves it to whoever next sends or flushes. No system call.
    ///
    /// # Errors
    /// Those of [`commit`](Self::commit).
    pub fn commit_later(mut self) -> Result<(), TxError> {
        self.commit_and(false)
    }

    fn commit_and(&mut self, push: bool) -> Result<(), TxError> {
        let tx = self.room.tx;
        let result = tx.is_alive().and_then(|()| self.room.give_back(self.end, push));
        result.map_err(|halt| tx.error(halt, true))
    }
}

impl<W: Sink> Deref for Slot<'_, '_, W> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let bytes = self.room.claim.as_ref().map(Claim::as_bytes).unwrap_or_default();
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

impl<W: Sink> DerefMut for Slot<'_, '_, W> {
    fn deref_mut(&mut self) -> &mut [u8] {
        let bytes = self.room.claim.as_mut().map(Claim::bytes).unwrap_or_default();
        bytes.get_mut(self.start..self.end).unwrap_or_default()
    }
}

/// A range of a page, which is given back whatever happens.
#[derive(Debug)]
struct Room<'t, 'b, W: Sink> {
    tx: &'t Tx<'b, W>,
    /// There until it is given back.
    claim: Option<Claim<'t>>,
}

impl<W: Sink> Room<'_, '_, W> {
    fn give_back(&mut self, used: usize, push: bool) -> Result<(), Halt> {
        match self.claim.take().and_then(|claim| claim.give_back(used, push)) {
            Some(push) => self.tx.push(push).map(drop),
            None => Ok(()),
        }
    }
}

/// Others may have committed meanwhile, and left the pushing to this one.
impl<W: Sink> Drop for Room<'_, '_, W> {
    fn drop(&mut self) {
        let _ = self.give_back(0, true);
    }
}
