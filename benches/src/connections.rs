//! Connections within this process.

use std::net::Ipv4Addr;

use sockpipe::{Address, Deadline, Errno, Family, Never, Sock, make_socket_pair};

/// Two Unix sockets.
///
/// # Errors
/// Those of socketpair(2).
pub fn unix() -> Result<(Sock, Sock), Errno> {
    make_socket_pair()
}

/// Two TCP sockets, over the loopback interface.
///
/// # Panics
/// When there is no such interface.
pub fn tcp() -> Result<(Sock, Sock), Errno> {
    let listener = Sock::stream(Family::Inet)?;
    listener.bind(&Address::from((Ipv4Addr::LOCALHOST, 0)))?;
    listener.listen(1)?;
    let client = Sock::stream(Family::Inet)?;
    client
        .connect(&listener.get_sock_name()?, Deadline::Never, &Never)
        .expect("connecting over the loopback interface");
    let (server, _) = listener.accept(Deadline::Never, &Never).expect("accepting what has just connected");
    Ok((client, server))
}
