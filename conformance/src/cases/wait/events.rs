//! Which events a connection shows.

use sockpipe::{Errno, Events, Never, Room, Sink, Source, Wait};

use super::{
    super::common::{SOON, fill, ms},
    WHILE, either, gone,
};
use crate::{Act, Outcome, Verdict, World, claim, must};

/// W-01
pub fn recv_send_both_neither<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    claim!(a.wait_for(either(), SOON, &Never), Ok(Events::SEND));
    must!(b.send(b"x"));
    claim!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
    claim!(a.wait_for(either(), SOON, &Never), Ok(either()));
    claim!(a.wait_for(Events::SEND, SOON, &Never), Ok(Events::SEND));
    fill::<W>(&a)?;
    claim!(a.wait_for(either(), SOON, &Never), Ok(Events::RECV));
    must!(a.recv(&mut Room::from(&mut [0][..])));
    claim!(a.wait_for(either(), WHILE, &Never), Ok(Events::NONE));
    Ok(())
}

/// A stream that its peer has broken, after it had sent this.
fn broken<'w, W: World>(w: &'w W, sent: &[u8]) -> Result<W::Stream<'w>, Outcome> {
    let (a, b) = w.pair()?;
    must!(b.send_complete(sent, SOON, &Never));
    must!(a.send_complete(b"unread", SOON, &Never));
    must!(b.wait_for(Events::RECV, SOON, &Never));
    w.now(b, Act::Resets)?;
    must!(a.wait_for(Events::NONE, SOON, &Never));
    Ok(a)
}

/// W-11
pub fn error_comes_unasked<W: World>(w: &W) -> Verdict {
    let a = broken(w, b"")?;
    for asked in [Events::SEND, Events::NONE, Events::HANGUP] {
        claim!(must!(a.wait_for(asked, SOON, &Never)).contains(gone()));
    }
    // Also to whoever waits already, for room that never comes.
    let (a, b) = w.pair()?;
    fill::<W>(&a)?;
    w.later(b, ms(20), Act::Resets)?;
    claim!(must!(a.wait_for(Events::SEND, SOON, &Never)).contains(gone()));
    Ok(())
}

/// W-12
pub fn data_and_error<W: World>(w: &W) -> Verdict {
    let a = broken(w, b"abc")?;
    claim!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV | gone()));
    let mut got = [0; 3];
    must!(a.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"abc");
    claim!(a.recv(&mut Room::from(&mut [0][..])), Err(Errno::CONNRESET));
    Ok(())
}

/// W-13
pub fn half_close<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    w.now(b, Act::HalfCloses)?;
    claim!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
    claim!(a.wait_for(either(), SOON, &Never), Ok(either()));
    claim!(a.wait_for(Events::HANGUP, SOON, &Never), Ok(Events::HANGUP));
    // Its own side too, and then there is no connection any more.
    w.now(w.twin(&a)?, Act::HalfCloses)?;
    must!(a.wait_for(Events::NONE, SOON, &Never));
    claim!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV | gone()));
    Ok(())
}

/// W-14
pub fn asking_for_nothing<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(b.send(b"x"));
    w.now(b, Act::HalfCloses)?;
    claim!(a.wait_for(Events::HANGUP, SOON, &Never), Ok(Events::HANGUP));
    claim!(a.wait_for(Events::NONE, WHILE, &Never), Ok(Events::NONE));

    let (a, b) = w.pair()?;
    must!(a.send_complete(b"unread", SOON, &Never));
    w.later(b, ms(20), Act::Resets)?;
    claim!(a.wait_for(Events::NONE, SOON, &Never), Ok(gone()));
    // For time alone it only sleeps. Together with others that asks for nothing.
    let begin = a.now();
    claim!(a.wait_for(Events::TIME, WHILE, &Never), Ok(Events::NONE));
    claim!(a.now().saturating_duration_since(begin) >= ms(20));
    let (a, b) = w.pair()?;
    claim!(a.wait_for(Events::RECV | Events::TIME, WHILE, &Never), Ok(Events::NONE));
    must!(b.send(b"x"));
    claim!(a.wait_for(Events::RECV | Events::TIME, SOON, &Never), Ok(Events::RECV));
    Ok(())
}

/// W-15
pub fn asking_for_error<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    claim!(a.wait_for(Events::ERROR, WHILE, &Never), Ok(Events::NONE));
    must!(b.send(b"x"));
    must!(a.wait_for(Events::RECV, SOON, &Never));
    claim!(a.wait_for(Events::ERROR, WHILE, &Never), Ok(Events::NONE));
    claim!(a.wait_for(Events::ERROR | Events::RECV, SOON, &Never), Ok(Events::RECV));
    Ok(())
}

/// W-17: select(2) would say RECV and SEND only, as it does of a healthy connection.
pub fn reset<W: World>(w: &W) -> Verdict {
    let a = broken(w, b"")?;
    claim!(a.wait_for(either(), SOON, &Never), Ok(either() | gone()));
    Ok(())
}

/// W-31
pub fn level_triggered<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    must!(b.send_complete(b"xy", SOON, &Never));
    let mut got = [0; 2];
    for place in got.chunks_mut(1) {
        for _ in 0..3 {
            claim!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
        }
        must!(a.recv_exact(place, SOON, &Never));
    }
    claim!(got, *b"xy");
    claim!(a.wait_for(Events::RECV, WHILE, &Never), Ok(Events::NONE));
    Ok(())
}
