//! R: receiving up to a terminator.

/// Claims that a call ended with this error, and that the error says this.
macro_rules! ends {
    ($call:expr, $error:expr, $says:literal) => {
        $crate::claim!($call, Err($error));
        $crate::claim!($crate::cases::recv::text($error), $says);
    };
}

mod ends;
mod faults;
mod kernel;
mod limit;
mod lines;
#[cfg(target_os = "linux")]
mod linux;
mod others;
mod time;
mod window;

pub use ends::*;
pub use faults::*;
pub use kernel::*;
pub use limit::*;
pub use lines::*;
pub use others::*;
pub use time::*;
pub use window::*;

use core::{
    fmt::{Display, Write},
    time::Duration,
};

use heapless::{String, Vec};
use sockpipe::{Deadline, Errno, Events, Never, Peek, Room, Sink, Source};

use crate::{Verdict, claim, faulty::Fault, must};

/// More than any case needs, on any machine.
const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
/// On a fake clock that stands at 0: a second, and how a wait for all of it looks in the log.
const SECOND: Deadline = Deadline::Within(Duration::from_secs(1));
const ALL_OF_IT: Option<Duration> = Some(Duration::from_secs(1));
/// What a wait returns when there are bytes.
const READY: Fault = Fault::Ready(Events::RECV);

/// Sends these bytes, and sees to it that they are there, as the only ones: on TCP they may come a little later.
pub(super) fn deliver(from: &impl Sink, to: &impl Peek, bytes: &[u8]) -> Verdict {
    deliver_behind(from, to, 0, bytes)
}

/// The same behind so many bytes that were sent before.
pub(super) fn deliver_behind(from: &impl Sink, to: &impl Peek, before: usize, bytes: &[u8]) -> Verdict {
    must!(from.send_complete(bytes, SOON, &Never));
    for _ in 0..2000 {
        let mut shown = [0; 4096];
        match to.peek(&mut Room::from(&mut shown[..])) {
            Ok(n) if n >= before + bytes.len() => break,
            Ok(_) | Err(Errno::AGAIN) => {
                must!(to.wait(Events::NONE, Some(Duration::from_millis(1)), &Never));
            }
            Err(errno) => claim!(errno, Errno::AGAIN),
        }
    }
    Ok(())
}

/// What the stream holds, without waiting; at most 64 bytes of it.
pub(super) fn rest(of: &impl Source) -> Vec<u8, 64> {
    let mut bytes = [0; 64];
    let mut room = Room::from(&mut bytes[..]);
    // Nothing there, or the end: then the room stays empty, which is the answer.
    let _ = of.recv(&mut room);
    room.filled().iter().copied().collect()
}

/// What it says when it is printed.
fn text(of: impl Display) -> String<100> {
    let mut text = String::new();
    // One that is too long is cut, and then it is not what was wanted.
    let _ = write!(text, "{of}");
    text
}
