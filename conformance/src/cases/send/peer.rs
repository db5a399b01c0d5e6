//! Sending to a peer that is gone, or that was never there.

use sockpipe::{Deadline, Errno, Events, Never, SendError, Sink, Wait};

use super::super::common::{SOON, ms, text};
use crate::{
    Act, Skip, State, Verdict, World, claim,
    faulty::{Call, Faulty},
    must,
};

/// Sends until that fails. One send may go through, because TCP learns only from the answer that nobody reads.
fn until_it_fails(stream: &impl Sink) -> Result<(), SendError> {
    stream.send_complete(b"first", SOON, &Never)?;
    let _ = stream.wait_for(Events::NONE, SOON, &Never);
    stream.send_complete(b"second", SOON, &Never)
}

const BROKEN: SendError = SendError::Failed { errno: Errno::PIPE, sent: 0 };

/// S-15: on a hosted system the world has put SIGPIPE back to its default action, which would end this program.
pub fn peer_closed<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    w.now(b, Act::Closes)?;
    claim!(until_it_fails(&a), Err(BROKEN));
    claim!(a.send_complete(b"third", SOON, &Never), Err(BROKEN));
    claim!(text(&BROKEN), "send(): Broken pipe (32)");
    Ok(())
}

/// S-16: Core has it from the system, or from an option that only its own sockets get, or not at all.
pub fn peer_of_accepted_closed<W: World>(w: &W) -> Verdict {
    // The other end: with TCP the one that was accepted, with Unix sockets one that was made elsewhere and adopted.
    let (a, b) = w.pair()?;
    w.now(a, Act::Closes)?;
    claim!(until_it_fails(&b), Err(BROKEN));
    Ok(())
}

/// S-17
pub fn success_is_not_delivery<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    w.now(b, Act::Closes)?;
    // From here on this end knows that the peer has closed its side. It cannot know that nobody reads.
    must!(a.wait_for(Events::RECV, SOON, &Never));
    match a.send_complete(b"lost", SOON, &Never) {
        Ok(()) => {
            claim!(must!(a.wait_for(Events::NONE, SOON, &Never)).contains(Events::ERROR));
            claim!(a.send_complete(b"refused", SOON, &Never), Err(BROKEN));
            Ok(())
        }
        Err(error) => {
            claim!(error, BROKEN);
            Err(Skip("this connection says at once that its peer is gone").into())
        }
    }
}

/// S-18
pub fn reset_is_told_once<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(a.send_complete(b"unread", SOON, &Never));
    w.now(b, Act::Resets)?;
    must!(a.wait_for(Events::NONE, SOON, &Never));
    match a.send_complete(b"lost", SOON, &Never) {
        Err(SendError::Failed { errno: Errno::CONNRESET, sent: 0 }) => {
            claim!(a.send_complete(b"lost", SOON, &Never), Err(BROKEN));
            Ok(())
        }
        result => {
            claim!(result, Err(BROKEN));
            Err(Skip("a Unix socket tells only its receiver of a reset").into())
        }
    }
}

/// S-35
pub fn still_connecting<W: World>(w: &W) -> Verdict {
    let a = Faulty::new(w.in_state(State::Connecting)?, Default::default());
    let result = a.send_complete(b"hello", Deadline::Within(ms(50)), &Never);
    claim!(result, Err(SendError::TimedOut { sent: 0, total: 5 }));
    // One attempt, one wait, one last attempt.
    claim!(a.count(Call::Send(0)), 2);
    Ok(())
}

/// S-36: TCP says EPIPE, a Unix socket ENOTCONN.
pub fn never_connected<W: World>(w: &W) -> Verdict {
    for state in [State::Unconnected, State::Listening] {
        let a = w.in_state(state)?;
        match a.send_complete(b"hello", SOON, &Never) {
            Err(SendError::Failed { errno: Errno::NOTCONN, sent: 0 }) => {}
            result => claim!(result, Err(BROKEN)),
        }
        claim!(a.send_complete(b"", SOON, &Never), Ok(()));
    }
    Ok(())
}

/// S-37
pub fn own_side_shut_down<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    w.now(w.twin(&a)?, Act::HalfCloses)?;
    claim!(a.send_complete(b"hello", SOON, &Never), Err(BROKEN));
    claim!(a.send_complete(b"", SOON, &Never), Ok(()));
    Ok(())
}
