//! Why a child process is not ready.

use core::fmt;

use crate::Errno;

/// What a parent learned instead of that its child is ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReadinessError {
    /// The child says that it failed, and why. The errno is the child's.
    ChildFailed(Errno),
    /// Whoever could have said something is gone without a word: the child has died, or has said it before.
    ChildDied,
    /// Something came that begins with this byte, and that no [`ReadinessNotifier`](crate::ReadinessNotifier) says. 0: a child of Core's failed.
    Unexpected(u8),
    /// The deadline passed. The child may yet be ready: wait again.
    TimedOut,
    /// The interrupt was set. Wait again.
    Interrupted,
    /// The system's own error, on the parent's side.
    Failed(Errno),
}

impl fmt::Display for ReadinessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChildFailed(errno) => write!(f, "Child failed: {errno}"),
            Self::ChildDied => f.write_str("Child ended without saying that it is ready"),
            Self::Unexpected(byte) => write!(f, "Child says {byte}, and not that it is ready"),
            Self::TimedOut => f.write_str("Readiness timeout"),
            Self::Interrupted => f.write_str("Readiness interrupted"),
            Self::Failed(errno) => errno.fmt(f),
        }
    }
}
