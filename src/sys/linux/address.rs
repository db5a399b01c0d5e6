//! Unix addresses, as the system gives them.

use rustix::net::{SocketAddrAny, SocketAddrUnix};

use crate::{Address, Errno};

/// How long one is, without a name and at most: two bytes for the family, 108 for the name.
const FAMILY: u32 = 2;
const LONGEST: u32 = FAMILY + 108;

/// The address of a Unix socket. ENAMETOOLONG for one that an [`Address`] cannot hold.
///
/// rustix 1.1.6 reads three of them wrongly: an address without a name becomes an abstract one of no letters, a path of 107 bytes
/// keeps its zero byte, and one of 108, which any peer may have, is a panic.
pub(crate) fn unix_address(any: SocketAddrAny) -> Result<Address, Errno> {
    match any.addr_len() {
        FAMILY => return Ok(Address::Unnamed),
        len if len > LONGEST => return Err(Errno::NAMETOOLONG),
        _ => {}
    }
    let name = SocketAddrUnix::try_from(any)?;
    match (name.path_bytes(), name.abstract_name()) {
        (Some(path), _) => Address::path(path.strip_suffix(b"\0").unwrap_or(path)),
        (_, Some(name)) => Address::abstract_name(name),
        _ => Ok(Address::Unnamed),
    }
}
