//! Who has the socket that is waited for.

use core::cell::Cell;

use sockpipe::{Deadline, Events, Never, Sink, Wait, When};

use super::{
    super::common::{SOON, ms},
    WHILE,
};
use crate::{Act, Verdict, World, claim, must};

/// W-10: Core waits for nothing, and takes its time.
pub fn moved_from<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    let mut place = Some(a);
    let moved = place.take();
    let wait = |sock: &W::Stream<'_>| sock.wait_for(Events::RECV, Deadline::Never, &Never);
    claim!(place.as_ref().map(wait), None);
    must!(b.send(b"x"));
    claim!(moved.as_ref().map(wait), Some(Ok(Events::RECV)));
    Ok(())
}

/// W-26: while it is waited for, a socket is borrowed, so nobody can move or close it; that does not compile. Whoever has a handle
/// of his own can close that, and can shut the connection down.
pub fn closed_by_another<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    let twin = Cell::new(Some(w.twin(&a)?));
    // Asked before the wait sleeps, the interrupt closes it.
    let closes = When(|| {
        drop(twin.take());
        false
    });
    claim!(a.wait_for(Events::RECV, WHILE, &closes), Ok(Events::NONE));
    claim!(twin.take().is_none());
    w.later(w.twin(&a)?, ms(20), Act::ShutsDown)?;
    claim!(must!(a.wait_for(Events::RECV, SOON, &Never)).contains(Events::RECV));
    claim!(must!(a.wait_for(Events::HANGUP, SOON, &Never)).contains(Events::HANGUP));
    Ok(())
}
