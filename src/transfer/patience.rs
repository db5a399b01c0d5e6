//! How an operation waits: Core's order, in one place.
//!
//! An operation makes its attempt and, if that did not finish it, calls [`Patience::pause`], which looks at the deadline, then
//! at the interrupt, then waits; and then it attempts again. So what can be done at once is done, whatever time it is; timeout
//! beats interrupt; and after every wait, also after the one that the deadline cut short, there is a last attempt.

use core::time::Duration;

use crate::{
    Deadline, Errno, Events, Instant, Interrupt, Lend, Never, Ticket, Wait, io_error_is_permanent, signal::Entered,
    sync::mutant,
};

/// The longest that a wait goes without looking at an interrupt that cannot wake it: 1 s, as in Core.
pub const MAX_WAIT_FOR_IO: Duration = Duration::from_secs(1);

/// How often in a row a wait may end before its time, and for nothing, before the stream and the bell are no longer believed.
const IN_VAIN: u32 = 3;
/// Naps in a row last 1, 2, 4 … milliseconds; after so many doublings they grow no more. They grow little where somebody else may
/// just have been faster: readers that race for tokens would all sleep. And little where the interrupt is not heard.
const DOUBLINGS: u32 = 6;
const DOUBLINGS_IN_VAIN: u32 = 2;

/// What made a pause end the operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    TimedOut,
    Interrupted,
    Failed(Errno),
}

/// What is left of one operation's time.
pub(crate) struct Patience<'i, I: ?Sized> {
    deadline: Deadline,
    interrupt: &'i I,
    /// The interrupt was set during a wait, and may be reset by now.
    fired: bool,
    /// What it noted when this first waited: another note later means that it was set in between.
    since: Option<Ticket>,
    /// Waits in a row that something ended, and that were followed by an attempt that achieved nothing.
    in_vain: u32,
    /// Naps in a row.
    naps: u32,
    /// What neither the stream nor the interrupt tells may end it.
    looks_up: bool,
}

impl<'i, I: Interrupt + ?Sized> Patience<'i, I> {
    pub(crate) fn new(deadline: Deadline, interrupt: &'i I) -> Self {
        Self { deadline, interrupt, fired: false, since: None, in_vain: 0, naps: 0, looks_up: false }
    }

    /// No wait is longer than [`MAX_WAIT_FOR_IO`], so that the attempts can look at something else as well.
    pub(crate) fn looking_up(self) -> Self {
        Self { looks_up: !mutant!("never_look_up"), ..self }
    }

    /// The last attempt achieved something.
    pub(crate) fn progress(&mut self) {
        self.in_vain = 0;
        self.naps = 0;
    }

    /// Waits for one of `events`. Returns what occurred; nothing, when it is just time for another attempt.
    ///
    /// `None`: no event tells when another attempt is worth it. Then it naps, longer each time, and looks for nothing but the
    /// peer's going away.
    pub(crate) fn pause<W: Wait + ?Sized>(&mut self, on: &W, events: Option<Events>) -> Result<Events, Stop> {
        self.wait(on, events.unwrap_or(Events::HANGUP), events.is_none())
    }

    /// Sleeps a moment, longer each time, whatever becomes of the stream.
    pub(crate) fn nap<W: Wait + ?Sized>(&mut self, on: &W) -> Result<(), Stop> {
        self.wait(on, Events::TIME, true).map(drop)
    }

    fn wait<W: Wait + ?Sized>(&mut self, on: &W, events: Events, is_nap: bool) -> Result<Events, Stop> {
        self.rest(
            is_nap,
            || on.now(),
            |left, interrupt| match interrupt {
                Some(interrupt) => on.wait(events, left, interrupt),
                None => on.wait(Events::TIME, left, &Never),
            },
        )
    }

    /// Waits once, by `wait`, which gets how long it may, and the interrupt; or `None`, to sleep for just that time.
    ///
    /// A stream on which something occurs again and again when nothing can be done (a peer that takes no bytes, readers that race, an
    /// error that nobody fetches), or a bell that rings for others who have not heard it yet, would make this a loop without a
    /// pause, which keeps those others from running. So after some waits in vain every other one is a nap that nothing cuts short.
    pub(crate) fn rest(
        &mut self,
        is_nap: bool,
        now: impl FnOnce() -> Instant,
        wait: impl FnOnce(Option<Duration>, Option<&I>) -> Result<Events, Errno>,
    ) -> Result<Events, Stop> {
        let in_vain = self.in_vain >= IN_VAIN;
        let nap = match (in_vain, is_nap) {
            (true, _) => Some(self.next_nap(DOUBLINGS_IN_VAIN)),
            (false, true) => Some(self.next_nap(DOUBLINGS)),
            (false, false) => None,
        };
        let left = self.left(now, nap)?;
        let can_ring = matches!(self.interrupt.lend(), Lend::Handle(_));
        let occurred = self.ask(|interrupt| wait(left, if in_vain { None } else { Some(interrupt) }))?;
        // A bell that can ring counts as one that did. Had it been a signal, or the time, then no harm is done: what comes next is a
        // moment's nap, or a timeout.
        self.in_vain = match (in_vain, can_ring || !occurred.is_empty()) {
            (true, _) => IN_VAIN - 1,
            (false, true) => self.in_vain + 1,
            (false, false) => 0,
        };
        Ok(occurred)
    }

    fn next_nap(&mut self, most: u32) -> Duration {
        let length = Duration::new(0, 1_000_000 << self.naps.min(most));
        self.naps = self.naps.wrapping_add(1);
        length
    }

    /// How long this wait may be, if it may be at all. The only place that reads a clock.
    fn left(&mut self, now: impl FnOnce() -> Instant, at_most: Option<Duration>) -> Result<Option<Duration>, Stop> {
        let slice = match self.interrupt.lend() {
            Lend::Flag if !mutant!("unwatched_flag") => Some(at_most.unwrap_or(MAX_WAIT_FOR_IO)),
            _ if self.looks_up => Some(at_most.unwrap_or(MAX_WAIT_FOR_IO)),
            Lend::Flag | Lend::Never | Lend::Handle(_) => at_most,
        };
        if self.deadline == Deadline::Never {
            return Ok(slice);
        }
        let now = now();
        let Some(end) = self.deadline.fixed(now) else { return Ok(slice) };
        self.deadline = Deadline::At(end);
        if now >= end {
            return Err(Stop::TimedOut);
        }
        let left = end.saturating_duration_since(now);
        Ok(Some(slice.map_or(left, |slice| slice.min(left))))
    }

    /// Looks at the interrupt, and waits if it is not set. A latch must know of the sleeper before it is looked at.
    fn ask(&mut self, wait: impl FnOnce(&I) -> Result<Events, Errno>) -> Result<Events, Stop> {
        if self.fired {
            return Err(Stop::Interrupted);
        }
        let early = mutant!("look_before_enter").then(|| self.interrupt.is_set());
        let entered = Entered::new(self.interrupt);
        let missed = *self.since.get_or_insert(entered.since) != entered.since && !mutant!("forget_between_waits");
        let remembered = missed && !mutant!("forget_the_reset");
        let set = (remembered || early.unwrap_or_else(|| self.interrupt.is_set())) && !mutant!("deaf");
        let woken = if set { Err(Stop::Interrupted) } else { wait(self.interrupt).map_err(Stop::Failed) };
        self.fired = entered.leave() && !mutant!("forget_the_reset");
        match woken {
            Err(Stop::Failed(errno)) if !io_error_is_permanent(errno) => Ok(Events::NONE),
            woken => woken,
        }
    }
}
