//! Links over TCP: a connection to whichever of several addresses answers, and listeners.

use core::{net::SocketAddr, time::Duration};

use rustix::io::Errno as E;

use crate::{
    Address, ConnectError, Deadline, Errno, Interrupt, Sock, log,
    options::{NoDelay, ReuseAddress},
    sys,
};

/// Connects to the first of `addresses` that takes the connection. They are tried in turn, all within the one deadline.
///
/// Each gets an equal share of the time that is left for it and those behind it, so that one that swallows packets does not keep the
/// others from being tried. Without a deadline each gets what the system gives it: two minutes, as a rule. The deadline counts from
/// the call; one that has passed makes one attempt at each.
///
/// TCP_NODELAY is on, as a link puts small frames together itself. `sock.set_sock_opt(options::NoDelay(false))` takes it off.
///
/// Names are resolved by std, or by whoever else can; all that a name resolves to can be handed over as it is. std's resolver blocks, and
/// knows no deadline.
///
/// ```
/// # #[cfg(unix)] {
/// use core::time::Duration;
/// use std::net::ToSocketAddrs;
/// use sockpipe::{Address, Deadline, Never, link::tcp};
///
/// # let listener = tcp::listen(([127, 0, 0, 1], 0), 8)?;
/// # let Address::Ip(at) = listener.get_sock_name()? else { unreachable!() };
/// # let port = at.port();
/// let patience = Deadline::Within(Duration::from_secs(10));
/// let sock = tcp::connect(("localhost", port).to_socket_addrs()?, patience, &Never)?;
/// # drop(sock);
/// // or without std
/// let sock = tcp::connect([([127, 0, 0, 1], port)], patience, &Never)?;
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ConnectError::Interrupted`] at once. Otherwise what the last of them said; that there is no way to it counts only if no other one
/// said more. [`ConnectError::Failed`] with EDESTADDRREQ if there are no addresses. Nothing is left behind.
pub fn connect<A: Into<SocketAddr>>(
    addresses: impl IntoIterator<Item = A, IntoIter: ExactSizeIterator>,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<Sock, ConnectError> {
    let end = deadline.fixed(sys::now()).map_or(Deadline::Never, Deadline::At);
    let mut addresses = addresses.into_iter();
    let mut most_telling = None;
    while let Some(address) = addresses.next() {
        match connect_one(address.into(), share(end, addresses.len()), interrupt) {
            Err(ConnectError::Interrupted) => return Err(ConnectError::Interrupted),
            Err(error) if most_telling.is_some() && !is_telling(error) => {}
            Err(error) => most_telling = Some(error),
            connected => return connected,
        }
        log::debug!("{} more addresses to connect to", addresses.len());
    }
    Err(most_telling.unwrap_or(ConnectError::Failed(E::DESTADDRREQ.into())))
}

/// Makes a TCP socket that listens at `address`, `backlog` of them before they are accepted: SO_REUSEADDR and TCP_NODELAY on, then
/// `bind(2)` and `listen(2)`.
///
/// Those whom [`Sock::accept`] accepts from it have TCP_NODELAY on, too: on Linux, macOS and FreeBSD they inherit it.
///
/// # Errors
/// Those of the system calls: EADDRINUSE if somebody listens there. The socket is closed; nothing is left behind.
pub fn listen(address: impl Into<SocketAddr>, backlog: i32) -> Result<Sock, Errno> {
    let address = Address::Ip(address.into());
    let sock = Sock::stream(address.family())?;
    sock.set_sock_opt(ReuseAddress(true))?;
    sock.set_sock_opt(NoDelay(true))?;
    sock.bind(&address)?;
    sock.listen(backlog)?;
    Ok(sock)
}

fn connect_one(
    address: SocketAddr,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<Sock, ConnectError> {
    let address = Address::Ip(address);
    let sock = Sock::stream(address.family()).map_err(ConnectError::Failed)?;
    sock.set_sock_opt(NoDelay(true)).map_err(ConnectError::Failed)?;
    sock.connect(&address, deadline, interrupt)?;
    Ok(sock)
}

/// The deadline of one address with so many behind it.
fn share(end: Deadline, behind: usize) -> Deadline {
    let Deadline::At(end) = end else { return end };
    let now = sys::now();
    let parts = u32::try_from(behind).unwrap_or(u32::MAX).saturating_add(1);
    let share = end.saturating_duration_since(now).checked_div(parts).unwrap_or(Duration::ZERO);
    Deadline::At(now.saturating_add(share))
}

/// Whether it says more than that there is no way to such an address, as a machine without IPv6 says of half of them.
fn is_telling(error: ConnectError) -> bool {
    const NO_WAY: [E; 5] = [E::NETUNREACH, E::HOSTUNREACH, E::AFNOSUPPORT, E::ADDRNOTAVAIL, E::INVAL];
    !NO_WAY.iter().any(|errno| error == ConnectError::Failed((*errno).into()))
}
