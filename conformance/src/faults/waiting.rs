//! How the environment waits, what time it is in it, and what interrupts it.

use core::time::Duration;
use std::format;
#[cfg(target_os = "linux")]
use std::sync::OnceLock;

#[cfg(target_os = "linux")]
use sockpipe::ThreadInterrupt;
use sockpipe::{
    Deadline, Errno, Events, Instant, Interrupt, Lend, MAX_WAIT_FOR_IO, Ticket, Wait, io_error_is_permanent,
};

use super::{
    Symbol,
    environment::Environment,
    setting::{BEYOND, Bell, Limit, PATIENCE, Tail},
};

impl Environment<'_> {
    /// What a wait finds. With a bell that rings it does not sleep.
    fn waits(&self, events: Events, at_most: Option<Duration>, rings: bool) -> Result<Events, Errno> {
        let is_look = at_most == Some(Duration::ZERO);
        if !is_look {
            self.may_wait(at_most);
            let alone = !self.stream.listener_is_full.take() || events == Events::TIME;
            self.expect(alone, "nobody waits for a socket whose listener is full");
        }
        self.enter()?;
        let idle = self.in_tail() && !is_look;
        if idle && self.setting.limit == Limit::Never && self.setting.tail != Tail::Well {
            self.interrupt();
        }
        while let Some(symbol) = self.head().filter(|symbol| symbol.is_silent()) {
            if self.silently(symbol) && !is_look {
                return Ok(Events::NONE);
            }
        }
        let at_most = if rings { Some(Duration::ZERO) } else { at_most };
        let found = match self.head() {
            None if rings => return Ok(Events::NONE),
            Some(Symbol::Zero) if is_look => Ok(Events::NONE),
            Some(Symbol::Zero) if !self.in_tail() => {
                self.oversleeps();
                Ok(Events::NONE)
            }
            None if events == Events::TIME => {
                self.oversleeps();
                return Ok(Events::NONE);
            }
            // A signal that comes again and again does so a few times a second.
            Some(Symbol::Intr) => {
                self.pass(if idle { 100_000_000 } else { 0 });
                Err(Errno::INTR)
            }
            Some(Symbol::Again) if self.stream.waiting_is_all.get() => {
                self.pass(if idle { 100_000_000 } else { 0 });
                Err(Errno::AGAIN)
            }
            Some(Symbol::NoMem) => Err(Errno::NOMEM),
            None | Some(Symbol::Zero) => return self.sleeps(at_most),
            Some(Symbol::Hup | Symbol::Error) if events == Events::TIME => self.sleeps(at_most),
            Some(Symbol::Hup) => Ok(Events::ERROR | Events::HANGUP),
            Some(Symbol::Error) => Ok(Events::ERROR),
            Some(Symbol::Nval) => Err(Errno::BADF),
            Some(symbol) => {
                // This "ready" is a symbol of its own, so that the attempt after it can get any other.
                if symbol == Symbol::Again {
                    self.happened();
                }
                return if events == Events::TIME { self.sleeps(at_most) } else { Ok(events) };
            }
        };
        self.happened();
        if found.is_err_and(io_error_is_permanent) {
            self.is_over();
        }
        found
    }

    /// Nothing occurs in all of this time.
    fn sleeps(&self, at_most: Option<Duration>) -> Result<Events, Errno> {
        let nanos = at_most.map_or(PATIENCE, |time| time.as_nanos() as u64);
        self.pass(nanos);
        Ok(Events::NONE)
    }

    /// As long as any wait may last now, also if this one should only have been a nap.
    fn oversleeps(&self) {
        let slice = if self.setting.bell == Bell::Flag { MAX_WAIT_FOR_IO.as_nanos() as u64 } else { u64::MAX };
        let left = self.end.get().map_or(u64::MAX, |end| end.saturating_sub(self.clock.get()));
        let most = slice.min(left);
        self.pass(if most == u64::MAX { BEYOND } else { most });
    }

    /// Whether a wait may be begun, and for so long.
    fn may_wait(&self, at_most: Option<Duration>) {
        self.expect(self.attempts.get() > 0, "an attempt before the first wait");
        self.expect(!self.set.get(), "no wait when interrupted");
        if self.setting.bell == Bell::Flag {
            self.expect(at_most.is_some_and(|time| time <= MAX_WAIT_FOR_IO), "a flag is looked at every second");
        }
        if self.setting.limit != Limit::Never {
            let left = self.end.get().map_or(0, |end| end.saturating_sub(self.clock.get()));
            self.expect(left > 0, "no wait at the deadline or after it");
            let left = Duration::from_nanos(left);
            self.expect(at_most.is_some_and(|time| time <= left), "no wait beyond the deadline");
        }
    }
}

impl Wait for Environment<'_> {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        let is_look = at_most == Some(Duration::ZERO);
        let found = self.waits(events, at_most, matches!(interrupt.lend(), Lend::Handle(_)));
        if is_look {
            self.attempts.set(self.attempts.get() + 1);
        }
        // Where waiting is all of the operation, what occurred ends it.
        if self.stream.waiting_is_all.get() && found.is_ok_and(|found| !found.is_empty()) {
            self.is_over();
        }
        self.say(|| format!("wait({events:?}, {at_most:?}) = {found:?}"));
        found
    }

    fn now(&self) -> Instant {
        self.expect(!self.over.get(), "no look at the clock after the operation is over");
        self.expect(self.attempts.get() > 0, "an attempt before the first look at the clock");
        if let Deadline::Within(time) = self.setting.limit.deadline()
            && self.end.get().is_none()
        {
            self.end.set(Some(self.clock.get() + time.as_nanos() as u64));
        }
        self.say(|| "now()".into());
        Instant::from_nanos(self.clock.get())
    }
}

/// What the operation is interrupted by.
pub struct Stop<'e, 's>(pub &'e Environment<'s>);

impl Interrupt for Stop<'_, '_> {
    fn is_set(&self) -> bool {
        let set = self.0.set.get();
        self.0.say(|| format!("is_set() = {set}"));
        set
    }

    fn lend(&self) -> Lend<'_> {
        match self.0.setting.bell {
            Bell::Flag => Lend::Flag,
            Bell::Rings => something(),
            // What wakes lends nothing here, as all of the waiting is ours.
            Bell::Wakes | Bell::Latch => Lend::Never,
        }
    }

    fn enter(&self) -> Ticket {
        Ticket(self.0.fired.get())
    }

    fn leave(&self, since: Ticket) -> bool {
        self.0.setting.bell == Bell::Latch && Ticket(self.0.fired.get()) != since
    }
}

/// Any descriptor: nobody polls it.
#[cfg(target_os = "linux")]
fn something() -> Lend<'static> {
    static BELL: OnceLock<ThreadInterrupt> = OnceLock::new();
    BELL.get_or_init(|| ThreadInterrupt::new().expect("a descriptor")).lend()
}

#[cfg(not(target_os = "linux"))]
fn something() -> Lend<'static> {
    Lend::Never
}
