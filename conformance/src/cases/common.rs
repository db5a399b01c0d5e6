//! What the cases of several groups need.

use core::{cell::OnceCell, fmt::Write as _, time::Duration};

use heapless::String;
use sockpipe::{Deadline, Errno, Events, Interrupt, Lend, Never, Sink, Wait};

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

/// An interrupt that is not set when it is first looked at, and is during the wait that follows, however slow the machine is.
pub struct Soon<'w, W: World> {
    world: &'w W,
    inner: OnceCell<W::Interrupt<'w>>,
}

impl<'w, W: World> Soon<'w, W> {
    /// How long after the first look it comes.
    pub const AFTER: Duration = ms(20);

    /// One for this world.
    pub fn new(world: &'w W) -> Result<Self, Skip> {
        // If one can be had now, one can be had later.
        world.interrupt_after(Self::AFTER)?;
        Ok(Self { world, inner: OnceCell::new() })
    }
}

impl<W: World> Interrupt for Soon<'_, W> {
    fn is_set(&self) -> bool {
        if let Some(inner) = self.inner.get() {
            return inner.is_set();
        }
        if let Ok(inner) = self.world.interrupt_after(Self::AFTER) {
            let _ = self.inner.set(inner);
        }
        false
    }

    fn lend(&self) -> Lend<'_> {
        self.inner.get().map_or(Lend::Never, Interrupt::lend)
    }
}
