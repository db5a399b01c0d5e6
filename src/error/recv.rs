//! What can end a receive.

use core::fmt;

use super::CLOSED;
use crate::Errno;

/// What made [`recv_until_terminator`](crate::Peek::recv_until_terminator) stop.
///
/// `received` is what this call had taken from the stream. All of it is in `out`, unless a stream fails in the middle of a character that
/// it has shown, which no kernel does: half of that can be put nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecvError {
    /// `recv(2)` failed, and trying again is no use.
    Failed {
        /// The system's error.
        errno: Errno,
        /// How many bytes had been received.
        received: usize,
    },
    /// Waiting failed.
    Wait {
        /// The system's error.
        errno: Errno,
        /// How many bytes had been received.
        received: usize,
    },
    /// The stream ended before a terminator came.
    Closed {
        /// How many bytes had been received.
        received: usize,
    },
    /// The deadline passed.
    TimedOut {
        /// How many bytes had been received.
        received: usize,
    },
    /// The interrupt was set.
    Interrupted {
        /// How many bytes had been received.
        received: usize,
    },
    /// `out` is full, or the next character does not fit, and there was no terminator. `limit` is `out`'s capacity.
    TooLong {
        /// `out`'s capacity.
        limit: usize,
        /// How many bytes had been received.
        received: usize,
    },
    /// What comes next is not UTF-8, or the stream ended inside a character. It is still in the stream.
    NotUtf8 {
        /// How many bytes had been received.
        received: usize,
    },
}

impl RecvError {
    /// How many bytes this call had taken from the stream.
    pub const fn received(&self) -> usize {
        match *self {
            Self::Failed { received, .. }
            | Self::Wait { received, .. }
            | Self::Closed { received }
            | Self::TimedOut { received }
            | Self::Interrupted { received }
            | Self::TooLong { received, .. }
            | Self::NotUtf8 { received } => received,
        }
    }

    /// What happened, in words that need no `core::fmt`: what Display begins with.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "recv()",
            Self::Wait { .. } => "poll()",
            Self::Closed { .. } => CLOSED,
            Self::TimedOut { .. } => "Receive timeout",
            Self::Interrupted { .. } => "Receive interrupted",
            Self::TooLong { .. } => "Received too many bytes without a terminator",
            Self::NotUtf8 { .. } => "Received bytes that are not UTF-8",
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

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())?;
        match self {
            Self::Failed { errno, .. } | Self::Wait { errno, .. } => write!(f, ": {errno}"),
            Self::Closed { .. } => Ok(()),
            Self::TimedOut { received } | Self::Interrupted { received } => {
                write!(f, " (received {received} bytes without terminator before that)")
            }
            Self::TooLong { limit, .. } => write!(f, " ({limit})"),
            Self::NotUtf8 { received } => write!(f, " (after {received} bytes)"),
        }
    }
}

/// What made [`recv_exact`](crate::Source::recv_exact) stop. `received` bytes are in the buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecvExactError {
    /// `recv(2)` failed, and trying again is no use.
    Failed {
        /// The system's error.
        errno: Errno,
        /// How many bytes had been received.
        received: usize,
    },
    /// Waiting failed.
    Wait {
        /// The system's error.
        errno: Errno,
        /// How many bytes had been received.
        received: usize,
    },
    /// The stream ended.
    Closed {
        /// How many bytes had been received.
        received: usize,
    },
    /// The deadline passed.
    TimedOut {
        /// How many bytes had been received.
        received: usize,
    },
    /// The interrupt was set.
    Interrupted {
        /// How many bytes had been received.
        received: usize,
    },
}

impl RecvExactError {
    /// How many bytes had been received.
    pub const fn received(&self) -> usize {
        match *self {
            Self::Failed { received, .. }
            | Self::Wait { received, .. }
            | Self::Closed { received }
            | Self::TimedOut { received }
            | Self::Interrupted { received } => received,
        }
    }

    /// What happened, in words that need no `core::fmt`: what Display begins with.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "recv()",
            Self::Wait { .. } => "poll()",
            Self::Closed { .. } => CLOSED,
            Self::TimedOut { .. } => "Receive timeout",
            Self::Interrupted { .. } => "Receive interrupted",
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

impl fmt::Display for RecvExactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())?;
        match self {
            Self::Failed { errno, .. } | Self::Wait { errno, .. } => write!(f, ": {errno}"),
            Self::Closed { .. } => Ok(()),
            Self::TimedOut { received } | Self::Interrupted { received } => {
                write!(f, " (received {received} bytes before that)")
            }
        }
    }
}
