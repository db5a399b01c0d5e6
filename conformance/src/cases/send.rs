//! S: sending all of it.

use sockpipe::{Deadline, Never, Sink, Source};

use crate::{
    Verdict, World, claim,
    faulty::{Call, Plan},
    must,
};

/// S-06
pub fn single_full_write<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    must!(a.send_complete(b"hello", Deadline::NOW, &Never));
    claim!(a.calls(), [Call::Send(5)]);
    let mut got = [0; 5];
    must!(b.recv_exact(&mut got, Deadline::Never, &Never));
    claim!(got, *b"hello");
    Ok(())
}
