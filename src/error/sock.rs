//! What can end the making of a connection, or a connection.

use core::fmt;

use crate::Errno;

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
    /// This one connection was lost before it was accepted (ECONNABORTED, a firewall, a network error). Accept the next one.
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
