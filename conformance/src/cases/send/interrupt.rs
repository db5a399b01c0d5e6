//! What the interrupt ends, and what comes first.

use core::cell::Cell;

use sockpipe::{Deadline, Errno, Events, Interrupt, Lend, SendError, Sink, Ticket, When};

use super::super::common::{Soon, fill, ms, text};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Fault, Faulty, Plan},
};

const AGAIN: Fault = Fault::Fail(Errno::AGAIN);
const SET: When<fn() -> bool> = When(|| true);

/// S-26
pub fn timeout_beats_interrupt<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.faulty(Plan { send: &[Fault::Short(3)], clock: &[0], ..Plan::default() })?;
    claim!(a.send_complete(b"seven b", Deadline::NOW, &SET), Err(SendError::TimedOut { sent: 3, total: 7 }));
    claim!(a.calls(), [Call::Send(7), Call::Clock]);
    Ok(())
}

/// S-27
pub fn error_beats_all<W: World>(w: &W) -> Verdict {
    let plan = Plan { send: &[Fault::Fail(Errno::CONNRESET)], clock: &[0], ..Plan::default() };
    let (a, _b) = w.faulty(plan)?;
    let result = a.send_complete(b"seven b", Deadline::NOW, &SET);
    claim!(result, Err(SendError::Failed { errno: Errno::CONNRESET, sent: 0 }));
    claim!(a.calls(), [Call::Send(7)]);
    Ok(())
}

/// S-28
pub fn interrupt_set_on_entry<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.faulty(Plan { send: &[Fault::Pass, Fault::Short(3)], ..Plan::default() })?;
    claim!(a.send_complete(b"hello", Deadline::Never, &SET), Ok(()));
    claim!(a.calls(), [Call::Send(5)]);
    // It keeps back what needs a wait.
    let stopped = SendError::Interrupted { sent: 3, total: 7 };
    claim!(a.send_complete(b"seven b", Deadline::Never, &SET), Err(stopped));
    claim!(a.calls(), [Call::Send(5), Call::Send(7)]);
    claim!(text(&stopped), "Send interrupted (sent only 3 of 7 bytes before that)");
    Ok(())
}

/// S-29: in Core it takes up to a second, because its waits look at a flag between two slices of that length.
pub fn interrupt_during_wait<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    fill::<W>(&a)?;
    let a = Faulty::new(a, Plan::default());
    let interrupt = Soon::new(w)?;
    let result = a.send_complete(b"hello", Deadline::Within(ms(20_000)), &interrupt);
    claim!(result, Err(SendError::Interrupted { sent: 0, total: 5 }));
    // One wait for all the time that there is, which it ended; and after that the last attempt.
    let wait = Call::Wait(Events::SEND, Some(ms(20_000)));
    claim!(a.calls(), [Call::Send(5), Call::Clock, wait, Call::Send(5), Call::Clock]);

    // The last attempt counts. And a plain flag is what Core has: slices of a second.
    let (a, _b) =
        w.faulty(Plan { send: &[AGAIN, Fault::Short(2)], wait: &[Fault::Ready(Events::NONE); 2], ..Plan::default() })?;
    let looks = Cell::new(0);
    let flag = When(|| looks.replace(looks.get() + 1) == 1);
    let slice = Call::Wait(Events::SEND, Some(ms(1000)));
    let result = a.send_complete(b"hello", Deadline::Never, &flag);
    claim!(result, Err(SendError::Interrupted { sent: 2, total: 5 }));
    claim!(a.calls(), [Call::Send(5), slice, Call::Send(5)]);
    let (a, _b) = w.faulty(Plan { send: &[AGAIN], wait: &[Fault::Ready(Events::NONE)], ..Plan::default() })?;
    looks.set(0);
    claim!(a.send_complete(b"hello", Deadline::Never, &flag), Ok(()));
    claim!(a.calls(), [Call::Send(5), slice, Call::Send(5)]);
    Ok(())
}

/// An interrupt that is never found set, but was set once while somebody slept.
struct Blink(Cell<bool>);

impl Interrupt for Blink {
    fn is_set(&self) -> bool {
        false
    }
    fn lend(&self) -> Lend<'_> {
        Lend::Never
    }
    fn leave(&self, _: Ticket) -> bool {
        self.0.take()
    }
}

/// S-30: in Core it is never noticed.
pub fn interrupt_reset_during_wait<W: World>(w: &W) -> Verdict {
    let waits = [Fault::Ready(Events::NONE); 3];
    let (a, _b) = w.faulty(Plan { send: &[AGAIN, AGAIN], wait: &waits, ..Plan::default() })?;
    let result = a.send_complete(b"hello", Deadline::Never, &Blink(true.into()));
    claim!(result, Err(SendError::Interrupted { sent: 0, total: 5 }));
    claim!(a.calls(), [Call::Send(5), Call::Wait(Events::SEND, None), Call::Send(5)]);
    // It is one interruption, not one for every operation to come.
    let blink = Blink(true.into());
    let (a, _b) = w.faulty(Plan { send: &[AGAIN, Fault::Pass, AGAIN], wait: &waits, ..Plan::default() })?;
    claim!(a.send_complete(b"hello", Deadline::Never, &blink), Ok(()));
    claim!(a.send_complete(b"hello", Deadline::Never, &blink), Ok(()));
    Ok(())
}
