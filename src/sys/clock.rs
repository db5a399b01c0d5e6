//! Reading the clock, for who wants an [`Instant`].

use core::time::Duration;

use super::now;
use crate::{Deadline, Instant};

impl Instant {
    /// The time now: one `clock_gettime(CLOCK_MONOTONIC)`. Does not block.
    ///
    /// Without the feature `std` it is a real system call; with it, the vDSO. Where a sandbox forbids that call it is
    /// [`Instant::MAX`], so that every deadline has passed, and nobody waits for ever.
    pub fn now() -> Self {
        now()
    }
}

impl Deadline {
    /// This long after now, for several operations that share one deadline. Reads the clock; saturates.
    ///
    /// ```
    /// # use core::time::Duration;
    /// # use sockpipe::{Deadline, Never, prelude::*};
    /// # let (a, b) = sockpipe::make_socket_pair()?;
    /// # a.send(b"one\ntwo\n")?;
    /// let end = Deadline::after(Duration::from_secs(3)); // for both lines, and for what has to be tried again
    /// for _ in 0..2 {
    ///     let mut line = heapless::String::<80>::new();
    ///     b.recv_until_terminator(b'\n', &mut line, end, &Never)?;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn after(duration: Duration) -> Self {
        Self::At(now().saturating_add(duration))
    }
}
