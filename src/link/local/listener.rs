//! A listener that has its address to itself, and leaves none behind.

use rustix::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use super::clear;
use crate::{
    AcceptError, Address, BindError, Deadline, Errno, Family, Interrupt, Sock, log,
    sys::{
        File,
        place::{self, Lock},
    },
};

/// How many may wait to be accepted. The system lowers it to `/proc/sys/net/core/somaxconn`, whose default this is.
const BACKLOG: i32 = 4096;

/// A Unix socket that listens at a path or an abstract name, and that nobody else has.
///
/// A socket file that is left of somebody who was killed is replaced. One that somebody has is left alone, and so is all that is no
/// socket. Dropping the listener removes the file, if it is still the same one.
///
/// Of two that bind to a path at the same time one gets it: there is a lock, `flock(2)`, on a file beside the socket, `PATH.lock`, which
/// stays there. It ends with its owner, however that ends. Programs that know of that lock (vox-stream's `bind_with_lock`) and
/// those that do not are safe from each other, as long as nobody removes the file of a lock that is held: then two who find an old
/// socket at the same time may both replace it. Abstract names need no lock.
///
/// Who may connect, the file's mode says, which is the umask's; an abstract name can be reached by everybody on the network namespace.
/// A relative path is the same place only as long as the process stays in its folder. After a fork, the child must not drop its copy
/// (`core::mem::forget`), and as long as it lives without an exec, the listener is there.
///
/// ```
/// # #[cfg(unix)] {
/// use core::time::Duration;
/// use sockpipe::{Address, BindError, Deadline, Never, Sink, Source, link::local::{self, LocalListener}};
///
/// let patience = Deadline::Within(Duration::from_secs(3));
/// # let place = format!("/tmp/sockpipe-doc-{}", std::process::id());
/// let address = Address::path(place.as_bytes())?; // "/run/user/1000/my-service"
/// let listener = LocalListener::bind(&address)?;
/// assert_eq!(LocalListener::bind(&address).err(), Some(BindError::Held));
///
/// let client = local::connect(&address, patience, &Never)?;
/// let server = listener.accept(patience, &Never)?;
/// client.send_complete(b"hello", patience, &Never)?;
/// let mut hello = [0; 5];
/// server.recv_exact(&mut hello, patience, &Never)?;
///
/// drop(listener);
/// assert_eq!(local::endpoint_exists(&address), Ok(false));
/// # std::fs::remove_file(format!("{place}.lock"))?;
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LocalListener {
    sock: Sock,
    address: Address,
    /// What has a path: the file, and the lock.
    path: Option<(File, Lock)>,
}

impl LocalListener {
    /// Listens at `address`. Does not block. For [`Address::Unnamed`] Linux chooses an abstract name: see
    /// [`address`](Self::address).
    ///
    /// # Errors
    /// [`BindError::Held`] and [`BindError::InUse`] if somebody else has it, [`BindError::NotASocket`] if what is there should not be
    /// removed; or which step failed, and why: [`BindError::Lock`] with ENOENT if there is no such folder, with EACCES if this user may not
    /// write there; [`BindError::Bind`] with EAFNOSUPPORT for an IP address. The socket is closed; nothing is left behind, but the lock file.
    pub fn bind(address: &Address) -> Result<Self, BindError> {
        let bound = Self::bound(address);
        match &bound {
            Ok(_) => log::info!("listening on a local socket"),
            Err(_) => log::debug!("not listening on a local socket"),
        }
        bound
    }

    fn bound(address: &Address) -> Result<Self, BindError> {
        if address.family() != Family::Unix {
            return Err(BindError::Bind(Errno::AFNOSUPPORT));
        }
        let Address::Path(path) = address else {
            let sock = bind(address)?;
            let address = sock.get_sock_name().map_err(BindError::Bind)?;
            return Self { sock, address, path: None }.listen();
        };
        let lock = clear(address, path)?;
        let sock = bind(address)?;
        // From here on, to drop it is to remove the file.
        let file = place::look(path).map_err(BindError::Look)?.ok_or(BindError::Look(Errno::NOENT))?;
        Self { sock, address: address.clone(), path: Some((file, lock)) }.listen()
    }

    fn listen(self) -> Result<Self, BindError> {
        self.sock.listen(BACKLOG).map_err(BindError::Listen)?;
        Ok(self)
    }

    /// Accepts a connection, waiting until there is one: [`Sock::accept`]. The new socket is non-blocking and close-on-exec.
    ///
    /// # Errors
    /// Those of [`Sock::accept`], sorted by what to do about them.
    pub fn accept(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<Sock, AcceptError> {
        self.sock.accept(deadline, interrupt).map(|(sock, _)| sock)
    }

    /// Where it listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The socket, for all else that can be done with one.
    pub fn sock(&self) -> &Sock {
        &self.sock
    }
}

fn bind(address: &Address) -> Result<Sock, BindError> {
    let sock = Sock::stream(Family::Unix).map_err(BindError::Bind)?;
    sock.bind(address).map_err(|errno| match errno {
        Errno::ADDRINUSE => BindError::InUse,
        errno => BindError::Bind(errno),
    })?;
    Ok(sock)
}

impl Drop for LocalListener {
    /// Only if the file is the one that was bound. As the socket is still open, no other has its number.
    fn drop(&mut self) {
        if let (Address::Path(path), Some((file, _))) = (&self.address, &self.path)
            && place::look(path) == Ok(Some(*file))
        {
            let _ = place::remove(path);
        }
    }
}

impl AsFd for LocalListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.sock.as_fd()
    }
}

/// For event loops that take numbers. It stays open only as long as its owner.
impl AsRawFd for LocalListener {
    fn as_raw_fd(&self) -> RawFd {
        self.sock.as_raw_fd()
    }
}
