//! Frames that are longer than a page: they go out from where the caller has them, without a copy.

use super::{
    Header, Tx, TxError,
    push::Pushed,
    tx::{ALIVE, Halt, STALLED, UNFINISHED},
};
use crate::{
    Deadline, Interrupt, Never, Sink,
    stream::PARTS,
    sync::{Ordering, mutant},
    transfer::{Patience, Stop},
};

impl<W: Sink> Tx<'_, W> {
    /// Sends one frame, of any length that the format allows, without copying it, and waits until the kernel has it.
    ///
    /// What was accepted before goes out first. One `sendmsg(2)` if there is room for all of it.
    ///
    /// # Errors
    /// [`TxError::TimedOut`], [`TxError::Interrupted`], [`TxError::Wait`] before its first byte has gone out: it was not accepted. After that
    /// [`TxError::Unfinished`]: call again with the same payload, and it goes on; until then every other verb says the same, as nothing can go out in the middle of a frame.
    pub fn send_large(
        &mut self,
        payload: &[u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        let len = self.checked_len(&[payload])?;
        let header = Header { len: len as u32, fds: 0 };
        let patience = &mut Patience::new(deadline, interrupt);
        let sent = self
            .send_alone(header, patience, |tx, sent, patience| tx.send_parts(header, &[payload], sent, None, patience));
        sent.map_err(|halt| self.error(halt, false))
    }

    /// Sends one frame by `send`, from where it has come, behind what was accepted before. Remembers it, if a part of it has gone out and
    /// the rest is to follow.
    pub(super) fn send_alone<I: Interrupt + ?Sized>(
        &mut self,
        header: Header,
        patience: &mut Patience<'_, I>,
        send: impl FnOnce(&Self, &mut usize, &mut Patience<'_, I>) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let mut sent = match self.unfinished {
            Some((sent, unfinished)) if unfinished == header => sent,
            _ => {
                self.flush_with(patience)?;
                0
            }
        };
        let result = send(self, &mut sent, patience);
        if sent > 0 && matches!(result, Err(Halt::Stop(_))) {
            self.unfinished = Some((sent, header));
            self.fate.store(UNFINISHED, Ordering::Relaxed);
            return Err(Halt::Fate);
        }
        if self.unfinished.take().is_some() && result.is_ok() {
            self.fate.store(ALIVE, Ordering::Relaxed);
        }
        result
    }

    /// Sends a frame between the frames of others.
    #[cold]
    pub(super) fn send_uncopied(
        &self,
        len: usize,
        parts: &[&[u8]],
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<(), Halt> {
        let header = Header { len: len as u32, fds: 0 };
        let mut sent = 0;
        loop {
            self.is_alive()?;
            // While it holds this, nobody else sends. It waits with it only once it must.
            let Some(push) = self.pages.begin(0) else {
                let pushed = self.push_what_is_there()?;
                self.wait_after(pushed, patience)?;
                continue;
            };
            let result = self.send_once(header, parts, &mut sent).and_then(|pushed| match sent {
                0 => Ok(()),
                _ => {
                    let mut patience = Patience::new(Deadline::Within(self.stall_limit), &Never);
                    self.send_parts(header, parts, &mut sent, Some(pushed), &mut patience)
                }
            });
            if let Err(halt) = result {
                let halt = match halt {
                    Halt::Stop(Stop::Failed(errno)) => self.die(errno),
                    Halt::Stop(_) => self.end(STALLED),
                    halt => halt,
                };
                // Or others would send in the middle of it.
                if !mutant!("leave_it_broken") {
                    push.keep();
                }
                return Err(halt);
            }
            if let Some(more) = push.done() {
                self.push(more)?;
            }
            if sent > 0 {
                return Ok(());
            }
            self.pause(patience)?;
        }
    }

    /// Sends a frame, from where it has come. Who has made an attempt just now says what came of it, and waits before the next.
    pub(super) fn send_parts(
        &self,
        header: Header,
        parts: &[&[u8]],
        sent: &mut usize,
        mut pushed: Option<Pushed>,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<(), Halt> {
        let total = self.header_len().saturating_add(header.len as usize);
        while *sent < total {
            let pushed = pushed.take().map_or_else(|| self.send_once(header, parts, sent), Ok)?;
            if *sent < total {
                self.wait_after(pushed, patience)?;
            }
        }
        Ok(())
    }

    /// One attempt of that, and what became of what was offered.
    #[inline(never)]
    fn send_once(&self, header: Header, parts: &[&[u8]], sent: &mut usize) -> Result<Pushed, Halt> {
        let mut head = [0; 8];
        let head = header.encode(self.format.profile, &mut head).and_then(|n| head.get(..n)).unwrap_or_default();
        let (mut skip, mut offered) = (*sent, 0);
        let mut offer = heapless::Vec::<&[u8], PARTS>::new();
        for part in [head].iter().chain(parts) {
            let rest = part.get(skip..).unwrap_or_default();
            skip = skip.saturating_sub(part.len());
            let is_offered = offer.is_empty() || self.writer.is_send_vectored();
            if !rest.is_empty() && is_offered && offer.push(rest).is_ok() {
                offered += rest.len();
            }
        }
        let n = self.outcome(self.writer.send_vectored(&offer))?;
        *sent += n.min(offered);
        Ok(match n {
            0 => Pushed::Nothing,
            n if n < offered => Pushed::Part,
            _ => Pushed::All,
        })
    }
}
