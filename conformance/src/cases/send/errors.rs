//! What send(2) says, and what comes of it.

use sockpipe::{Deadline, Errno, Events, Never, SendError, Sink, Source, io_error_is_permanent};

use super::super::common::{SOON, text};
use crate::{
    Verdict, World, claim,
    faulty::{Call, Fault, Faulty, Plan},
    must,
};

/// Every errno that Core's own fuzzer lets a send fail with, and EINPROGRESS, which is in its table, too;
/// each with whether trying again is no use.
const ERRNOS: [(Errno, bool); 19] = [
    (Errno::ACCESS, true),
    (Errno::AGAIN, false),
    (Errno::ALREADY, true),
    (Errno::BADF, true),
    (Errno::CONNRESET, true),
    (DESTADDRREQ, true),
    (FAULT, true),
    (Errno::INTR, false),
    (Errno::INVAL, true),
    (Errno::ISCONN, true),
    (MSGSIZE, true),
    (Errno::NOBUFS, true),
    (Errno::NOMEM, true),
    (Errno::NOTCONN, true),
    (Errno::NOTSOCK, true),
    (Errno::OPNOTSUPP, true),
    (Errno::PIPE, true),
    (WOULDBLOCK, false),
    (Errno::INPROGRESS, false),
];
const FAULT: Errno = Errno::from_raw(14);
const DESTADDRREQ: Errno = Errno::from_raw(89);
const MSGSIZE: Errno = Errno::from_raw(90);

#[cfg(target_os = "linux")]
const WOULDBLOCK: Errno = Errno::from_raw(rustix::io::Errno::WOULDBLOCK.raw_os_error());
#[cfg(not(target_os = "linux"))]
const WOULDBLOCK: Errno = Errno::AGAIN;

/// A send that fails once with something transient, is waited for, and then goes through.
fn goes_on_after<W: World>(w: &W, errno: Errno) -> Verdict {
    claim!(io_error_is_permanent(errno), false);
    let send = [Fault::Fail(errno)];
    let (a, b) = w.faulty(Plan { send: &send, wait: &[Fault::Ready(Events::SEND)], ..Plan::default() })?;
    must!(a.send_complete(b"hello", Deadline::Never, &Never));
    claim!(a.calls(), [Call::Send(5), Call::Wait(Events::SEND, None), Call::Send(5)]);
    let mut got = [0; 5];
    must!(b.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"hello");
    Ok(())
}

/// S-09
pub fn would_block<W: World>(w: &W) -> Verdict {
    goes_on_after(w, Errno::AGAIN)
}

/// S-10: on Linux it is EAGAIN under another name, and the case says what it says of that.
pub fn ewouldblock<W: World>(w: &W) -> Verdict {
    goes_on_after(w, WOULDBLOCK)
}

/// S-11: there is a look at the deadline between the signal and the next attempt, as in Core.
pub fn signal<W: World>(w: &W) -> Verdict {
    goes_on_after(w, Errno::INTR)?;
    let (a, _b) = w.faulty(Plan { send: &[Fault::Fail(Errno::INTR)], ..Plan::default() })?;
    claim!(a.send_complete(b"hello", Deadline::NOW, &Never), Err(SendError::TimedOut { sent: 0, total: 5 }));
    claim!(a.calls(), [Call::Send(5), Call::Clock]);
    Ok(())
}

/// S-12
pub fn in_progress<W: World>(w: &W) -> Verdict {
    goes_on_after(w, Errno::INPROGRESS)
}

/// S-13: ENOBUFS and ENOMEM are permanent as in Core's table, but the error is no dead end, as it says where to go on.
pub fn permanent_errors<W: World>(w: &W) -> Verdict {
    for (errno, permanent) in ERRNOS {
        claim!((errno, io_error_is_permanent(errno)), (errno, permanent));
    }
    let (a, b) = w.pair()?;
    for (errno, _) in ERRNOS.iter().filter(|(_, permanent)| *permanent) {
        let plan = [Fault::Fail(*errno)];
        let a = Faulty::new(w.twin(&a)?, Plan { send: &plan, ..Plan::default() });
        let result = a.send_complete(b"hello", Deadline::Never, &Never);
        claim!(result, Err(SendError::Failed { errno: *errno, sent: 0 }));
        claim!(a.calls(), [Call::Send(5)]);
        // What to do about an error is the caller's: whoever tries again, goes on.
        must!(a.send_complete(b"hello", Deadline::Never, &Never));
        let mut got = [0; 5];
        must!(b.recv_exact(&mut got, SOON, &Never));
    }
    let failed = SendError::Failed { errno: Errno::NOBUFS, sent: 0 };
    claim!(text(&failed), "send(): No buffer space available (105)");
    Ok(())
}

/// S-14: Core's message is the same, and Core's caller cannot know what the peer has got.
pub fn error_after_part<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    for (errno, permanent) in ERRNOS {
        let plan = [Fault::Short(3), Fault::Fail(errno)];
        let a = Faulty::new(w.twin(&a)?, Plan { send: &plan, ..Plan::default() });
        let result = a.send_complete(b"seven b", Deadline::Never, &Never);
        if permanent {
            claim!(result, Err(SendError::Failed { errno, sent: 3 }));
            claim!(a.calls(), [Call::Send(7), Call::Wait(Events::SEND, None), Call::Send(4)]);
        } else {
            claim!(result, Ok(()));
            claim!(a.count(Call::Send(0)), 3);
        }
        let mut got = [0; 7];
        let n = if permanent { 3 } else { 7 };
        must!(b.recv_exact(&mut got[..n], SOON, &Never));
        claim!(got[..n], b"seven b"[..n]);
    }
    let failed = SendError::Failed { errno: Errno::CONNRESET, sent: 3 };
    claim!(text(&failed), "send(): Connection reset by peer (104)");
    claim!(failed.sent(), 3);
    Ok(())
}
