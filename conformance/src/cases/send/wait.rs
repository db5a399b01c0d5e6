//! What the wait says, and waiting for a real peer.

use core::cell::Cell;

use sockpipe::{Deadline, Errno, Events, Never, Peek, SendError, Sink, Source, Wait, When};

use super::super::common::{SOON, fill, ms, text};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Fault, Faulty, Plan},
    must,
};

const AGAIN: Fault = Fault::Fail(Errno::AGAIN);

/// S-31: Core ignores it, and alternates failing sends with failing waits at full speed until the deadline.
pub fn wait_fails<W: World>(w: &W) -> Verdict {
    for errno in [Errno::BADF, Errno::INVAL, Errno::NOMEM] {
        let plan = [Fault::Fail(errno)];
        let (a, _b) = w.faulty(Plan { send: &[Fault::Short(3), AGAIN], wait: &plan, ..Plan::default() })?;
        let result = a.send_complete(b"seven b", Deadline::Never, &Never);
        claim!(result, Err(SendError::Wait { errno, sent: 3 }));
        claim!(a.calls(), [Call::Send(7), Call::Wait(Events::SEND, None)]);
    }
    claim!(text(&SendError::Wait { errno: Errno::BADF, sent: 3 }), "poll(): Bad file descriptor (9)");
    Ok(())
}

/// S-32
pub fn wait_is_cut_by_a_signal<W: World>(w: &W) -> Verdict {
    let plan = Plan { send: &[AGAIN, AGAIN], wait: &[Fault::Fail(Errno::INTR); 2], ..Plan::default() };
    let (a, _b) = w.faulty(plan)?;
    must!(a.send_complete(b"hello", Deadline::Never, &Never));
    let wait = Call::Wait(Events::SEND, None);
    claim!(a.calls(), [Call::Send(5), wait, Call::Send(5), wait, Call::Send(5)]);
    Ok(())
}

/// S-33
pub fn wait_finds_an_error<W: World>(w: &W) -> Verdict {
    let wait = [Fault::Ready(Events::ERROR | Events::HANGUP)];
    let send = [AGAIN, Fault::Fail(Errno::CONNRESET)];
    let (a, _b) = w.faulty(Plan { send: &send, wait: &wait, ..Plan::default() })?;
    let result = a.send_complete(b"hello", Deadline::Never, &Never);
    claim!(result, Err(SendError::Failed { errno: Errno::CONNRESET, sent: 0 }));
    claim!(a.calls(), [Call::Send(5), Call::Wait(Events::SEND, None), Call::Send(5)]);
    drop(a);

    // For real: whoever waits for room is woken, and the next send knows why.
    let (a, b) = w.pair()?;
    fill::<W>(&a)?;
    w.later(b, ms(20), Act::Resets)?;
    match a.send_complete(b"hello", SOON, &Never) {
        // A Unix socket tells only its receiver of a reset.
        Err(SendError::Failed { errno: Errno::PIPE, sent: 0 }) => {}
        result => claim!(result, Err(SendError::Failed { errno: Errno::CONNRESET, sent: 0 })),
    }
    Ok(())
}

/// S-34: the connections of the kernels' worlds are in blocking mode.
pub fn blocking_mode<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let filled = fill::<W>(&a)?;
    let begin = a.now();
    let result = a.send_complete(b"hello", Deadline::Within(ms(30)), &Never);
    claim!(result, Err(SendError::TimedOut { sent: 0, total: 5 }));
    claim!(a.now().saturating_duration_since(begin) >= ms(30));

    let interrupt = w.interrupt_after(ms(20))?;
    let result = a.send_complete(b"hello", SOON, &interrupt);
    claim!(result, Err(SendError::Interrupted { sent: 0, total: 5 }));

    // Nothing of all that was sent.
    claim!(drain(&b), filled);
    Ok(())
}

/// S-42
pub fn full_buffer<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let filled = fill::<W>(&a)?;
    let a = Faulty::new(a, Plan::default());
    // Asked before the first wait, the interrupt reads all that the buffers hold.
    let drained = Cell::new(0);
    let reader = When(|| {
        drained.set(drained.get() + drain(&b));
        false
    });
    must!(a.send_complete(b"the rest", SOON, &reader));
    claim!(a.calls()[0], Call::Send(8));
    claim!(a.count(Call::Send(0)) > 1);

    let mut zeros = [0; 512];
    while drained.get() < filled {
        let n = zeros.len().min(filled - drained.get());
        must!(b.recv_exact(&mut zeros[..n], SOON, &Never));
        drained.set(drained.get() + n);
    }
    let mut got = [0; 8];
    must!(b.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"the rest");
    claim!(drain(&b), 0);
    Ok(())
}

/// Receives what is there, and says how much that was.
fn drain(from: &impl Peek) -> usize {
    let mut all = 0;
    let mut bytes = [0; 4096];
    while let Ok(n @ 1..) = from.recv(&mut sockpipe::Room::from(&mut bytes[..])) {
        all += n;
    }
    all
}
