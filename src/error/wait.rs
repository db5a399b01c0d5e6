//! What can end a wait.

use core::fmt;

use crate::Errno;

/// What made a wait fail. Time being over is not an error: it returns no events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum WaitError {
    /// The interrupt was set.
    Interrupted,
    /// `ppoll(2)` failed; EBADF for a descriptor that is not open.
    Failed(Errno),
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("Wait interrupted"),
            Self::Failed(errno) => write!(f, "poll(): {errno}"),
        }
    }
}
