//! What can end a token's way.

use core::fmt;

use crate::Errno;

/// What made a token's read or write stop. No token was moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum TokenError {
    /// Not now: the pipe is empty, for a read, or full, for a write. Only the calls that do not wait say this.
    WouldBlock,
    /// Writing: nobody can read any more, all readers are closed.
    BrokenPipe,
    /// The deadline passed.
    TimedOut,
    /// The interrupt was set.
    Interrupted,
    /// The system's own error. EOPNOTSUPP: this descriptor cannot be used without risking to block or to be killed by SIGPIPE.
    Failed(Errno),
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WouldBlock => Errno::AGAIN.fmt(f),
            Self::BrokenPipe => Errno::PIPE.fmt(f),
            Self::TimedOut => f.write_str("Token timeout"),
            Self::Interrupted => f.write_str("Token interrupted"),
            Self::Failed(errno) => errno.fmt(f),
        }
    }
}

impl From<Errno> for TokenError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::AGAIN => Self::WouldBlock,
            Errno::PIPE => Self::BrokenPipe,
            errno => Self::Failed(errno),
        }
    }
}
