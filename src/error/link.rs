//! What can end a link, or an operation on one.

use core::fmt;

use crate::{Errno, link::Profile};

/// What a peer did that its profile does not allow. The link is dead from then on, and says the same each time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum FrameError {
    /// It does not begin with `VOXL`: it is no such peer, or one whose profile is [`Profile::Bare`].
    BadMagic,
    /// Its version is not 1.
    BadVersion(u8),
    /// Its flags have bits that no profile has.
    UnknownFlags(u8),
    /// Its profile is this one, not ours.
    WrongProfile(Profile),
    /// It begins with a prologue, which [`Profile::Bare`] has none of: its profile is one of the others.
    Prologue,
    /// It announces a payload that is longer than the format allows. Nothing of it was taken.
    TooLong {
        /// How long it is.
        len: u32,
        /// How long it may be.
        max: u32,
    },
    /// It announces more descriptors than the kernel takes at a time.
    TooManyFds {
        /// How many.
        fds: u32,
    },
    /// The stream ended in the prologue.
    EndInPrologue {
        /// After so many of its bytes.
        got: u8,
    },
    /// The stream ended in a header.
    EndInHeader {
        /// After so many of its bytes.
        got: u8,
    },
    /// The stream ended in a payload.
    EndInBody {
        /// After so many of its bytes.
        got: u32,
        /// How long it was to be.
        len: u32,
    },
    /// A frame came with descriptors, and nobody here takes any. They are closed.
    UnwantedFds {
        /// How many its header announced.
        fds: u32,
    },
    /// Other descriptors came than a header announced, and the system says that none were lost. Those that came are closed.
    WrongFds {
        /// How many the header announced; 0 also for descriptors that came where no frame begins.
        announced: u32,
        /// How many came.
        came: u32,
    },
}

impl FrameError {
    /// What happened, in words that need no `core::fmt`: what Display begins with.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::BadMagic => "not a link's prologue",
            Self::BadVersion(_) => "unknown version of the link",
            Self::UnknownFlags(_) => "unknown flags of the link",
            Self::WrongProfile(Profile::Fd) => "the peer's link passes descriptors",
            Self::WrongProfile(_) => "the peer's link passes no descriptors",
            Self::Prologue => "unexpected prologue of a link",
            Self::TooLong { .. } => "frame too long",
            Self::TooManyFds { .. } => "frame with too many descriptors",
            Self::EndInPrologue { .. } => "stream ended in the prologue",
            Self::EndInHeader { .. } => "stream ended in a header",
            Self::EndInBody { .. } => "stream ended in a frame",
            Self::UnwantedFds { .. } => "frame with unwanted descriptors",
            Self::WrongFds { .. } => "frame with other descriptors than announced",
        }
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())?;
        match self {
            Self::BadMagic | Self::WrongProfile(_) | Self::Prologue => Ok(()),
            Self::BadVersion(version) => write!(f, " ({version})"),
            Self::UnknownFlags(flags) => write!(f, " ({flags:#04x})"),
            Self::TooLong { len, max } => write!(f, " ({len} bytes, at most {max})"),
            Self::TooManyFds { fds } | Self::UnwantedFds { fds } => write!(f, " ({fds})"),
            Self::WrongFds { announced, came } => write!(f, " ({came}, not {announced})"),
            Self::EndInPrologue { got } | Self::EndInHeader { got } => write!(f, " (after {got} bytes)"),
            Self::EndInBody { got, len } => write!(f, " (after {got} of {len} bytes)"),
        }
    }
}

/// What made a receive on a link stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RxError {
    /// The peer did something that its profile does not allow. The link is dead: it says the same each time.
    Protocol(FrameError),
    /// The frame is longer than the memory that it was to go into. It waits: take it with `recv_into` and more memory.
    Larger {
        /// How long it is.
        len: u32,
    },
    /// A part of the frame is in the memory of somebody who called `recv_into` before, and does not come again: call `recv_into` with that
    /// memory, and it goes on.
    Unfinished {
        /// How many bytes of its payload are there.
        received: usize,
        /// How many it has.
        len: usize,
    },
    /// Receiving failed, for good: the link is dead, and says the same each time.
    Failed {
        /// The system's error.
        errno: Errno,
        /// How many bytes of a frame had come.
        received: usize,
    },
    /// Waiting failed. Nothing is lost, but trying again is hardly of use.
    Wait {
        /// The system's error.
        errno: Errno,
        /// How many bytes of the next frame have come, its header included.
        received: usize,
    },
    /// The deadline passed. Nothing is lost: call again.
    TimedOut {
        /// How many bytes of the next frame have come, its header included.
        received: usize,
    },
    /// The interrupt was set. Nothing is lost: call again.
    Interrupted {
        /// How many bytes of the next frame have come, its header included.
        received: usize,
    },
    /// It was given no memory to receive into.
    TooSmall,
}

impl RxError {
    /// What happened, in words that need no `core::fmt`: what Display begins with.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::Protocol(error) => error.text(),
            Self::Larger { .. } => "no memory for the whole frame",
            Self::Unfinished { .. } => "frame received only in part",
            Self::Failed { .. } => "recv()",
            Self::Wait { .. } => "poll()",
            Self::TimedOut { .. } => "Receive timeout",
            Self::Interrupted { .. } => "Receive interrupted",
            Self::TooSmall => TOO_SMALL,
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

impl RxError {
    /// How many bytes of the next frame had come, its header included, when the waiting for it ended. `None`: that is not what it says.
    pub const fn received(&self) -> Option<usize> {
        match *self {
            Self::Failed { received, .. }
            | Self::Wait { received, .. }
            | Self::TimedOut { received }
            | Self::Interrupted { received } => Some(received),
            _ => None,
        }
    }

    /// Whether the link is dead: nothing more will come of it.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Protocol(_) | Self::Failed { .. } | Self::TooSmall)
    }
}

impl From<FrameError> for RxError {
    fn from(error: FrameError) -> Self {
        Self::Protocol(error)
    }
}

impl fmt::Display for RxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Protocol(error) = self {
            return error.fmt(f);
        }
        f.write_str(self.text())?;
        match self {
            Self::Protocol(_) | Self::TooSmall => Ok(()),
            Self::Larger { len } => write!(f, " ({len} bytes)"),
            Self::Unfinished { received, len } => write!(f, " ({received} of {len} bytes)"),
            Self::Failed { errno, .. } | Self::Wait { errno, .. } => write!(f, ": {errno}"),
            Self::TimedOut { received } | Self::Interrupted { received } => {
                write!(f, " (received {received} bytes of a frame before that)")
            }
        }
    }
}

/// What made a send on a link stop.
///
/// *Accepted* means that the frame is in the link: it goes out before those that are sent later, by whoever next sends or flushes, and must not be
/// sent again. Nobody else pushes it: flush before you wait for an answer to it. What was not accepted has left no trace. `flush`, `close` and
/// `reserve` have no frame: what they say is not accepted is nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum TxError {
    /// The frame is longer than the format allows, or than the room that was reserved for it. It was not accepted.
    TooLong {
        /// How long it is.
        len: usize,
        /// How long it may be.
        max: usize,
    },
    /// The deadline passed.
    TimedOut {
        /// Whether the frame was accepted.
        accepted: bool,
    },
    /// The interrupt was set.
    Interrupted {
        /// Whether the frame was accepted.
        accepted: bool,
    },
    /// Waiting failed. Nothing is lost, but trying again is hardly of use.
    Wait {
        /// The system's error.
        errno: Errno,
        /// Whether the frame was accepted.
        accepted: bool,
    },
    /// Sending failed, for good: the link is dead, and says the same to everybody each time. What it had accepted, and not yet sent, is
    /// lost.
    Failed(Errno),
    /// A part of a large frame has gone out, and the rest must follow before anything else can: send it again, and it goes on.
    Unfinished {
        /// How many bytes of its payload have gone out.
        sent: usize,
        /// How many it has.
        total: usize,
    },
    /// A large frame among several senders got stuck for longer than the link allows, with a part of it sent: the link is dead.
    Stalled,
    /// Descriptors cannot go this way: the profile has none, or the stream is no Unix socket. Nothing was done.
    NoFds,
    /// More descriptors than the peer takes, or than the kernel takes at a time. Nothing was done.
    TooManyFds {
        /// How many they are.
        fds: usize,
        /// How many there may be.
        max: u32,
    },
    /// The system refused the descriptors: too many of this user's are on their way, say. Nothing was sent, and the link is as it was.
    FdsRefused(Errno),
    /// It was closed before.
    Closed,
    /// It was given too little memory to send anything.
    TooSmall,
}

impl TxError {
    /// What happened, in words that need no `core::fmt`: what Display begins with.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "frame too long",
            Self::TimedOut { .. } => "Send timeout",
            Self::Interrupted { .. } => "Send interrupted",
            Self::Wait { .. } => "poll()",
            Self::Failed(_) => "send()",
            Self::Unfinished { .. } => "frame sent only in part",
            Self::Stalled => "rest of a frame not taken in time",
            Self::NoFds => "link without descriptors",
            Self::TooManyFds { .. } => "frame with too many descriptors",
            Self::FdsRefused(_) => "sendmsg()",
            Self::Closed => "link closed",
            Self::TooSmall => TOO_SMALL,
        }
    }

    /// The system's own error, if it was one.
    pub const fn errno(&self) -> Option<Errno> {
        match *self {
            Self::Failed(errno) | Self::FdsRefused(errno) | Self::Wait { errno, .. } => Some(errno),
            _ => None,
        }
    }
}

impl TxError {
    /// Whether the frame is in the link, and will go out.
    pub const fn is_accepted(&self) -> bool {
        matches!(
            self,
            Self::TimedOut { accepted: true }
                | Self::Interrupted { accepted: true }
                | Self::Wait { accepted: true, .. }
        )
    }

    /// Whether the link is dead: nothing more can be sent.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Stalled | Self::Closed | Self::TooSmall)
    }
}

impl fmt::Display for TxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())?;
        match self {
            Self::TooLong { len, max } => write!(f, " ({len} bytes, at most {max})"),
            Self::Wait { errno, .. } | Self::Failed(errno) | Self::FdsRefused(errno) => write!(f, ": {errno}"),
            Self::TooManyFds { fds, max } => write!(f, " ({fds}, at most {max})"),
            Self::Unfinished { sent, total } => write!(f, " ({sent} of {total} bytes)"),
            _ => Ok(()),
        }?;
        match self {
            error if error.is_accepted() => f.write_str(" (the frame is accepted, and goes out later)"),
            _ => Ok(()),
        }
    }
}

const TOO_SMALL: &str = "too little memory for a link";
