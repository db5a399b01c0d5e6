//! L: making, moving and closing. The first five are those of Core's own sock_tests.

use sockpipe::{Errno, Events, Never, Peek, Sink, Source, Wait};

use super::common::SOON;
use crate::{Verdict, World, claim, must};

/// Whether this end's peer is open: so is it known without asking for a descriptor's number, which others may have got since.
fn peer_is_open(end: &impl Peek) -> Result<bool, crate::Outcome> {
    let events = must!(end.wait(Events::HANGUP, Some(core::time::Duration::ZERO), &Never));
    Ok(events.is_empty() && end.is_connected().is_ok())
}

/// Waits until this end's peer is closed.
fn peer_is_closed(end: &impl Peek) -> Result<bool, crate::Outcome> {
    must!(end.wait_for(Events::HANGUP, SOON, &Never));
    Ok(end.is_connected().is_err())
}

/// L-01
pub fn drop_closes<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    claim!(peer_is_open(&b)?);
    drop(a);
    claim!(peer_is_closed(&b)?);
    Ok(())
}

/// L-02
pub fn move_keeps_open<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let moved = a;
    claim!(peer_is_open(&b)?);
    must!(moved.send_complete(b"x", SOON, &Never));
    drop(moved);
    let mut got = [0];
    must!(b.recv_exact(&mut got, SOON, &Never));
    claim!(peer_is_closed(&b)?);
    Ok(())
}

/// L-03
pub fn assignment_closes_the_old<W: World>(w: &W) -> Verdict {
    let (a, old_peer) = w.pair()?;
    let (new, new_peer) = w.pair()?;
    let mut sock = a;
    claim!(sock.is_connected(), Ok(()));
    claim!(peer_is_open(&old_peer)?);
    sock = new;
    claim!(peer_is_closed(&old_peer)?);
    claim!(peer_is_open(&new_peer)?);
    drop(sock);
    claim!(peer_is_closed(&new_peer)?);
    Ok(())
}

/// L-04
pub fn taken_from_closes_nothing<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let mut place = Some(a);
    let taken = place.take();
    drop(place);
    claim!(peer_is_open(&b)?);
    drop(taken);
    claim!(peer_is_closed(&b)?);
    Ok(())
}

/// L-05
pub fn usable_after_moves<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let moved = (b, a);
    let (b, a) = moved;
    for (from, to) in [(&a, &b), (&b, &a)] {
        must!(from.send_complete(b"abcd", SOON, &Never));
        let mut got = [0; 4];
        must!(to.recv_exact(&mut got, SOON, &Never));
        claim!(got, *b"abcd");
    }
    Ok(())
}

/// L-06: Core closes it first, and then has nothing to take over.
pub fn self_assignment<W: World>(w: &W) -> Verdict {
    let (mut a, b) = w.pair()?;
    a = core::convert::identity(a);
    claim!(peer_is_open(&b)?);
    must!(a.send_complete(b"x", SOON, &Never));
    Ok(())
}

/// L-08: there is one owner to a descriptor, and a second one has a descriptor of its own.
pub fn second_owner<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let twin = w.twin(&a)?;
    drop(a);
    claim!(peer_is_open(&b)?);
    must!(twin.send_complete(b"x", SOON, &Never));
    drop(twin);
    let mut got = [0];
    must!(b.recv_exact(&mut got, SOON, &Never));
    claim!(peer_is_closed(&b)?);
    Ok(())
}

/// L-09
pub fn error_survives_close<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    drop(b);
    must!(a.wait_for(Events::HANGUP, SOON, &Never));
    let error = loop {
        match a.send(b"x") {
            Ok(_) => must!(a.wait_for(Events::NONE, SOON, &Never)),
            Err(error) => break error,
        };
    };
    drop(a);
    claim!(error, Errno::PIPE);
    Ok(())
}
