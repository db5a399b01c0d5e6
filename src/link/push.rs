//! How what a sending half has accepted gets out, and who waits until it has.

use super::{
    Tx,
    cork::Until,
    pages::{Claim, Push},
    tx::Halt,
};
use crate::{Deadline, Errno, Events, Interrupt, Sink, io_error_is_permanent, transfer::Patience};

/// What came of a push.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pushed {
    /// All of it went out: nothing is left.
    All,
    /// Some of it did. The stream takes no more now.
    Part,
    /// Nothing did: the stream takes nothing now, or somebody else pushes.
    Nothing,
}

impl<W: Sink> Tx<'_, W> {
    /// Sends what there is to push, without waiting, until there is no more or the stream is full.
    pub(super) fn push(&self, mut push: Push<'_>) -> Result<Pushed, Halt> {
        let mut pushed = Pushed::Nothing;
        loop {
            let rest = push.next();
            if rest.is_empty() {
                match push.done() {
                    Some(more) => push = more,
                    None => return Ok(Pushed::All),
                }
                continue;
            }
            let length = rest.len();
            let n = match self.outcome(self.writer.send(rest)) {
                Ok(n) => n,
                Err(halt) => {
                    push.keep();
                    return Err(halt);
                }
            };
            push.sent(n);
            if n > 0 {
                pushed = Pushed::Part;
            }
            if n < length {
                return Ok(pushed);
            }
        }
    }

    /// What an attempt to send has brought: so many bytes, none if the stream takes none now.
    pub(super) fn outcome(&self, attempt: Result<usize, Errno>) -> Result<usize, Halt> {
        match attempt {
            Err(errno) if io_error_is_permanent(errno) => Err(self.die(errno)),
            attempt => Ok(attempt.unwrap_or_default()),
        }
    }

    /// Pushes what can be pushed now, if nobody does.
    #[inline(never)]
    pub(super) fn push_what_is_there(&self) -> Result<Pushed, Halt> {
        self.pages.take().map_or(Ok(Pushed::Nothing), |push| self.push(push))
    }

    /// A range of so many bytes, once there is room.
    #[inline]
    pub(super) fn claim(
        &self,
        len: usize,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<Claim<'_>, Halt> {
        loop {
            self.is_alive()?;
            if let Some(claim) = self.pages.claim(len) {
                return Ok(claim);
            }
            let pushed = self.push_what_is_there()?;
            self.wait_after(pushed, patience)?;
        }
    }

    /// Sends a frame where others are accepted already, or that does not fit into a page.
    #[cold]
    pub(super) fn send_behind_others(
        &self,
        len: usize,
        parts: &[&[u8]],
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
        accepted: &mut bool,
    ) -> Result<(), Halt> {
        self.is_alive()?;
        let total = self.header_len().saturating_add(len);
        if total > self.pages.page() {
            return self.send_uncopied(len, parts, patience);
        }
        let mut claim = self.claim(total, patience)?;
        self.format.write(len, parts, claim.bytes());
        // When its own page is gone: it waits for nothing behind that.
        let until = claim.until();
        let push = claim.give_back(total, true);
        *accepted = true;
        let pushed = push.map(|push| self.push(push)).transpose()?;
        self.flush_until(until, pushed, patience)
    }

    /// Waits until everything is gone that is accepted by now.
    pub(super) fn flush_with(&self, patience: &mut Patience<'_, impl Interrupt + ?Sized>) -> Result<(), Halt> {
        self.is_alive()?;
        self.pages.until().map_or(Ok(()), |until| self.flush_until(until, None, patience))
    }

    /// Waits until that is gone. Who has made an attempt just now says what came of it, and waits before the next.
    pub(super) fn flush_until(
        &self,
        until: Until,
        mut pushed: Option<Pushed>,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<(), Halt> {
        while !self.pages.is_reached(until) {
            self.is_alive()?;
            let pushed = pushed.take().map_or_else(|| self.push_what_is_there(), Ok)?;
            self.wait_after(pushed, patience)?;
        }
        Ok(())
    }

    /// Among several senders one may give the link up, which the stream does not tell the others.
    pub(super) fn patience<I: Interrupt + ?Sized>(deadline: Deadline, interrupt: &I) -> Patience<'_, I> {
        Patience::new(deadline, interrupt).looking_up()
    }

    /// Waits until the stream takes more, if that is what a push has shown to be necessary.
    pub(super) fn wait_after(
        &self,
        pushed: Pushed,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<(), Halt> {
        if pushed != Pushed::Nothing {
            patience.progress();
        }
        if pushed == Pushed::All { Ok(()) } else { self.pause(patience) }
    }

    /// Waits until the stream takes more. Where somebody else pushes, or has a slot, this returns at once, a few times, and then naps.
    pub(super) fn pause(&self, patience: &mut Patience<'_, impl Interrupt + ?Sized>) -> Result<(), Halt> {
        patience.pause(&self.writer, Some(Events::SEND)).map(drop).map_err(Halt::Stop)
    }
}
