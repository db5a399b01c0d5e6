//! How a reader sees more, takes it, and waits.

use core::mem;

use super::LineReader;
use crate::{
    Deadline, Events, Interrupt, Peek, RecvError, Room, io_error_is_permanent,
    transfer::{
        Patience, Stop,
        consume::{Withheld, consume},
        find::find,
    },
};

/// What one call has of its time, and what it knows of the stream.
pub(super) struct Pace<'i, I: ?Sized> {
    patience: Patience<'i, I>,
    /// The last peek was not full: more comes later, if at all.
    has_seen_all: bool,
}

impl<'i, I: Interrupt + ?Sized> Pace<'i, I> {
    pub(super) fn new(deadline: Deadline, interrupt: &'i I) -> Self {
        Self { patience: Patience::new(deadline, interrupt), has_seen_all: false }
    }
}

impl<S: Peek + ?Sized> LineReader<'_, '_, S> {
    /// The length of the line that comes next. In what is in sight, no terminator stands before `length`.
    #[inline(never)]
    pub(super) fn take_line(
        &mut self,
        terminator: u8,
        length: usize,
        deadline: &Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<usize, RecvError> {
        if length < self.window.sight().len() && self.take_at_once(length + 1)? {
            return Ok(length);
        }
        self.wait_for_line(terminator, length, &mut Pace::new(*deadline, interrupt))
    }

    /// Has the stream give the next `n` bytes in sight, if one attempt is enough. False: there is more to be taken.
    fn take_at_once(&mut self, n: usize) -> Result<bool, RecvError> {
        let end = self.window.given + n;
        if end <= self.window.taken {
            return Ok(true);
        }
        match self.stream.consume(self.window.untaken(end)) {
            Ok(n) => self.window.taken = end.min(self.window.taken.saturating_add(n)),
            Err(errno) if io_error_is_permanent(errno) => {
                return Err(RecvError::Failed { errno, received: self.received(0) });
            }
            Err(_) => {}
        }
        Ok(self.window.taken == end)
    }

    /// The same, with all that waiting takes.
    #[inline(never)]
    fn wait_for_line<I: Interrupt + ?Sized>(
        &mut self,
        terminator: u8,
        mut length: usize,
        pace: &mut Pace<'_, I>,
    ) -> Result<usize, RecvError> {
        loop {
            if length == self.window.sight().len() {
                self.see_more(0, pace)?;
                length += find(terminator, self.window.sight().get(length..).unwrap_or_default());
            } else if self.is_lazy || self.take(length + 1, 0, pace)? {
                return Ok(length);
            }
        }
    }

    /// Has the stream give the next `n` bytes in sight. False: it hesitated, and that was waited for.
    pub(super) fn take<I: Interrupt + ?Sized>(
        &mut self,
        n: usize,
        before: usize,
        pace: &mut Pace<'_, I>,
    ) -> Result<bool, RecvError> {
        match self.take_to(self.window.given + n).1 {
            Ok(()) => return Ok(true),
            Err(Withheld::Hesitates) => {}
            Err(Withheld::Ended) => return Err(RecvError::Closed { received: self.received(before) }),
            Err(Withheld::Failed(errno)) => return Err(RecvError::Failed { errno, received: self.received(before) }),
        }
        self.pause(before, pace)?;
        Ok(false)
    }

    /// Has the stream give what is in the window up to there. Returns how many bytes it gave.
    pub(super) fn take_to(&mut self, end: usize) -> (usize, Result<(), Withheld>) {
        let (taken, withheld) = consume(self.stream, self.window.untaken(end));
        self.window.taken += taken;
        (taken, withheld)
    }

    /// Takes what is in sight, and peeks behind it. Waits when there is nothing, or when the last peek has shown all that there was.
    pub(super) fn see_more<I: Interrupt + ?Sized>(
        &mut self,
        before: usize,
        pace: &mut Pace<'_, I>,
    ) -> Result<(), RecvError> {
        if !self.take(self.window.sight().len(), before, pace)? {
            return Ok(());
        }
        let spare = self.window.spare();
        if spare.is_empty() {
            return Err(RecvError::TooLong { limit: self.window.len(), received: self.received(before) });
        }
        if !mem::take(&mut pace.has_seen_all) {
            let place = spare.as_ptr();
            let mut room = Room::from(spare);
            match self.stream.peek(&mut room) {
                // The room counts for itself, so what a double claims here does not matter. Another room in its place does not count.
                Ok(_) if !room.filled().is_empty() && room.filled().as_ptr() == place => {
                    pace.has_seen_all = room.remaining() > 0;
                    pace.patience.progress();
                    self.window.end += room.filled().len();
                    return Ok(());
                }
                Ok(_) => return Err(RecvError::Closed { received: self.received(before) }),
                Err(errno) if io_error_is_permanent(errno) => {
                    return Err(RecvError::Failed { errno, received: self.received(before) });
                }
                Err(_) => {}
            }
        }
        self.pause(before, pace)
    }

    fn pause<I: Interrupt + ?Sized>(&self, before: usize, pace: &mut Pace<'_, I>) -> Result<(), RecvError> {
        let received = self.received(before);
        match pace.patience.pause(&*self.stream, Some(Events::RECV)) {
            Ok(_) => Ok(()),
            Err(Stop::TimedOut) => Err(RecvError::TimedOut { received }),
            Err(Stop::Interrupted) => Err(RecvError::Interrupted { received }),
            Err(Stop::Failed(errno)) => Err(RecvError::Wait { errno, received }),
        }
    }

    /// How much of the line has come, `before` of which the caller has got.
    pub(super) fn received(&self, before: usize) -> usize {
        before + self.window.partial().len()
    }
}
