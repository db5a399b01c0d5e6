//! Why nobody can be reached at a place yet.

use core::fmt;

use crate::Errno;

/// What made a [`LocalListener`](crate::link::local::LocalListener) not come into being. Nothing is left behind but the lock file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum BindError {
    /// Another listener has the lock on this place: it is there, or just coming or going.
    Held,
    /// Somebody who knows nothing of locks has a socket of this name (EADDRINUSE).
    InUse,
    /// There is something else of this name, which is left alone: a file, a folder, a symbolic link.
    NotASocket,
    /// What is there could not be looked at.
    Look(Errno),
    /// The lock file could not be opened, made or locked.
    Lock(Errno),
    /// The socket file that nobody has any more could not be removed.
    Remove(Errno),
    /// `socket(2)` or `bind(2)` failed.
    Bind(Errno),
    /// `listen(2)` failed.
    Listen(Errno),
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held => f.write_str("Another listener has the lock on this address"),
            Self::InUse => f.write_str("Another program has a socket of this address"),
            Self::NotASocket => f.write_str("What has this name is not a socket"),
            Self::Look(errno) => write!(f, "Looking for an old socket: {errno}"),
            Self::Lock(errno) => write!(f, "Locking the address: {errno}"),
            Self::Remove(errno) => write!(f, "Removing an old socket: {errno}"),
            Self::Bind(errno) => write!(f, "bind(): {errno}"),
            Self::Listen(errno) => write!(f, "listen(): {errno}"),
        }
    }
}
