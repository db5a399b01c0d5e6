//! What can end a link over embedded-io, or an operation on one.

use core::fmt;

use embedded_io::{Error, ErrorKind};

use crate::link::FrameError;

/// What made a receive stop. `E` is the reader's own error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RxError<E> {
    /// The peer did something that its profile does not allow. The link is dead: it says the same each time.
    Protocol(FrameError),
    /// The frame is longer than the memory that it was to go into. It waits: take it with `recv_into` and more memory.
    Larger {
        /// How long it is.
        len: u32,
    },
    /// A part of the frame is in the memory of somebody who called `recv_into` before, and does not come again: call it with that memory.
    Unfinished {
        /// How many bytes of its payload are there.
        received: usize,
        /// How many it has.
        len: usize,
    },
    /// Reading failed. After [`ErrorKind::TimedOut`] and [`ErrorKind::Interrupted`] nothing is lost, and calling again goes on; after
    /// any other the link is dead.
    Io(E),
    /// Reading has failed before.
    Broken,
    /// It was given no memory to receive into.
    TooSmall,
}

/// What made a send stop. `E` is the writer's own error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum TxError<E> {
    /// The frame is longer than the format allows. It was not accepted.
    TooLong {
        /// How long it is.
        len: usize,
        /// How long it may be.
        max: usize,
    },
    /// Writing failed. After [`ErrorKind::TimedOut`] and [`ErrorKind::Interrupted`] nothing is lost, and the next call goes on; after
    /// any other the link is dead, and with it what it had accepted.
    Io {
        /// The writer's error.
        error: E,
        /// Whether the frame was accepted: if the link lives, it goes out, and must not be sent again.
        accepted: bool,
    },
    /// The writer took nothing, which it must not do: the link is dead, and says the same each time.
    WriteZero,
    /// A part of a large frame has gone out, and the rest must follow before anything else can: send it again, and it goes on.
    Unfinished {
        /// How many bytes of its payload have gone out.
        sent: usize,
        /// How many it has.
        total: usize,
    },
    /// Writing has failed before.
    Broken,
    /// It was closed before.
    Closed,
    /// It was given too little memory to send anything.
    TooSmall,
}

impl<E> TxError<E> {
    /// The same for a frame that was accepted before.
    pub(in crate::link) fn once_accepted(self) -> Self {
        match self {
            Self::Io { error, .. } => Self::Io { error, accepted: true },
            other => other,
        }
    }
}

/// Whether nothing is lost by this error, so that it makes sense to go on.
pub(super) fn is_transient(error: &impl Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted)
}

impl<E: fmt::Display> fmt::Display for RxError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(error) => error.fmt(f),
            Self::Larger { len } => write!(f, "frame of {len} bytes does not fit into the memory for it"),
            Self::Unfinished { received, len } => write!(f, "frame received only in part ({received} of {len} bytes)"),
            Self::Io(error) => error.fmt(f),
            Self::Broken => f.write_str("the link has failed before"),
            Self::TooSmall => f.write_str("the link was given too little memory"),
        }
    }
}

impl<E: fmt::Display> fmt::Display for TxError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { len, max } => write!(f, "frame of {len} bytes is longer than {max}"),
            Self::Io { error, .. } => error.fmt(f),
            Self::WriteZero => f.write_str("the writer took nothing"),
            Self::Unfinished { sent, total } => {
                write!(f, "a frame has been sent only in part ({sent} of {total} bytes)")
            }
            Self::Broken => f.write_str("the link has failed before"),
            Self::Closed => f.write_str("the link is closed"),
            Self::TooSmall => f.write_str("the link was given too little memory"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for RxError<E> {}
impl<E: fmt::Debug + fmt::Display> core::error::Error for TxError<E> {}

impl<E: Error> Error for RxError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Protocol(_) => ErrorKind::InvalidData,
            Self::Larger { .. } => ErrorKind::OutOfMemory,
            Self::Unfinished { .. } => ErrorKind::Other,
            Self::Io(error) => error.kind(),
            Self::Broken => ErrorKind::Other,
            Self::TooSmall => ErrorKind::InvalidInput,
        }
    }
}

impl<E: Error> Error for TxError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooLong { .. } | Self::TooSmall => ErrorKind::InvalidInput,
            Self::Io { error, .. } => error.kind(),
            Self::WriteZero => ErrorKind::WriteZero,
            Self::Unfinished { .. } | Self::Broken => ErrorKind::Other,
            Self::Closed => ErrorKind::BrokenPipe,
        }
    }
}
