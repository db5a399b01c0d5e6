//! What can end a send.

use core::fmt;

use crate::Errno;

/// What made [`send_complete`](crate::Sink::send_complete) stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SendError {
    /// `send(2)` failed, and trying again is no use.
    Failed {
        /// The system's error.
        errno: Errno,
        /// How many bytes had gone out.
        sent: usize,
    },
    /// Waiting failed.
    Wait {
        /// The system's error.
        errno: Errno,
        /// How many bytes had gone out.
        sent: usize,
    },
    /// The deadline passed.
    TimedOut {
        /// How many bytes had gone out.
        sent: usize,
        /// How many there were.
        total: usize,
    },
    /// The interrupt was set.
    Interrupted {
        /// How many bytes had gone out.
        sent: usize,
        /// How many there were.
        total: usize,
    },
}

impl SendError {
    /// How many bytes had gone out.
    pub const fn sent(&self) -> usize {
        match *self {
            Self::Failed { sent, .. }
            | Self::Wait { sent, .. }
            | Self::TimedOut { sent, .. }
            | Self::Interrupted { sent, .. } => sent,
        }
    }

    /// What happened, in words that need no `core::fmt`: what Display begins with.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "send()",
            Self::Wait { .. } => "poll()",
            Self::TimedOut { .. } => "Send timeout",
            Self::Interrupted { .. } => "Send interrupted",
        }
    }

    /// The system's own error, if it was one.
    pub const fn errno(&self) -> Option<Errno> {
        match *self {
            Self::Failed { errno, .. } | Self::Wait { errno, .. } => Some(errno),
            _ => None,
        }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())?;
        match self {
            Self::Failed { errno, .. } | Self::Wait { errno, .. } => write!(f, ": {errno}"),
            Self::TimedOut { sent, total } | Self::Interrupted { sent, total } => {
                write!(f, " (sent only {sent} of {total} bytes before that)")
            }
        }
    }
}
