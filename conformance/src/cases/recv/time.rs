//! Deadlines and interrupts.

use core::{cell::Cell, sync::atomic::AtomicBool, time::Duration};

use heapless::{String, Vec};
use sockpipe::{Deadline, Errno, Events, Instant, MAX_WAIT_FOR_IO, Never, Peek, RecvError, Wait, When};

use super::{super::common::Soon, ALL_OF_IT, READY, SECOND, deliver, rest};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

const AGAIN: Fault = Fault::Fail(Errno::AGAIN);
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86400);

///
pub fn timeout_of_zero<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    let mut line = String::<16>::new();
    ends!(
        a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never),
        RecvError::TimedOut { received: 0 },
        "Receive timeout (received 0 bytes without terminator before that)"
    );
    claim!(a.calls(), [Call::Peek(16), Call::Clock]);

    deliver(&b, a.inner(), b"abc")?;
    ends!(
        a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never),
        RecvError::TimedOut { received: 3 },
        "Receive timeout (received 3 bytes without terminator before that)"
    );
    claim!(line, "abc");

    deliver(&b, a.inner(), b"def\n")?;
    must!(a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never));
    claim!(line, "abcdef");
    claim!((a.count(Call::Clock), a.count(Call::Wait(Events::RECV, None))), (2, 0));
    Ok(())
}

/// Core goes by the system's clock, which can be set, and its sum overflows.
pub fn odd_deadlines<W: World>(w: &W) -> Verdict {
    let mut line = String::<16>::new();
    // Enormous ones, on a clock of ours.
    for deadline in [Deadline::Within(Duration::MAX), Deadline::Within(CENTURY * 7), Deadline::At(Instant::MAX)] {
        let (a, b) = w.faulty(Plan { peek: &[AGAIN], wait: &[READY], clock: &[5000], ..Plan::default() })?;
        deliver(&b, a.inner(), b"hello\n")?;
        line.clear();
        must!(a.recv_until_terminator(b'\n', &mut line, deadline, &Never));
        claim!(line, "hello");
        let wait = a.calls().get(2).copied();
        claim!(matches!(wait, Some(Call::Wait(Events::RECV, Some(time))) if time > CENTURY));
    }
    // And in earnest.
    for deadline in [Deadline::Within(Duration::MAX), Deadline::At(Instant::MAX), Deadline::Never] {
        let (a, b) = w.pair()?;
        w.later(b, Duration::from_millis(5), Act::Sends(b"hello\n"))?;
        line.clear();
        must!(a.recv_until_terminator(b'\n', &mut line, deadline, &Never));
        claim!(line, "hello");
    }
    // One that has passed makes it a single attempt.
    let (a, b) = w.faulty(Plan { clock: &[5000], ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello\nab")?;
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, Deadline::At(Instant::from_nanos(0)), &Never));
    let end = a.recv_until_terminator(b'\n', &mut line, Deadline::At(Instant::from_nanos(0)), &Never);
    claim!(end, Err(RecvError::TimedOut { received: 2 }));
    claim!(line, "helloab");
    claim!((a.count(Call::Clock), a.count(Call::Wait(Events::RECV, None))), (1, 0));

    // A clock that stands still makes it a matter of the interrupt.
    let (a, _b) = w.faulty(Plan { wait: &[Fault::Ready(Events::NONE); 8], clock: &[5000], ..Plan::default() })?;
    let asked = Cell::new(0);
    let ninth_time = When(|| asked.replace(asked.get() + 1) == 8);
    let end = a.recv_until_terminator(b'\n', &mut line, SECOND, &ninth_time);
    claim!(end, Err(RecvError::Interrupted { received: 0 }));
    Ok(())
}

///
pub fn line_comes_in_the_last_wait<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { peek: &[AGAIN], wait: &[Fault::Sleeps], clock: &[0], ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello\n")?;
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
    claim!(line, "hello");
    let wait = Call::Wait(Events::RECV, ALL_OF_IT);
    claim!(a.calls(), [Call::Peek(16), Call::Clock, wait, Call::Peek(16), Call::Consume(6)]);
    Ok(())
}

///
pub fn interrupt_keeps_nothing_back<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { clock: &[0], ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello\n")?;
    let asked = Cell::new(0);
    let interrupt = When(|| {
        asked.set(asked.get() + 1);
        true
    });
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &interrupt));
    claim!(line, "hello");
    claim!(asked.get(), 0);
    ends!(
        a.recv_until_terminator(b'\n', &mut line, SECOND, &interrupt),
        RecvError::Interrupted { received: 0 },
        "Receive interrupted (received 0 bytes without terminator before that)"
    );
    claim!((asked.get(), a.count(Call::Wait(Events::RECV, None))), (1, 0));
    // It is a level: the operation that it ended has not used it up, and it can be gone on with once it is reset.
    deliver(&b, a.inner(), b" again\n")?;
    must!(a.recv_until_terminator(b'\n', &mut line, SECOND, &Never));
    claim!(line, "hello again");
    Ok(())
}

///
pub fn what_is_reported_first<W: World>(w: &W) -> Verdict {
    let set = AtomicBool::new(true);
    let reset = Fault::Fail(Errno::CONNRESET);
    for (fault, want) in [
        (AGAIN, RecvError::TimedOut { received: 0 }),
        (reset, RecvError::Failed { errno: Errno::CONNRESET, received: 0 }),
        (Fault::Zero, RecvError::Closed { received: 0 }),
    ] {
        let peek = [fault];
        let (a, _b) = w.faulty(Plan { peek: &peek, clock: &[0], ..Plan::default() })?;
        let mut line = String::<16>::new();
        claim!(a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &set), Err(want));
    }
    // The limit beats them all, and time is not up before it is: the deadline itself is past, a moment earlier is not.
    let (a, b) = w.faulty(Plan { clock: &[0, 999, 0, 1000], wait: &[READY; 4], ..Plan::default() })?;
    deliver(&b, a.inner(), b"abcd")?;
    let end = a.recv_until_terminator(b'\n', &mut String::<4>::new(), Deadline::NOW, &set);
    claim!(end, Err(RecvError::TooLong { limit: 4, received: 4 }));
    let asked = Cell::new(0);
    let second_time = When(|| asked.replace(asked.get() + 1) == 1);
    for want in [RecvError::Interrupted { received: 0 }, RecvError::TimedOut { received: 0 }] {
        let end = a.recv_until_terminator(b'\n', &mut String::<4>::new(), SECOND, &second_time);
        claim!(end, Err(want));
    }
    Ok(())
}

/// Core notices it within a second.
pub fn interrupt_ends_the_wait<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    deliver(&b, a.inner(), b"ab")?;
    let start = a.now();
    let interrupt = Soon::new(w)?;
    let mut line = String::<16>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, Deadline::Within(CENTURY), &interrupt);
    claim!(end, Err(RecvError::Interrupted { received: 2 }));
    claim!(line, "ab");
    let took = a.now().saturating_duration_since(start);
    claim!(took >= Soon::<W>::AFTER && took < Duration::from_secs(10));
    // It is not looked at from time to time: there is one wait, and that is for all of the time.
    let waits: Vec<Call, 64> = a.calls().into_iter().filter(|call| matches!(call, Call::Wait(..))).collect();
    claim!(matches!(waits[..], [Call::Wait(Events::RECV, Some(time))] if time > CENTURY / 2));

    // A plain flag must be looked at, every second.
    let (a, b) = w.faulty(Plan { clock: &[0], wait: &[Fault::Sleeps, Fault::Sleeps], ..Plan::default() })?;
    let set = Cell::new(0);
    let third_time = When(|| set.replace(set.get() + 1) == 2);
    let end = a.recv_until_terminator(b'\n', &mut line, Deadline::Within(CENTURY), &third_time);
    claim!(end, Err(RecvError::Interrupted { received: 0 }));
    let (peek, clock, wait) = (Call::Peek(14), Call::Clock, Call::Wait(Events::RECV, Some(MAX_WAIT_FOR_IO)));
    claim!(a.calls(), [peek, clock, wait, peek, clock, wait, peek, clock]);
    drop(b);
    Ok(())
}

///
pub fn trickle<W: World>(w: &W) -> Verdict {
    let clock = [0, 1000, 2000, 3000, 4000, 5000];
    let (a, b) = w.faulty(Plan { peek: &[Fault::Short(1); 8], wait: &[READY; 8], clock: &clock, ..Plan::default() })?;
    deliver(&b, a.inner(), b"abcdefg\n")?;
    let mut line = String::<16>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, Deadline::Within(Duration::from_secs(3)), &Never);
    claim!(end, Err(RecvError::TimedOut { received: 4 }));
    claim!(line, "abcd");
    claim!(rest(&a).len(), 4);
    // Each wait is for what is left of the time.
    let waits: Vec<Call, 64> = a.calls().into_iter().filter(|call| matches!(call, Call::Wait(..))).collect();
    claim!(waits, [3, 2, 1].map(|n| Call::Wait(Events::RECV, Some(Duration::from_secs(n)))));
    Ok(())
}
