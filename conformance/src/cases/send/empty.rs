//! Sending nothing.

use core::sync::atomic::AtomicBool;

use sockpipe::{Deadline, Errno, Never, SendError, Sink};

use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
};

/// S-01: Core takes the 0 that send(2) returns for a failure, and throws "send(): Success (0)".
pub fn empty<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.faulty(Plan::default())?;
    claim!(a.send_complete(b"", Deadline::NOW, &Never), Ok(()));
    claim!(a.send_complete(b"", Deadline::Never, &AtomicBool::new(true)), Ok(()));
    claim!(a.calls(), []);
    Ok(())
}

/// S-02: Core reads errno although nothing failed, and finds what an earlier call left there.
pub fn empty_after_an_error<W: World>(w: &W) -> Verdict {
    const NOENT: Errno = Errno::from_raw(2);
    let (a, _b) = w.faulty(Plan { send: &[Fault::Fail(NOENT)], ..Plan::default() })?;
    claim!(a.send_complete(b"x", Deadline::NOW, &Never), Err(SendError::Failed { errno: NOENT, sent: 0 }));
    claim!(a.send_complete(b"", Deadline::NOW, &Never), Ok(()));
    claim!(a.calls(), [Call::Send(1)]);
    Ok(())
}

/// S-03: Core finds EAGAIN, waits for what is writable, and does that again at full speed until the deadline.
pub fn empty_after_would_block<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.faulty(Plan { send: &[Fault::Fail(Errno::AGAIN)], ..Plan::default() })?;
    claim!(a.send_complete(b"x", Deadline::NOW, &Never), Err(SendError::TimedOut { sent: 0, total: 1 }));
    claim!(a.send_complete(b"", Deadline::Never, &Never), Ok(()));
    claim!(a.calls(), [Call::Send(1), Call::Clock]);
    Ok(())
}

/// S-04: send(2) would say ECONNRESET, EPIPE or nothing, depending on the family and on how the peer went.
pub fn empty_to_dead_peer<W: World>(w: &W) -> Verdict {
    for act in [Act::Closes, Act::Resets] {
        let (a, b) = w.faulty(Plan::default())?;
        w.now(b, act)?;
        claim!(a.send_complete(b"", Deadline::NOW, &Never), Ok(()));
        claim!(a.calls(), []);
    }
    Ok(())
}
