//! Many frames in few system calls, for who has the link to himself.

use super::{Tx, TxError, push::Pushed, tx::Halt};
use crate::{Deadline, Errno, Interrupt, Sink, transfer::Patience};

/// A link whose frames are gathered in its pages, and go out a page at a time. Made by [`Tx::batch`].
///
/// Who has the link to himself needs no atomic operations, so that a small frame costs a copy and little more. Dropped, the
/// frames that it has accepted stay in the link, and go out with what is sent next: [`flush`](Self::flush) first.
///
/// ```
/// use sockpipe::{Deadline, Never, link::{Format, Tx}};
///
/// let (sock, peer) = sockpipe::make_socket_pair()?;
/// let mut pages = [0; 4096];
/// let mut tx = Tx::new(&sock, Format::bare(100), &mut pages);
///
/// let mut batch = tx.batch();
/// batch.feed(b"one", Deadline::Never, &Never)?;
/// batch.feed(b"two", Deadline::Never, &Never)?;
/// batch.flush(Deadline::Never, &Never)?; // one send(2)
/// assert_eq!(peer.recv(&mut [0; 100])?, 14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Batch<'t, 'b, W> {
    tx: &'t mut Tx<'b, W>,
}

impl<'t, 'b, W: Sink> Batch<'t, 'b, W> {
    pub(super) fn new(tx: &'t mut Tx<'b, W>) -> Self {
        Self { tx }
    }

    /// Accepts a frame. No system call as long as there is room for it in the page; otherwise the page is pushed, and waited for if it must be.
    ///
    /// A frame that is longer than a page is sent by [`Tx::send_large`], behind the others.
    ///
    /// # Errors
    /// Those of [`Tx::reserve`]: the frame was not accepted. For one longer than a page those of [`Tx::send_large`].
    #[inline]
    pub fn feed(
        &mut self,
        payload: &[u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        let fits = payload.len() <= self.tx.format().max as usize && self.tx.is_alive().is_ok();
        if fits && self.append(payload) {
            return Ok(());
        }
        self.feed_when_there_is_room(payload, deadline, interrupt)
    }

    /// Sends one frame, and waits until the kernel has it: [`Tx::send`] without an atomic operation. What was fed before goes out first, or with it.
    ///
    /// # Errors
    /// Those of [`Tx::send`]. For a frame longer than a page those of [`Tx::send_large`].
    #[inline]
    pub fn send(
        &mut self,
        payload: &[u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        let (header_len, format) = (self.tx.header_len(), self.tx.format());
        let fits = payload.len() <= format.max as usize && self.tx.is_alive().is_ok();
        let Tx { pages, writer, .. } = &mut *self.tx;
        let room = if fits { pages.append_first(header_len + payload.len()) } else { None };
        match room {
            Some(frame) => {
                format.write(payload.len(), &[payload], frame);
                let attempt = writer.send(frame);
                if attempt == Ok(frame.len()) {
                    pages.take_back();
                    return Ok(());
                }
                self.send_rest(attempt, deadline, interrupt)
            }
            None => self.send_behind_others(payload, deadline, interrupt),
        }
    }

    /// Waits until the kernel has all the frames: [`Tx::flush`].
    ///
    /// # Errors
    /// Those of [`Tx::flush`].
    pub fn flush(&mut self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<(), TxError> {
        self.tx.flush(deadline, interrupt)
    }

    /// Waits until the rest of the only frame is gone, of which an attempt has taken this.
    #[cold]
    fn send_rest(
        &mut self,
        attempt: Result<usize, Errno>,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        let sent = self.tx.outcome(attempt).and_then(|n| match (self.tx.pages.until(), self.tx.pages.take()) {
            (Some(until), Some(mut push)) => {
                push.sent(n);
                drop(push);
                let pushed = if n > 0 { Pushed::Part } else { Pushed::Nothing };
                self.tx.flush_until(until, Some(pushed), &mut Patience::new(deadline, interrupt))
            }
            _ => Ok(()),
        });
        sent.map_err(|halt| self.tx.error(halt, true))
    }

    #[cold]
    fn send_behind_others(
        &mut self,
        payload: &[u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        if self.tx.checked_len(&[payload])? > self.tx.max_len() {
            return self.tx.send_large(payload, deadline, interrupt);
        }
        self.tx.send(payload, deadline, interrupt)
    }

    #[inline]
    fn append(&mut self, payload: &[u8]) -> bool {
        let (header_len, format) = (self.tx.header_len(), self.tx.format());
        let Some(room) = self.tx.pages().append(header_len + payload.len()) else { return false };
        format.write(payload.len(), &[payload], room);
        true
    }

    #[cold]
    fn feed_when_there_is_room(
        &mut self,
        payload: &[u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        let len = self.tx.checked_len(&[payload])?;
        if len > self.tx.max_len() {
            return self.tx.send_large(payload, deadline, interrupt);
        }
        let appended = self.append_patiently(payload, &mut Patience::new(deadline, interrupt));
        appended.map_err(|halt| self.tx.error(halt, false))
    }

    fn append_patiently(
        &mut self,
        payload: &[u8],
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<(), Halt> {
        loop {
            self.tx.is_alive()?;
            let pushed = self.tx.push_what_is_there()?;
            if self.append(payload) {
                return Ok(());
            }
            self.tx.wait_after(pushed, patience)?;
        }
    }
}
