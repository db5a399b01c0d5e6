//! Connections within this process.

use std::net::Ipv4Addr;

use rustix::{
    fd::AsFd,
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    net::sockopt,
};
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

/// How to make a connection.
pub type Pair = fn() -> Result<(Sock, Sock), Errno>;

/// The kinds of connections: with room for 64 KiB, and nothing waits for more.
pub const FAMILIES: [(&str, Pair); 2] = [("AF_UNIX", roomy_unix), ("TCP", roomy_tcp)];

fn roomy_unix() -> Result<(Sock, Sock), Errno> {
    let pair = unix()?;
    // Of what the system allows less of it gives less.
    sockopt::set_socket_send_buffer_size(&pair.0, 1 << 20)?;
    sockopt::set_socket_send_buffer_size(&pair.1, 1 << 20)?;
    Ok(pair)
}

fn roomy_tcp() -> Result<(Sock, Sock), Errno> {
    let listener = Sock::stream(Family::Inet)?;
    // What is accepted has as much; what the system allows less of is less.
    sockopt::set_socket_recv_buffer_size(&listener, 1 << 20)?;
    listener.bind(&Address::from((Ipv4Addr::LOCALHOST, 0)))?;
    listener.listen(1)?;
    let client = Sock::stream(Family::Inet)?;
    sockopt::set_socket_recv_buffer_size(&client, 1 << 20)?;
    client
        .connect(&listener.get_sock_name()?, Deadline::Never, &Never)
        .expect("connecting over the loopback interface");
    let (server, _) = listener.accept(Deadline::Never, &Never).expect("accepting what has just connected");
    for sock in [&client, &server] {
        sockopt::set_tcp_nodelay(sock, true)?;
    }
    Ok((client, server))
}

/// Sets blocking mode.
///
/// # Panics
/// When it is no descriptor.
pub fn blocking(fd: &impl AsFd) {
    let flags = fcntl_getfl(fd).unwrap();
    fcntl_setfl(fd, flags - OFlags::NONBLOCK).unwrap();
}
