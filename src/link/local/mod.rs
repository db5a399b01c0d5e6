//! Links on one machine, over Unix sockets: reaching whoever listens at a path or an abstract name, and listening there.

mod listener;

pub use listener::LocalListener;

use rustix::net::{AddressFamily, SocketType};

use crate::{
    Address, BindError, ConnectError, Deadline, Errno, Family, Interrupt, Never, Sock,
    sys::{self, place},
};

/// Connects to whoever listens at `address`, a path or an abstract name.
///
/// Like [`Sock::connect_to`], but takes Unix addresses only.
///
/// # Errors
/// [`ConnectError::Failed`] with ENOENT if there is nothing of this name, with ECONNREFUSED if there is, and nobody listens there;
/// EAFNOSUPPORT for an IP address. Nothing is left behind.
pub fn connect(
    address: &Address,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<Sock, ConnectError> {
    match address.family() {
        Family::Unix => Sock::connect_to(address, deadline, interrupt),
        _ => Err(ConnectError::Failed(Errno::AFNOSUPPORT)),
    }
}

/// Whether there is somebody with a socket of this name, also one who does not listen yet. Does not block.
///
/// The file alone is no sign of that: it stays when its owner is killed. So this connects, but with a datagram socket first: the
/// kernel says that the socket at this path is of another type (EPROTOTYPE), and its owner sees nothing of it. An abstract name has no such
/// answer, so who listens at one gets a connection, which is closed at once.
///
/// What it says may have changed before it is heard. To reach somebody, [`connect`]; to be somebody, [`LocalListener::bind`].
///
/// # Errors
/// Those of socket(2) and connect(2): EACCES if this user may not know. Not ENOENT, nor ECONNREFUSED: then there is nobody.
pub fn endpoint_exists(address: &Address) -> Result<bool, Errno> {
    const OTHER_TYPE: rustix::io::Errno = rustix::io::Errno::PROTOTYPE;
    for kind in [SocketType::DGRAM, SocketType::STREAM] {
        let probe = Sock::from(sys::sock::make(AddressFamily::UNIX, kind)?);
        match probe.connect(address, Deadline::NOW, &Never) {
            Err(ConnectError::Failed(Errno::NOENT | Errno::CONNREFUSED)) => {}
            Err(ConnectError::Failed(errno)) if errno != OTHER_TYPE.into() => return Err(errno),
            // Also if it is out of time: a full backlog is somebody's.
            _ => return Ok(true),
        }
    }
    Ok(false)
}

/// Removes the socket file that a listener which was killed has left behind. Nothing is to be done if there is none, or for an abstract
/// name. Does not block. [`LocalListener`] does the same when it binds, and removes its own when it is dropped. Both leave the lock file.
///
/// # Errors
/// [`BindError::Held`] and [`BindError::InUse`] if somebody has it, [`BindError::NotASocket`] for anything else; or which step failed. What
/// is there stays there.
pub fn remove_endpoint(address: &Address) -> Result<(), BindError> {
    match address {
        Address::Path(path) if !path.is_empty() && is_socket(path)? => clear(address, path).map(drop),
        _ => Ok(()),
    }
}

/// The longest path, and `.lock`.
type LockPath = heapless::Vec<u8, 112>;

/// Takes the lock on a path, and sees to it that there is nothing.
///
/// The lock comes first, or two who both see an old file could both remove it, the second one the new file of the first.
fn clear(address: &Address, path: &[u8]) -> Result<place::Lock, BindError> {
    let mut lock_path = LockPath::new();
    // The kernel takes an empty path for something else.
    if path.is_empty()
        || lock_path.extend_from_slice(path).and_then(|()| lock_path.extend_from_slice(b".lock")).is_err()
    {
        return Err(BindError::Bind(Errno::INVAL));
    }
    // Also before, to leave no lock file beside what is not ours.
    is_socket(path)?;
    let lock = place::lock(&lock_path).map_err(BindError::Lock)?.ok_or(BindError::Held)?;
    if is_socket(path)? {
        if endpoint_exists(address).map_err(BindError::Look)? {
            return Err(BindError::InUse);
        }
        place::remove(path).map_err(BindError::Remove)?;
    }
    Ok(lock)
}

/// Whether there is a socket of this name. No: there is nothing.
fn is_socket(path: &[u8]) -> Result<bool, BindError> {
    match place::look(path).map_err(BindError::Look)? {
        None => Ok(false),
        Some(file) if file.is_socket => Ok(true),
        Some(_) => Err(BindError::NotASocket),
    }
}
