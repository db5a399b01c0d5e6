//! What the deadline ends, and what it does not.

use core::{cell::Cell, time::Duration};

use sockpipe::{Deadline, Errno, Events, Instant, Never, SendError, Sink, Wait, When};

use super::super::common::{fill, ms, text};
use crate::{
    Act, Outcome, Skip, Verdict, World, claim,
    faulty::{Call, Fault, Faulty, Plan},
    must,
};

const AGAIN: Fault = Fault::Fail(Errno::AGAIN);

/// S-19
pub fn now_is_one_attempt<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.faulty(Plan { clock: &[0], ..Plan::default() })?;
    must!(a.send_complete(b"seven b", Deadline::NOW, &Never));
    claim!(a.calls(), [Call::Send(7)]);
    Ok(())
}

/// S-20
pub fn now_after_part<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.faulty(Plan { send: &[Fault::Short(3)], clock: &[0], ..Plan::default() })?;
    let stopped = SendError::TimedOut { sent: 3, total: 7 };
    claim!(a.send_complete(b"seven b", Deadline::NOW, &Never), Err(stopped));
    claim!(a.calls(), [Call::Send(7), Call::Clock]);
    claim!(text(&stopped), "Send timeout (sent only 3 of 7 bytes before that)");
    claim!(stopped.sent(), 3);
    Ok(())
}

/// S-21: there are no negative durations; what is meant is a point in time that has passed.
pub fn past_is_one_attempt<W: World>(w: &W) -> Verdict {
    for past in [0, 1, 999_999_999] {
        let past = Deadline::At(Instant::from_nanos(past));
        let (a, _b) = w.faulty(Plan { send: &[Fault::Short(3)], clock: &[1000], ..Plan::default() })?;
        claim!(a.send_complete(b"seven b", past, &Never), Err(SendError::TimedOut { sent: 3, total: 7 }));
        claim!(a.calls(), [Call::Send(7), Call::Clock]);
        claim!(a.send_complete(b"en b", past, &Never), Ok(()));
    }
    Ok(())
}

/// S-22: in Core the sum overflows, and the deadline lies in the past.
pub fn enormous_timeout<W: World>(w: &W) -> Verdict {
    const DEADLINES: [Deadline; 5] = [
        Deadline::Within(Duration::MAX),
        Deadline::Within(ms(u64::MAX)),
        Deadline::Within(Duration::from_nanos(u64::MAX)),
        Deadline::Within(ms(i64::MAX as u64)),
        Deadline::At(Instant::MAX),
    ];
    for deadline in DEADLINES {
        let waits = [Fault::Ready(Events::SEND); 2];
        let plan = Plan { send: &[Fault::Short(3), AGAIN], wait: &waits, clock: &[5, 1 << 40], ..Plan::default() };
        let (a, _b) = w.faulty(plan)?;
        claim!(a.send_complete(b"seven b", deadline, &Never), Ok(()));
        claim!(a.count(Call::Send(0)), 3);
    }
    // The system takes such a wait, too, and does not mistake it for a short one.
    let (a, b) = w.pair()?;
    let filled = fill::<W>(&a)?;
    w.later(b, ms(20), Act::Drains(filled))?;
    claim!(a.send_complete(b"hello", Deadline::Within(Duration::MAX), &Never), Ok(()));
    Ok(())
}

/// S-23
pub fn exactly_at_the_deadline<W: World>(w: &W) -> Verdict {
    let wait = [Fault::Ready(Events::SEND); 2];
    let send = [Fault::Short(3), AGAIN, Fault::Pass];
    let (a, _b) = w.faulty(Plan { send: &send, wait: &wait, clock: &[0, 1000], ..Plan::default() })?;
    let result = a.send_complete(b"seven b", Deadline::Within(ms(1000)), &Never);
    claim!(result, Err(SendError::TimedOut { sent: 3, total: 7 }));
    let slice = |left| Call::Wait(Events::SEND, Some(ms(left)));
    claim!(a.calls(), [Call::Send(7), Call::Clock, slice(1000), Call::Send(4), Call::Clock]);
    // A millisecond before, there is one to wait.
    let (a, _b) = w.faulty(Plan { send: &send, wait: &wait, clock: &[0, 999], ..Plan::default() })?;
    must!(a.send_complete(b"seven b", Deadline::Within(ms(1000)), &Never));
    claim!(a.calls(), [Call::Send(7), Call::Clock, slice(1000), Call::Send(4), Call::Clock, slice(1), Call::Send(4)]);
    Ok(())
}

/// S-24
pub fn last_attempt<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.faulty(Plan { send: &[AGAIN], wait: &[Fault::Sleeps], clock: &[0], ..Plan::default() })?;
    must!(a.send_complete(b"hello", Deadline::Within(ms(1000)), &Never));
    claim!(a.calls(), [Call::Send(5), Call::Clock, Call::Wait(Events::SEND, Some(ms(1000))), Call::Send(5)]);
    // A last attempt that brings only a part is counted, and is the last.
    let send = [AGAIN, Fault::Short(3)];
    let (a, _b) = w.faulty(Plan { send: &send, wait: &[Fault::Sleeps], clock: &[0], ..Plan::default() })?;
    let result = a.send_complete(b"seven b", Deadline::Within(ms(1000)), &Never);
    claim!(result, Err(SendError::TimedOut { sent: 3, total: 7 }));
    claim!((a.count(Call::Send(0)), a.count(Call::Clock)), (2, 2));
    Ok(())
}

/// S-25
pub fn done_after_the_deadline<W: World>(w: &W) -> Verdict {
    // The wait is cut short by the deadline, then hours pass before the attempt.
    let (a, _b) =
        w.faulty(Plan { send: &[Fault::Short(3)], wait: &[Fault::Sleeps], clock: &[0, 9_999_999], ..Plan::default() })?;
    must!(a.send_complete(b"seven b", Deadline::Within(ms(1)), &Never));
    claim!(a.count(Call::Clock), 1);
    claim!(a.send_complete(b"hello", Deadline::At(Instant::from_nanos(1)), &Never), Ok(()));
    Ok(())
}

/// S-38: Core goes by the system's clock, and takes the jump for time that has passed.
pub fn clock_set_forward<W: World>(w: &W) -> Verdict {
    w.system()?;
    let (a, _b) = w.pair()?;
    fill::<W>(&a)?;
    let begin = steady(&a)?;
    let result = a.send_complete(b"hello", Deadline::Within(ms(30)), &Never);
    claim!(result, Err(SendError::TimedOut { sent: 0, total: 5 }));
    claim!(steady(&a)?.saturating_duration_since(begin) >= ms(30));
    Ok(())
}

/// The stream's clock, seen to be CLOCK_MONOTONIC, which nobody can set.
fn steady(of: &impl Wait) -> Result<Instant, Outcome> {
    let (before, now, after) = (monotonic()?, of.now(), monotonic()?);
    claim!(before <= now && now <= after);
    Ok(now)
}

fn monotonic() -> Result<Instant, Skip> {
    #[cfg(target_os = "linux")]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        Ok(Instant::from_nanos(time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64))
    }
    #[cfg(not(target_os = "linux"))]
    Err(Skip("there is no CLOCK_MONOTONIC here"))
}

/// S-39: as before; Core would wait longer by as much as the clock jumps.
pub fn clock_set_back<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    fill::<W>(&a)?;
    let a = Faulty::new(a, Plan::default());
    let result = a.send_complete(b"hello", Deadline::Within(ms(30)), &Never);
    claim!(result, Err(SendError::TimedOut { sent: 0, total: 5 }));
    // It asked the stream's clock and no other, and no wait was longer than what that left.
    claim!(a.count(Call::Clock) > 1);
    let too_long = |call: &Call| matches!(call, Call::Wait(_, time) if time.is_none_or(|time| time > ms(30)));
    claim!(!a.calls().iter().any(too_long));
    let mut last = a.inner().now();
    for _ in 0..10_000 {
        let now = a.inner().now();
        claim!(now >= last);
        last = now;
    }
    if w.system().is_ok() {
        steady(a.inner())?;
    }
    Ok(())
}

/// S-40
pub fn frozen_clock<W: World>(w: &W) -> Verdict {
    // A double whose waits take the time that they are given, as those here do, comes to its deadline.
    let flag = When(|| false);
    let (send, wait) = ([AGAIN; 8], [Fault::Sleeps; 8]);
    let (a, _b) = w.faulty(Plan { send: &send, wait: &wait, clock: &[0], ..Plan::default() })?;
    let result = a.send_complete(b"hello", Deadline::Within(ms(2500)), &flag);
    claim!(result, Err(SendError::TimedOut { sent: 0, total: 5 }));
    let slice = |left| [Call::Send(5), Call::Clock, Call::Wait(Events::SEND, Some(ms(left)))];
    claim!(a.calls()[..3], slice(1000));
    claim!(a.calls()[3..6], slice(1000));
    claim!(a.calls()[6..9], slice(500));
    claim!(a.calls()[9..], [Call::Send(5), Call::Clock]);

    // Where time stands still, only the interrupt ends it.
    let (send, wait) = ([AGAIN; 50], [Fault::Ready(Events::NONE); 50]);
    let (a, _b) = w.faulty(Plan { send: &send, wait: &wait, clock: &[0], ..Plan::default() })?;
    let looks = Cell::new(0);
    let flag = When(|| looks.replace(looks.get() + 1) == 40);
    let result = a.send_complete(b"hello", Deadline::Within(ms(1)), &flag);
    claim!(result, Err(SendError::Interrupted { sent: 0, total: 5 }));
    claim!(a.count(Call::Send(0)), 41);
    Ok(())
}

/// S-41
pub fn slow_reader<W: World>(w: &W) -> Verdict {
    // A byte a second is progress, but not enough of it.
    let plan = Plan { send: &[Fault::Short(1); 8], wait: &[Fault::Sleeps; 8], clock: &[0], ..Plan::default() };
    let (a, _b) = w.faulty(plan)?;
    let result = a.send_complete(b"ten bytes!", Deadline::Within(ms(3000)), &When(|| false));
    claim!(result, Err(SendError::TimedOut { sent: 4, total: 10 }));
    Ok(())
}
