//! How long a wait is.

use core::time::Duration;

use sockpipe::{Deadline, Errno, Events, Instant, Never, Room, Sink, Source, Wait, WaitError, When};

use super::{
    super::common::{SOON, ms},
    WHILE,
};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// What a wait begins with: a look at what is there already.
const LOOK: Call = Call::Wait(Events::RECV, Some(Duration::ZERO));
/// Nothing, without having waited for it.
const IDLE: Fault = Fault::Ready(Events::NONE);

fn wait(at_most: Duration) -> Call {
    Call::Wait(Events::RECV, Some(at_most))
}

/// W-02
pub fn deadline_passes<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    let begin = a.now();
    claim!(a.wait_for(Events::RECV, WHILE, &Never), Ok(Events::NONE));
    claim!(a.now().saturating_duration_since(begin) >= ms(20));
    Ok(())
}

/// W-05
pub fn timeout_of_zero<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { clock: &[0], ..Plan::default() })?;
    claim!(a.wait_for(Events::RECV, Deadline::NOW, &Never), Ok(Events::NONE));
    claim!(a.calls(), [LOOK, Call::Clock]);
    must!(b.send(b"x"));
    must!(a.inner().wait_for(Events::RECV, SOON, &Never));
    // An interrupt does not hide what is there.
    claim!(a.wait_for(Events::RECV, Deadline::NOW, &When(|| true)), Ok(Events::RECV));
    claim!(a.calls()[2..], [LOOK]);
    Ok(())
}

/// W-06
pub fn deadline_in_the_past<W: World>(w: &W) -> Verdict {
    for past in [0, 1, 999_999_999] {
        let (a, b) = w.faulty(Plan { clock: &[1000], ..Plan::default() })?;
        let past = Deadline::At(Instant::from_nanos(past));
        claim!(a.wait_for(Events::RECV, past, &Never), Ok(Events::NONE));
        claim!(a.calls(), [LOOK, Call::Clock]);
        must!(b.send(b"x"));
        must!(a.inner().wait_for(Events::RECV, SOON, &Never));
        claim!(a.wait_for(Events::RECV, past, &Never), Ok(Events::RECV));
    }
    Ok(())
}

/// W-07: as many milliseconds as do not fit into an int, which in Core become "for ever" or a moment.
pub fn enormous_timeouts<W: World>(w: &W) -> Verdict {
    const DAYS_25: Duration = Duration::from_secs(25 * 24 * 3600);
    const LONG: [Duration; 3] = [DAYS_25, ms(1 << 31), ms((1 << 32) + 1)];
    for time in LONG {
        let (a, _b) = w.faulty(Plan { wait: &[IDLE, Fault::Sleeps], clock: &[0], ..Plan::default() })?;
        claim!(a.wait_for(Events::RECV, Deadline::Within(time), &Never), Ok(Events::NONE));
        claim!(a.calls(), [LOOK, Call::Clock, wait(time), LOOK, Call::Clock]);
    }
    // The system takes it, too.
    for time in LONG.into_iter().chain([ms(i64::MAX as u64), ms(u64::MAX), Duration::MAX]) {
        let (a, _b) = w.pair()?;
        let interrupt = w.interrupt_after(ms(5))?;
        claim!(a.wait_for(Events::RECV, Deadline::Within(time), &interrupt), Err(WaitError::Interrupted));
    }
    Ok(())
}

/// W-08: what Core's callers make of it differs, up to giving up the connection.
pub fn signal<W: World>(w: &W) -> Verdict {
    const SIGNAL: Fault = Fault::Fail(Errno::INTR);
    let plan = Plan { wait: &[SIGNAL, SIGNAL, IDLE, Fault::Sleeps], clock: &[0, 400], ..Plan::default() };
    let (a, _b) = w.faulty(plan)?;
    claim!(a.wait_for(Events::RECV, Deadline::Within(ms(1000)), &Never), Ok(Events::NONE));
    let calls = [LOOK, Call::Clock, wait(ms(1000)), LOOK, Call::Clock, wait(ms(600)), LOOK, Call::Clock];
    claim!(a.calls(), calls);
    Ok(())
}

/// W-33
pub fn less_than_a_millisecond<W: World>(w: &W) -> Verdict {
    const SHORT: Duration = Duration::from_micros(1500);
    let plan = Plan { wait: &[IDLE, IDLE, IDLE, Fault::Sleeps], clock: &[0, 1], ..Plan::default() };
    let (a, _b) = w.faulty(plan)?;
    claim!(a.wait_for(Events::RECV, Deadline::Within(SHORT), &Never), Ok(Events::NONE));
    let rest = wait(Duration::from_micros(500));
    claim!(a.calls(), [LOOK, Call::Clock, wait(SHORT), LOOK, Call::Clock, rest, LOOK, Call::Clock]);

    // For real: it sleeps, instead of asking again and again.
    for time in [Duration::from_nanos(1), Duration::from_micros(300), SHORT] {
        let (a, _b) = w.faulty(Plan::default())?;
        let begin = a.inner().now();
        claim!(a.wait_for(Events::RECV, Deadline::Within(time), &Never), Ok(Events::NONE));
        claim!(a.inner().now().saturating_duration_since(begin) >= time);
        claim!(a.calls()[2], wait(time));
        claim!(a.count(LOOK) <= 4);
    }
    Ok(())
}

/// W-03: in Core by way of a null pointer.
pub fn not_asked_what_occurred<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    w.later(b, ms(20), Act::Sends(b"x"))?;
    must!(a.wait_for(Events::RECV, SOON, &Never));
    let mut got = [0];
    claim!(a.recv(&mut Room::from(&mut got[..])), Ok(1));
    Ok(())
}
