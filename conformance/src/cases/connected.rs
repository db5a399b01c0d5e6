//! C: asking whether the peer is there.

use sockpipe::{Deadline, Disconnected, Errno, Events, Never, Peek, Sink, Source, Wait};

use super::common::{SOON, ms, text};
use crate::{
    Act, State, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

const RESET: Disconnected = Disconnected::Failed(Errno::CONNRESET);

/// C-01
pub fn idle<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    claim!((a.is_connected(), b.is_connected()), (Ok(()), Ok(())));
    let (a, _b) = w.faulty(Plan::default())?;
    claim!(a.is_connected(), Ok(()));
    claim!(a.calls(), [Call::Peek(1)]);
    Ok(())
}

/// C-02
pub fn data_pending<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(b.send_complete(b"xy", SOON, &Never));
    must!(a.wait_for(Events::RECV, SOON, &Never));
    claim!((a.is_connected(), a.is_connected()), (Ok(()), Ok(())));
    let mut got = [0; 2];
    must!(a.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"xy");
    Ok(())
}

/// C-03
pub fn peer_closed<W: World>(w: &W) -> Verdict {
    for act in [Act::HalfCloses, Act::Closes] {
        let (a, b) = w.pair()?;
        w.now(b, act)?;
        must!(a.wait_for(Events::RECV, SOON, &Never));
        claim!(a.is_connected(), Err(Disconnected::Closed));
        claim!(a.is_connected(), Err(Disconnected::Closed));
    }
    claim!(text(&Disconnected::Closed), "closed");
    Ok(())
}

/// C-04: as in Core; but here one can ask for the other half of the answer.
pub fn data_then_close<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(b.send_complete(b"bye", SOON, &Never));
    w.now(b, Act::HalfCloses)?;
    claim!(must!(a.wait_for(Events::HANGUP, SOON, &Never)), Events::HANGUP);
    claim!(a.is_connected(), Ok(()));
    let mut got = [0; 3];
    must!(a.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"bye");
    claim!(a.is_connected(), Err(Disconnected::Closed));
    Ok(())
}

/// An end whose peer has broken the connection, and that has not been told.
fn broken<W: World>(w: &W) -> Result<W::Stream<'_>, crate::Outcome> {
    let (a, b) = w.pair()?;
    must!(a.send_complete(b"unread", SOON, &Never));
    w.now(b, Act::Resets)?;
    must!(a.wait_for(Events::NONE, SOON, &Never));
    Ok(a)
}

/// C-05
pub fn reset<W: World>(w: &W) -> Verdict {
    claim!(broken(w)?.is_connected(), Err(RESET));
    claim!(text(&RESET), "Connection reset by peer (104)");
    Ok(())
}

/// C-06
pub fn reset_is_told_once<W: World>(w: &W) -> Verdict {
    let a = broken(w)?;
    claim!(a.is_connected(), Err(RESET));
    claim!(a.is_connected(), Err(Disconnected::Closed));
    // Also to whoever receives next.
    let mut byte = [0];
    let result = a.recv_exact(&mut byte, SOON, &Never);
    claim!(result, Err(sockpipe::RecvExactError::Closed { received: 0 }));
    Ok(())
}

/// C-07: nothing can be received yet, and Core takes that for a connection without data.
pub fn connecting<W: World>(w: &W) -> Verdict {
    let a = w.in_state(State::Connecting)?;
    claim!(a.is_connected(), Err(Disconnected::Connecting));
    claim!(a.is_connected(), Err(Disconnected::Connecting));
    claim!(text(&Disconnected::Connecting), "not connected");
    Ok(())
}

/// C-08
pub fn refused<W: World>(w: &W) -> Verdict {
    let a = w.in_state(State::Refused)?;
    let refused = Disconnected::Failed(Errno::CONNREFUSED);
    claim!(a.is_connected(), Err(refused));
    claim!(a.is_connected(), Err(Disconnected::Closed));
    claim!(text(&refused), "Connection refused (111)");
    Ok(())
}

/// C-09: TCP says ENOTCONN, a Unix socket EINVAL.
pub fn never_connected<W: World>(w: &W) -> Verdict {
    for state in [State::Unconnected, State::Listening] {
        let a = w.in_state(state)?;
        match a.is_connected() {
            Err(Disconnected::Failed(Errno::INVAL)) => {}
            result => claim!(result, Err(Disconnected::Failed(Errno::NOTCONN))),
        }
    }
    let never = Disconnected::Failed(Errno::NOTCONN);
    claim!(text(&never), "Transport endpoint is not connected (107)");
    Ok(())
}

/// C-10
pub fn signal<W: World>(w: &W) -> Verdict {
    let plan = [Fault::Fail(Errno::INTR), Fault::Fail(Errno::INPROGRESS), Fault::Fail(Errno::AGAIN)];
    let (a, _b) = w.faulty(Plan { peek: &plan, ..Plan::default() })?;
    for _ in plan {
        claim!(a.is_connected(), Ok(()));
    }
    claim!(a.calls(), [Call::Peek(1); 3]);
    Ok(())
}

/// C-11: Core blocks, and for ever if the peer has nothing to say. Connections of the kernels' worlds are in blocking mode.
pub fn blocking_mode<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    for _ in 0..100 {
        claim!(a.is_connected(), Ok(()));
    }
    Ok(())
}

/// C-12
pub fn moved_from<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    let mut place = Some(a);
    let moved = place.take();
    claim!(place.as_ref().map(Peek::is_connected), None);
    claim!(moved.as_ref().map(Peek::is_connected), Some(Ok(())));
    Ok(())
}

/// C-13: Core hands its reason out through a string of the caller's.
pub fn reason_only_when_false<W: World>(w: &W) -> Verdict {
    let (dead, peer) = w.pair()?;
    w.now(peer, Act::Closes)?;
    must!(dead.wait_for(Events::RECV, SOON, &Never));
    let (live, _b) = w.pair()?;
    let mut reason = dead.is_connected();
    claim!(reason, Err(Disconnected::Closed));
    reason = live.is_connected();
    claim!(reason, Ok(()));
    Ok(())
}

/// C-15: the option KeepAlive makes the system ask from time to time.
pub fn cable_cut<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    w.cut(&a, b)?;
    claim!(a.is_connected(), Ok(()));
    // What is sent is lost, and nobody says so.
    must!(a.send_complete(b"anybody there?", SOON, &Never));
    let all = Events::RECV | Events::HANGUP;
    claim!(a.wait_for(all, Deadline::Within(ms(50)), &Never), Ok(Events::NONE));
    claim!(a.is_connected(), Ok(()));
    Ok(())
}
