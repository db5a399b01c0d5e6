//! Somewhere to connect to.

use heapless::Vec;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use sockpipe::{Address, Deadline, Family, Never, Peek, Sock};

use super::super::common::{SOON, ms};
use crate::{Outcome, Skip, claim, must, worlds::states};

/// Both families.
pub(super) const BOTH: [Family; 2] = [Family::Unix, Family::Inet];

/// Somebody who listens there, and those who have not been accepted.
pub(super) struct Full {
    pub(super) address: Address,
    pub(super) listener: Sock,
    _clients: Vec<Sock, 4>,
}

/// A listener, and where it is.
pub(super) fn listener(family: Family) -> Result<(Sock, Address), Outcome> {
    let listener = states::listener(family, 0).ok_or(Skip("this kernel gives no socket of this kind"))?;
    let address = must!(listener.get_sock_name());
    Ok((listener, address))
}

/// A listener with as many clients as it has room for. Whoever comes now has to wait.
pub(super) fn full(family: Family) -> Result<Full, Outcome> {
    let (listener, address) = listener(family)?;
    let mut clients = Vec::new();
    // There is room for one; if there is for more, they do not need long.
    let mut deadline = SOON;
    loop {
        let client = must!(Sock::stream(family));
        if client.connect(&address, deadline, &Never).is_err() {
            return Ok(Full { address, listener, _clients: clients });
        }
        claim!(client.is_connected(), Ok(()));
        clients.push(client).map_err(|_| Skip("this kernel lets everybody in"))?;
        deadline = Deadline::Within(ms(50));
    }
}

/// A socket in blocking mode, as others make them.
pub(super) fn blocking(family: Family) -> Result<Sock, Outcome> {
    let family = AddressFamily::from(family);
    Ok(must!(socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None)).into())
}
