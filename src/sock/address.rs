//! Where a socket is, or whom it talks to.

use core::{
    fmt,
    net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6},
};

use heapless::Vec;
use rustix::net::{AddressFamily, SocketAddrAny, SocketAddrUnix};

use crate::Errno;

/// What a Unix address has room for: a path that ends in a zero byte, or an abstract name that begins with one.
const UNIX_NAME: usize = 107;
/// How long a Unix address is as the system gives it, without a name and at most: two bytes for the family, 108 for the name.
const UNIX_FAMILY: u32 = 2;
const UNIX_LONGEST: u32 = UNIX_FAMILY + 108;

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
    /// A name in Linux's abstract namespace, without the zero byte that marks it. See unix(7).
    Abstract(Vec<u8, UNIX_NAME>),
    /// A Unix socket without a name: one end of a pair, or a client. Binding to it lets the kernel choose an abstract name.
    Unnamed,
}

impl Address {
    /// The Unix socket at `path`. A path that is too long is refused, not cut.
    ///
    /// # Errors
    /// ENAMETOOLONG above 107 bytes; EINVAL if it is empty or contains a zero byte.
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
        ip: impl FnOnce(&SocketAddr) -> rustix::io::Result<T>,
        unix: impl FnOnce(&SocketAddrUnix) -> rustix::io::Result<T>,
    ) -> Result<T, Errno> {
        let name = match self {
            Self::Ip(address) => return Ok(ip(address)?),
            // The system would take it for an abstract name of no letters.
            Self::Path(path) if path.is_empty() => return Err(Errno::INVAL),
            Self::Path(path) => SocketAddrUnix::new(path.as_slice())?,
            Self::Abstract(name) => SocketAddrUnix::new_abstract_name(name)?,
            Self::Unnamed => SocketAddrUnix::new_unnamed(),
        };
        Ok(unix(&name)?)
    }
}

impl TryFrom<SocketAddrAny> for Address {
    type Error = Errno;

    fn try_from(any: SocketAddrAny) -> Result<Self, Errno> {
        match any.address_family() {
            AddressFamily::INET => Ok(Self::Ip(SocketAddrV4::try_from(any)?.into())),
            AddressFamily::INET6 => Ok(Self::Ip(SocketAddrV6::try_from(any)?.into())),
            // rustix 1.1.6 reads three of them wrongly: an address without a name becomes an abstract one of no letters, a path
            // of 107 bytes keeps its zero byte, and one of 108, which any peer may have, is a panic.
            AddressFamily::UNIX if any.addr_len() == UNIX_FAMILY => Ok(Self::Unnamed),
            AddressFamily::UNIX if any.addr_len() > UNIX_LONGEST => Err(Errno::NAMETOOLONG),
            AddressFamily::UNIX => {
                let name = SocketAddrUnix::try_from(any)?;
                match (name.path_bytes(), name.abstract_name()) {
                    (Some(path), _) => Self::path(path.strip_suffix(b"\0").unwrap_or(path)),
                    (_, Some(name)) => Self::abstract_name(name),
                    _ => Ok(Self::Unnamed),
                }
            }
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
            Self::Abstract(name) => write!(f, "Abstract(\"{}\")", name.escape_ascii()),
            Self::Unnamed => f.write_str("Unnamed"),
        }
    }
}
