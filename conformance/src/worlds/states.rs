//! Sockets of this kernel that are not connected.

use core::{net::Ipv4Addr, time::Duration};

use rustix::{io::Errno, net};
use sockpipe::{Address, Events, Family, Never, Sock, Wait};

use crate::{Skip, State};

/// A socket that listens, for so many clients that nobody has accepted.
pub fn listener(family: Family, backlog: i32) -> Option<Sock> {
    Sock::listen_on(&anywhere(family), backlog).ok()
}

/// A socket in this state. What has to stay open for it is handed to `keep`.
pub fn socket(family: Family, state: State, mut keep: impl FnMut(Sock) -> Result<(), Skip>) -> Result<Sock, Skip> {
    const NONE: Skip = Skip("this kernel gives no socket of this kind");
    if family == Family::Unix && matches!(state, State::Connecting | State::Refused) {
        return Err(Skip("a Unix socket is connected at once or not at all"));
    }
    match state {
        State::Unconnected => Sock::stream(family).map_err(|_| NONE),
        State::Listening => listener(family, 1).ok_or(NONE),
        State::Connecting => {
            // The backlog of 0 holds one client. Further ones get no answer.
            let listener = listener(family, 0).ok_or(NONE)?;
            let to = listener.get_sock_name().map_err(|_| NONE)?;
            keep(listener)?;
            for _ in 0..3 {
                let client = connecting(family, &to).ok_or(NONE)?;
                if client.get_peer_name() == Err(sockpipe::Errno::NOTCONN) {
                    return Ok(client);
                }
                keep(client)?;
            }
            Err(Skip("this kernel does not let a connection wait"))
        }
        State::Refused => {
            // A port that is bound but not listened at refuses, and nobody else can get it meanwhile.
            let closed = Sock::stream(family).map_err(|_| NONE)?;
            closed.bind(&anywhere(family)).map_err(|_| NONE)?;
            let to = closed.get_sock_name().map_err(|_| NONE)?;
            keep(closed)?;
            let client = connecting(family, &to).ok_or(NONE)?;
            client.wait(Events::NONE, Some(Duration::from_secs(20)), &Never).map_err(|_| NONE)?;
            Ok(client)
        }
    }
}

/// An address that the kernel completes.
fn anywhere(family: Family) -> Address {
    match family {
        Family::Unix => Address::Unnamed,
        _ => Address::from((Ipv4Addr::LOCALHOST, 0)),
    }
}

/// A socket that has asked, and has not waited for the answer.
fn connecting(family: Family, to: &Address) -> Option<Sock> {
    let Address::Ip(to) = to else { return None };
    let client = Sock::stream(family).ok()?;
    match net::connect(&client, to) {
        Ok(()) | Err(Errno::INPROGRESS) => Some(client),
        Err(_) => None,
    }
}
