//! Waits that fail, that say more than is true, and what the algorithms wait for.

use sockpipe::{
    Deadline, Errno, Events, Never, Peek, RecvError, RecvExactError, Room, SendError, Sink, Source, Wait, WaitError,
};

use super::{
    super::common::{SOON, fill, ms, text},
    WHILE,
};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Fault, Faulty, Plan},
    must,
};

/// W-04: in Core the events are left as they were, and whoever overlooks that the wait failed reads them.
pub fn failure_has_no_events<W: World>(w: &W) -> Verdict {
    for wait in [&[Fault::Fail(Errno::NOMEM)][..], &[Fault::Ready(Events::NONE), Fault::Fail(Errno::NOMEM)]] {
        let (a, b) = w.faulty(Plan { wait, ..Plan::default() })?;
        must!(b.send(b"x"));
        claim!(a.wait_for(Events::RECV, Deadline::Never, &Never), Err(WaitError::Failed(Errno::NOMEM)));
        claim!(a.count(Call::Wait(Events::RECV, None)), wait.len());
    }
    claim!(text(&WaitError::Failed(Errno::NOMEM)), "poll(): Cannot allocate memory (12)");
    Ok(())
}

/// W-30
pub fn spurious_readiness<W: World>(w: &W) -> Verdict {
    const AGAIN: Fault = Fault::Fail(Errno::AGAIN);
    const READY: Fault = Fault::Ready(Events::RECV);
    let plan = Plan { recv: &[AGAIN; 4], wait: &[READY, READY, READY, Fault::Sleeps], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    must!(b.send(b"x"));
    must!(a.inner().wait_for(Events::RECV, SOON, &Never));
    let mut got = [0];
    must!(a.recv_exact(&mut got, Deadline::Never, &Never));
    claim!(got, *b"x");
    let (attempt, wait) = (Call::Recv(1), Call::Wait(Events::RECV, None));
    claim!(a.calls()[..6], [attempt, wait, attempt, wait, attempt, wait]);
    // Fooled three times, it waits for the time to pass, not for the events.
    claim!(a.calls()[6..], [attempt, Call::Wait(Events::TIME, Some(ms(1))), attempt]);

    // For real: somebody else was faster.
    let (a, b) = w.pair()?;
    let rival = w.twin(&a)?;
    must!(b.send(b"x"));
    claim!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
    must!(rival.recv(&mut Room::from(&mut got[..])));
    claim!(a.recv_exact(&mut got, WHILE, &Never), Err(RecvExactError::TimedOut { received: 0 }));
    Ok(())
}

/// W-32: who asks for SEND while it has nothing to send is woken at once, each time.
pub fn interest<W: World>(w: &W) -> Verdict {
    fn waits_for<S>(a: &Faulty<'_, S>, wanted: Events) -> Verdict {
        for call in &a.calls() {
            if let Call::Wait(events, _) = call {
                claim!(*events, wanted);
            }
        }
        let waits = a.count(Call::Wait(wanted, None));
        claim!(waits > 0 && waits < 10);
        Ok(())
    }

    let (a, b) = w.faulty(Plan::default())?;
    must!(b.send(b"half a li"));
    let mut line = heapless::String::<32>::new();
    let end = a.recv_until_terminator(b'\n', &mut line, WHILE, &Never);
    claim!(end, Err(RecvError::TimedOut { received: 9 }));
    waits_for(&a, Events::RECV)?;

    let a = Faulty::new(w.twin(a.inner())?, Plan::default());
    let end = a.recv_exact(&mut [0; 4], WHILE, &Never);
    claim!(end, Err(RecvExactError::TimedOut { received: 0 }));
    waits_for(&a, Events::RECV)?;

    // There is something to be received all the while.
    must!(b.send(b"x"));
    let (a, _b) = (w.twin(a.inner())?, b);
    fill::<W>(&a)?;
    let a = Faulty::new(a, Plan::default());
    claim!(a.send_complete(b"hello", WHILE, &Never), Err(SendError::TimedOut { sent: 0, total: 5 }));
    waits_for(&a, Events::SEND)
}
