//! What can end each operation: one small error per verb, each with the bytes that had moved before.
//!
//! Their Display is Bitcoin Core's message, byte for byte, where Core has one.

use core::fmt;

use crate::Errno;

/// What made [`send_complete`](crate::Sink::send_complete) stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SendError {
    /// `send(2)` failed, and trying again is no use.
    #[allow(missing_docs)]
    Failed { errno: Errno, sent: usize },
    /// Waiting failed.
    #[allow(missing_docs)]
    Wait { errno: Errno, sent: usize },
    /// The deadline passed.
    #[allow(missing_docs)]
    TimedOut { sent: usize, total: usize },
    /// The interrupt was set.
    #[allow(missing_docs)]
    Interrupted { sent: usize, total: usize },
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

/// What made [`recv_until_terminator`](crate::Peek::recv_until_terminator) stop.
///
/// `received` is what this call had taken from the stream; all of it is in `out`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecvError {
    /// `recv(2)` failed, and trying again is no use.
    #[allow(missing_docs)]
    Failed { errno: Errno, received: usize },
    /// Waiting failed.
    #[allow(missing_docs)]
    Wait { errno: Errno, received: usize },
    /// The stream ended before a terminator came.
    #[allow(missing_docs)]
    Closed { received: usize },
    /// The deadline passed.
    #[allow(missing_docs)]
    TimedOut { received: usize },
    /// The interrupt was set.
    #[allow(missing_docs)]
    Interrupted { received: usize },
    /// `out` is full, or the next character does not fit, and there was no terminator. `limit` is `out`'s capacity.
    #[allow(missing_docs)]
    TooLong { limit: usize, received: usize },
    /// What comes next is not UTF-8, or the stream ended inside a character. It is still in the stream.
    #[allow(missing_docs)]
    NotUtf8 { received: usize },
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
    #[allow(missing_docs)]
    Failed { errno: Errno, received: usize },
    /// Waiting failed.
    #[allow(missing_docs)]
    Wait { errno: Errno, received: usize },
    /// The stream ended.
    #[allow(missing_docs)]
    Closed { received: usize },
    /// The deadline passed.
    #[allow(missing_docs)]
    TimedOut { received: usize },
    /// The interrupt was set.
    #[allow(missing_docs)]
    Interrupted { received: usize },
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

const CLOSED: &str = "Connection unexpectedly closed by peer";

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

/// Why a stream is not connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Disconnected {
    /// The peer has closed its side, and all that it sent has been received.
    Closed,
    /// The connection is still being made.
    Connecting,
    /// The connection is broken, or there never was one.
    Failed(Errno),
}

impl fmt::Display for Disconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("closed"),
            Self::Connecting => f.write_str("not connected"),
            Self::Failed(errno) => errno.fmt(f),
        }
    }
}

/// What made a connect stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ConnectError {
    /// The connection could not be made.
    Failed(Errno),
    /// Waiting failed.
    Wait(Errno),
    /// The deadline passed. A TCP connection is still being made: [`Events::SEND`](crate::Events::SEND) tells when it is done.
    TimedOut,
    /// The interrupt was set. As after a timeout.
    Interrupted,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(errno) => write!(f, "connect(): {errno}"),
            Self::Wait(errno) => write!(f, "poll(): {errno}"),
            Self::TimedOut => f.write_str("Connect timeout"),
            Self::Interrupted => f.write_str("Connect interrupted"),
        }
    }
}

/// What made an accept stop, sorted by what to do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AcceptError {
    /// This one connection was lost before it was accepted (ECONNABORTED, a network error). Accept the next one.
    Transient(Errno),
    /// Out of descriptors or memory (EMFILE, ENFILE, ENOBUFS, ENOMEM). The connection still waits, so the listener stays
    /// readable: free something or sleep before the next accept, or it spins.
    Resource(Errno),
    /// This listener will accept nothing.
    Fatal(Errno),
    /// The deadline passed.
    TimedOut,
    /// The interrupt was set.
    Interrupted,
}

impl fmt::Display for AcceptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transient(errno) | Self::Resource(errno) | Self::Fatal(errno) => write!(f, "accept(): {errno}"),
            Self::TimedOut => f.write_str("Accept timeout"),
            Self::Interrupted => f.write_str("Accept interrupted"),
        }
    }
}

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

macro_rules! errors {
    ($($name:ident)*) => { $(
        impl core::error::Error for $name {}
    )* };
}

errors! { SendError RecvError RecvExactError WaitError Disconnected ConnectError AcceptError TokenError }
