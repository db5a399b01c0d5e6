//! What is waited for on a socket that is not connected.

use sockpipe::{Disconnected, Errno, Events, Never, Peek, Wait};

use super::{super::common::SOON, WHILE, either, gone};
use crate::{State, Verdict, World, claim, must};

/// W-16: systems differ in what they say of a failed connection; the error itself is the same everywhere.
pub fn refused<W: World>(w: &W) -> Verdict {
    let a = w.in_state(State::Refused)?;
    claim!(a.wait_for(either(), SOON, &Never), Ok(either() | gone()));
    claim!(a.is_connected(), Err(Disconnected::Failed(Errno::CONNREFUSED)));
    Ok(())
}

/// W-19
pub fn never_connected<W: World>(w: &W) -> Verdict {
    let a = w.in_state(State::Unconnected)?;
    for events in [Events::NONE, Events::RECV, either()] {
        claim!(must!(a.wait_for(events, SOON, &Never)).contains(gone()));
    }
    Ok(())
}

/// W-20
pub fn connecting<W: World>(w: &W) -> Verdict {
    let a = w.in_state(State::Connecting)?;
    claim!(a.wait_for(either() | Events::HANGUP, WHILE, &Never), Ok(Events::NONE));
    Ok(())
}
