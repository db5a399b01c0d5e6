//! Why there is no token, no client or no server.

use core::fmt;

use crate::{Errno, TokenError};

/// Why a client did not get a token. None was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum JobError {
    /// No token is free now. Only the call that does not wait says this.
    WouldBlock,
    /// The deadline passed.
    TimedOut,
    /// The interrupt was set.
    Interrupted,
    /// There is no job server: there will never be more than the implicit token.
    NoServer,
    /// The end of the stream: the server is gone, and so is everybody else who could have given a token back.
    ServerGone,
    /// The system's own error.
    Failed(Errno),
}

/// Why a client cannot be made of what MAKEFLAGS says. Work goes on with one job at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum JobOpenError {
    /// This descriptor is not open. Make has closed it, as it does not take the rule for a recursive make: it lacks a `+`.
    NotOpen(i32),
    /// What was opened is not what the tokens of a job server lie in: this descriptor, or the FIFO's name if it is `None`.
    ///
    /// Neither is a pipe of which the other descriptor is no end. Make has closed them, and the number was used again.
    NotAJobServer(Option<i32>),
    /// MAKEFLAGS says something that this crate does not know.
    Unknown,
    /// The system's own error.
    Failed(Errno),
}

/// Why a server cannot be made. Nothing is left of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum JobServerError {
    /// The tokens for so many jobs do not fit into the pipe in such a way that each can always be given back.
    TooManyJobs {
        /// For how many they do.
        most: u32,
    },
    /// The system's own error.
    Failed(Errno),
}

/// Why a server is not content with the tokens that it has back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum JobCountError {
    /// It is not as many as it had given. Fewer: somebody still has one, or died with it. More: somebody gave one too many.
    Wrong {
        /// How many there are.
        available: u32,
        /// How many there should be.
        should_be: u32,
    },
    /// The system's own error.
    Failed(Errno),
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WouldBlock => f.write_str("No job token is free"),
            Self::TimedOut => f.write_str("Job token timeout"),
            Self::Interrupted => f.write_str("Interrupted while waiting for a job token"),
            Self::NoServer => f.write_str("No job server: one job at a time"),
            Self::ServerGone => f.write_str("The job server is gone"),
            Self::Failed(errno) => errno.fmt(f),
        }
    }
}

impl fmt::Display for JobOpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpen(fd) => {
                write!(f, "The job server's descriptor {fd} is not open. Add '+' to the rule in the makefile")
            }
            Self::NotAJobServer(Some(fd)) => {
                write!(f, "Descriptor {fd} is not the job server's. Add '+' to the rule in the makefile")
            }
            Self::NotAJobServer(None) => f.write_str("The job server's name is not that of a FIFO"),
            Self::Unknown => f.write_str("This kind of job server is not known"),
            Self::Failed(errno) => errno.fmt(f),
        }
    }
}

impl fmt::Display for JobServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyJobs { most } => write!(f, "The job server can have at most {most} jobs"),
            Self::Failed(errno) => errno.fmt(f),
        }
    }
}

/// Make's words. Its numbers are higher by one, as it counts its own as well.
impl fmt::Display for JobCountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong { available, should_be } => {
                write!(f, "Exiting with {available} jobserver tokens available; should be {should_be}!")
            }
            Self::Failed(errno) => errno.fmt(f),
        }
    }
}

/// For a read.
impl From<TokenError> for JobError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::WouldBlock => Self::WouldBlock,
            TokenError::TimedOut => Self::TimedOut,
            TokenError::Interrupted => Self::Interrupted,
            TokenError::BrokenPipe => Self::Failed(Errno::PIPE),
            TokenError::Failed(errno) => Self::Failed(errno),
        }
    }
}

macro_rules! from_errno {
    ($($name:ident)*) => { $(
        impl From<Errno> for $name {
            fn from(errno: Errno) -> Self {
                Self::Failed(errno)
            }
        }
    )* };
}

from_errno! { JobOpenError JobServerError JobCountError }
