//! V: links. What vox-stream's own tests and the rules of its specification say, and what they leave open.

/// Both halves of a link over two ends of a connection: `halves!(tx, rx = &a, &b, format)`. Two pages of 128 bytes and 256 bytes to receive
/// into, unless something else is said.
macro_rules! halves {
    ($tx:ident, $rx:ident = $a:expr, $b:expr, $format:expr) => {
        halves!($tx[256], $rx[256] = $a, $b, $format)
    };
    ($tx:ident[$pages:expr], $rx:ident = $a:expr, $b:expr, $format:expr) => {
        halves!($tx[$pages], $rx[256] = $a, $b, $format)
    };
    ($tx:ident[$pages:expr], $rx:ident[$memory:expr] = $a:expr, $b:expr, $format:expr) => {
        let (mut pages, mut memory) = ([0; $pages], [0; $memory]);
        #[allow(unused_mut)]
        let mut $tx = sockpipe::link::Tx::new($a, $format, &mut pages);
        #[allow(unused_mut)]
        let mut $rx = sockpipe::link::Rx::new($b, $format, &mut memory);
    };
}

mod coalescing;
mod dead;
mod ends;
mod frames;
mod large;
mod pressure;
mod refusals;
mod resume;
mod room;
mod slots;
mod time;

pub use {
    coalescing::*, dead::*, ends::*, frames::*, large::*, pressure::*, refusals::*, resume::*, room::*, slots::*,
    time::*,
};

use heapless::Vec;
use sockpipe::{
    Deadline, Never, Source,
    link::{Format, Profile, Rx, RxError},
};

use super::{common::SOON, recv::deliver};
use crate::{Verdict, claim};

/// The three profiles, with frames of at most a thousand bytes.
const FORMATS: [Format; 3] = [Format::bare(1000), Format::plain(1000), Format::fd(1000)];
const BARE: Format = FORMATS[0];

/// What these frames are on the wire. Written down here once more, so that the crate's word is not all there is.
fn wire(profile: Profile, payloads: &[&[u8]]) -> Vec<u8, 1024> {
    let (prologue, fds): (&[u8], &[u8]) = match profile {
        Profile::Bare => (b"", b""),
        Profile::Plain => (b"VOXL\x01\x00", b""),
        Profile::Fd => (b"VOXL\x01\x01", &[0; 4]),
    };
    let mut bytes: Vec<u8, 1024> = prologue.iter().copied().collect();
    for payload in payloads {
        bytes.extend([payload.len() as u8, 0, 0, 0]);
        bytes.extend(fds.iter().chain(*payload).copied());
    }
    bytes
}

/// The next frame.
fn recv<'r>(rx: &'r mut Rx<'_, impl Source>) -> Result<Option<&'r [u8]>, RxError> {
    rx.recv(SOON, &Never).map(|frame| frame.map(|bytes| &*bytes))
}

/// The next frame, if it is there.
fn recv_now<'r>(rx: &'r mut Rx<'_, impl Source>) -> Result<Option<&'r [u8]>, RxError> {
    rx.recv(Deadline::NOW, &Never).map(|frame| frame.map(|bytes| &*bytes))
}

/// Receives just these frames, one after the other.
fn receives(rx: &mut Rx<'_, impl Source>, payloads: &[&[u8]]) -> Verdict {
    for payload in payloads {
        claim!(recv(rx), Ok(Some(*payload)));
    }
    Ok(())
}
