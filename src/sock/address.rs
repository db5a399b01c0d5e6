//! Where a socket is, or whom it talks to.

use core::{
    fmt,
    net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6},
};

use heapless::Vec;
use rustix::net::{AddressFamily, SocketAddrAny, SocketAddrUnix};

use crate::{Errno, sys::unix_address};

/// What a Unix address has room for: a path that ends in a zero byte, or an abstract name that begins with one.
const UNIX_NAME: usize = if cfg!(any(target_os = "linux", target_os = "android")) { 107 } else { 103 };

/// The families of stream sockets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Family {
    /// TCP over IPv4.
    Inet,
    /// TCP over IPv6.
    Inet6,
    /// Unix sockets.
    Unix,
}

impl From<Family> for AddressFamily {
    fn from(family: Family) -> Self {
        match family {
            Family::Inet => Self::INET,
            Family::Inet6 => Self::INET6,
            Family::Unix => Self::UNIX,
        }
    }
}

/// A TCP or Unix address.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// An IP address and a port.
    Ip(SocketAddr),
    /// A path in the file system.
    Path(Vec<u8, UNIX_NAME>),
    /// A name in Linux's abstract namespace, without the zero byte that marks it. See unix(7). Other systems have no such names.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    Abstract(Vec<u8, UNIX_NAME>),
    /// A Unix socket without a name: one end of a pair, or a client. Binding to it lets Linux choose an abstract name; elsewhere
    /// it is EINVAL.
    Unnamed,
}

impl Address {
    /// The Unix socket at `path`. A path that is too long is refused, not cut.
    ///
    /// # Errors
    /// ENAMETOOLONG above 107 bytes, or above 103 elsewhere than on Linux; EINVAL if it is empty or contains a zero byte.
    pub fn path(path: &[u8]) -> Result<Self, Errno> {
        if path.is_empty() || path.contains(&0) {
            return Err(Errno::INVAL);
        }
        Ok(Self::Path(Vec::from_slice(path).map_err(|_| Errno::NAMETOOLONG)?))
    }

    /// The Unix socket with this abstract name, which exists as long as somebody listens there and has no permissions.
    ///
    /// # Errors
    /// ENAMETOOLONG above 107 bytes.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn abstract_name(name: &[u8]) -> Result<Self, Errno> {
        Ok(Self::Abstract(Vec::from_slice(name).map_err(|_| Errno::NAMETOOLONG)?))
    }

    /// What kind of socket can use it.
    pub fn family(&self) -> Family {
        match self {
            Self::Ip(ip) if ip.is_ipv4() => Family::Inet,
            Self::Ip(_) => Family::Inet6,
            _ => Family::Unix,
        }
    }

    /// Calls one of two functions with the address as the system takes it.
    pub(super) fn with<T>(
        &self,
        ip: impl FnOnce(&SocketAddr) -> Result<T, Errno>,
        unix: impl FnOnce(&SocketAddrUnix) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let name = match self {
            Self::Ip(address) => return ip(address),
            // The system would take it for an abstract name of no letters.
            Self::Path(path) if path.is_empty() => return Err(Errno::INVAL),
            Self::Path(path) => SocketAddrUnix::new(path.as_slice())?,
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Abstract(name) => SocketAddrUnix::new_abstract_name(name)?,
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Unnamed => SocketAddrUnix::new_unnamed(),
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            Self::Unnamed => return Err(Errno::INVAL),
        };
        unix(&name)
    }
}

impl TryFrom<SocketAddrAny> for Address {
    type Error = Errno;

    fn try_from(any: SocketAddrAny) -> Result<Self, Errno> {
        match any.address_family() {
            AddressFamily::INET => Ok(Self::Ip(SocketAddrV4::try_from(any)?.into())),
            AddressFamily::INET6 => Ok(Self::Ip(SocketAddrV6::try_from(any)?.into())),
            AddressFamily::UNIX => unix_address(any),
            _ => Err(Errno::AFNOSUPPORT),
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Ip(address)
    }
}

impl<I: Into<IpAddr>> From<(I, u16)> for Address {
    fn from(address: (I, u16)) -> Self {
        Self::Ip(address.into())
    }
}

/// `127.0.0.1:80`, `[::1]:80`, `/path`, `@abstract`, or `unnamed`; bytes that are not printable are escaped.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Path(path) => path.escape_ascii().fmt(f),
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Abstract(name) => write!(f, "@{}", name.escape_ascii()),
            Self::Unnamed => f.write_str("unnamed"),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => write!(f, "Ip({address})"),
            Self::Path(path) => write!(f, "Path(\"{}\")", path.escape_ascii()),
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Abstract(name) => write!(f, "Abstract(\"{}\")", name.escape_ascii()),
            Self::Unnamed => f.write_str("Unnamed"),
        }
    }
}
