//! What the two ends of a cell must agree about: the transport and the profile.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

/// The longest payload that an end takes: 1 MiB.
pub const MAX: usize = 1 << 20;

/// How frames look on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// `[len u32 LE][payload]`
    Bare,
    /// `VOXL 01 00`, then as bare.
    Plain,
    /// `VOXL 01 01`, then `[len][descriptors][payload]`.
    Fd,
    /// `VOXL 02 00`, then as bare: a version that nobody speaks yet.
    Next,
    /// `VOXL 01 80`, then as bare: a flag that nobody knows yet.
    Flagged,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Bare, Self::Plain, Self::Fd, Self::Next, Self::Flagged];
}

/// What carries the bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// A Unix stream socket.
    Unix,
    /// TCP over the loopback.
    Tcp,
}

impl Transport {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Unix, Self::Tcp];

    /// Where to serve. A TCP port is chosen when it is bound.
    pub fn address(self, folder: &Path) -> Address {
        match self {
            Self::Unix => Address::Unix(folder.join("socket")),
            Self::Tcp => Address::Tcp((Ipv4Addr::LOCALHOST, 0).into()),
        }
    }
}

/// Where one end serves and the other connects.
#[derive(Clone, Debug)]
pub enum Address {
    /// The path of a Unix socket.
    Unix(PathBuf),
    /// An address of the loopback.
    Tcp(SocketAddr),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(f),
            Self::Tcp(address) => address.fmt(f),
        }
    }
}
