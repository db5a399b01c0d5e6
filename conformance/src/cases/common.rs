//! What the cases of several groups need.

use core::{fmt::Write as _, time::Duration};

use heapless::String;
use sockpipe::{Deadline, Errno, Events, Never, Sink, Wait};

use crate::{Skip, World};

/// More than any case needs, on any machine.
pub const SOON: Deadline = Deadline::Within(Duration::from_secs(20));

/// So many milliseconds.
pub const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// What an error says, as its user reads it.
pub fn text(error: &dyn core::error::Error) -> String<120> {
    let mut text = String::new();
    // The longest message of all has fewer than 100 bytes.
    let _ = write!(text, "{error}");
    text
}

/// Sends zeros until no more can be taken, also not later. Says how many that were.
pub fn fill<W: World>(stream: &W::Stream<'_>) -> Result<usize, Skip> {
    const NOTHING: Skip = Skip("nothing can be sent at all");
    let (mut filled, mut settled) = (0, false);
    loop {
        match stream.send(&[0; 4096]) {
            Ok(n) => {
                filled += n;
                settled = false;
            }
            Err(Errno::AGAIN) if settled => return Ok(filled),
            Err(Errno::AGAIN) => {
                stream.wait(Events::NONE, Some(W::SETTLES), &Never).map_err(|_| NOTHING)?;
                settled = true;
            }
            Err(_) => return Err(NOTHING),
        }
    }
}
