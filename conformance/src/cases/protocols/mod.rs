//! P: what protocols do with a stream. The clients are those of `dialogue/`; their peers have said everything before they are asked.

#[cfg(target_os = "linux")]
mod linux;
mod receive;
mod sam;
mod socks5;
mod tor;

pub use {receive::*, sam::*, socks5::*, tor::*};

use sockpipe::{Never, Source};

use super::{
    common::{SOON, ms, text},
    recv::{deliver, rest},
};
use crate::{Verdict, claim, must};

/// What the programs at both ends talk about, once a protocol has brought them together: not text, and with terminators in it.
const RAW: &[u8] = b"\xF9\xBE\xB4\xD9version\n\0\n\xFF";

/// Claims that a peer has been sent this, and no more.
fn heard(peer: &impl Source, wanted: &[u8]) -> Verdict {
    let mut bytes = [0; 1024];
    let bytes = &mut bytes[..wanted.len()];
    must!(peer.recv_exact(bytes, SOON, &Never));
    claim!(*bytes, *wanted);
    claim!(rest(peer), b"");
    Ok(())
}
