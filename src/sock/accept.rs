//! Listening and accepting.

use rustix::net;

use super::{Address, Sock};
use crate::{
    AcceptError, Deadline, Errno, Events, Interrupt, log, sys,
    transfer::{Patience, Stop},
};

impl Sock {
    /// Makes a socket that listens at `address`: [`stream`](Self::stream), [`bind`](Self::bind), [`listen`](Self::listen).
    ///
    /// For a TCP port that was in use a moment ago, do it in three steps and set
    /// [`ReuseAddress`](super::options::ReuseAddress) first.
    ///
    /// # Errors
    /// Those of the three. The socket is closed; nothing is left behind.
    pub fn listen_on(address: &Address, backlog: i32) -> Result<Self, Errno> {
        let sock = Self::stream(address.family())?;
        sock.bind(address)?;
        sock.listen(backlog)?;
        Ok(sock)
    }

    /// Gives the socket an address. bind(2).
    ///
    /// # Errors
    /// Those of bind(2): EADDRINUSE for a TCP port or a Unix path that is taken, also by a stale socket file.
    pub fn bind(&self, address: &Address) -> Result<(), Errno> {
        address.with(|ip| Ok(net::bind(self, ip)?), |unix| Ok(net::bind(self, unix)?))
    }

    /// Lets others connect, `backlog` of them before they are accepted. listen(2).
    ///
    /// # Errors
    /// Those of listen(2).
    pub fn listen(&self, backlog: i32) -> Result<(), Errno> {
        Ok(net::listen(self, backlog)?)
    }

    /// Accepts a connection, waiting until there is one. The new socket is non-blocking and close-on-exec; so that a rival
    /// cannot make it wait past the deadline, the listener is set non-blocking, too.
    ///
    /// The address is the peer's: [`Address::Unnamed`] for most Unix clients, and for those that an [`Address`] cannot hold.
    ///
    /// # Errors
    /// Sorted by what to do about them; a loop over [`AcceptError::Resource`] must pause, or it spins, and one over a transient EPERM
    /// should, too, as it may be a sandbox that forbids to accept at all. EINVAL, which is fatal, for
    /// a socket that does not listen or was shut down.
    pub fn accept(
        &self,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(Self, Address), AcceptError> {
        let mut patience = Patience::new(deadline, interrupt);
        self.set_non_blocking().map_err(AcceptError::Fatal)?;
        let mut hung_up = false;
        loop {
            match sys::sock::accept(sys::lend(&self.fd)) {
                Ok((fd, peer)) => {
                    log::trace!("accepted a connection");
                    let peer = peer.and_then(|peer| Address::try_from(peer).ok());
                    return Ok((fd.into(), peer.unwrap_or(Address::Unnamed)));
                }
                // A Unix listener that was shut down says so to sleepers only; a TCP listener says it to everybody.
                Err(Errno::AGAIN) if hung_up => return Err(AcceptError::Fatal(Errno::INVAL)),
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(errno) => {
                    log::debug!("accept failed with errno {}", errno.raw());
                    return Err(sorted(errno));
                }
            }
            hung_up = patience.pause(self, Some(Events::RECV | Events::HANGUP))?.contains(Events::HANGUP);
        }
    }
}

/// Sorts an errno of accept(2). The transient ones are about one connection: that it was aborted, that a firewall forbids it
/// (EPERM), and the network's errors that the manual page says to treat like EAGAIN, but for EOPNOTSUPP, which also means that this is
/// no stream socket.
fn sorted(errno: Errno) -> AcceptError {
    const TRANSIENT: &[rustix::io::Errno] = {
        use rustix::io::Errno as E;
        &[
            E::CONNABORTED,
            E::PERM,
            E::NETDOWN,
            E::PROTO,
            E::NOPROTOOPT,
            E::HOSTDOWN,
            #[cfg(any(target_os = "linux", target_os = "android"))]
            E::NONET,
            E::HOSTUNREACH,
            E::NETUNREACH,
        ]
    };
    match errno {
        errno if TRANSIENT.iter().any(|transient| errno == (*transient).into()) => AcceptError::Transient(errno),
        Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM => AcceptError::Resource(errno),
        errno => AcceptError::Fatal(errno),
    }
}

impl From<Stop> for AcceptError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimedOut => Self::TimedOut,
            Stop::Interrupted => Self::Interrupted,
            Stop::Failed(errno) => Self::Fatal(errno),
        }
    }
}
