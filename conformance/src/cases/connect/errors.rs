//! The bodies of the cases about connections that are not made.

use core::net::Ipv4Addr;

use rustix::fd::AsFd;
use sockpipe::{Address, ConnectError, Deadline, Disconnected, Errno, Family, Never, Peek, Sock, When, options};

use super::{
    super::common::{SOON, text},
    listener::listener,
};
use crate::{Outcome, Skip, Verdict, claim, must};

const REFUSED: ConnectError = ConnectError::Failed(Errno::CONNREFUSED);

/// A port at which nobody listens, nor can, and what keeps it.
fn closed_port() -> Result<(Sock, Address), Outcome> {
    let sock = must!(Sock::stream(Family::Inet));
    must!(sock.bind(&Address::from((Ipv4Addr::LOCALHOST, 0))));
    let address = must!(sock.get_sock_name());
    Ok((sock, address))
}

/// N-03: in Core, EINVAL is what an old Winsock says of a connection that is being made.
pub(super) fn invalid_argument() -> Verdict {
    const INVALID: Option<ConnectError> = Some(ConnectError::Failed(Errno::INVAL));
    let (_closed, tcp) = closed_port()?;
    let (_listener, unix) = listener(Family::Unix)?;
    for (family, address) in [(Family::Unix, &tcp), (Family::Inet, &unix), (Family::Unix, &Address::Unnamed)] {
        claim!(must!(Sock::stream(family)).connect(address, Deadline::Never, &Never).err(), INVALID);
    }
    Ok(())
}

/// N-09
pub(super) fn refused() -> Verdict {
    let (_closed, address) = closed_port()?;
    let sock = must!(Sock::stream(Family::Inet));
    for _ in 0..2 {
        claim!(sock.connect(&address, Deadline::Never, &Never), Err(REFUSED));
        claim!(sock.is_connected().is_err());
        if cfg!(sockpipe_force_unix) {
            return Err(
                Skip("Linux says ECONNABORTED once somebody has asked SO_ERROR, as has to be done elsewhere").into()
            );
        }
    }
    claim!(text(&REFUSED), "connect(): Connection refused (111)");
    // It may try elsewhere.
    let (_listener, address) = listener(Family::Inet)?;
    must!(sock.connect(&address, SOON, &Never));
    claim!(sock.is_connected(), Ok(()));
    Ok(())
}

/// N-10: whoever asks SO_ERROR gets the error, and the next one does not.
pub(super) fn error_taken_by_another() -> Verdict {
    let (_closed, address) = closed_port()?;
    let sock = must!(Sock::stream(Family::Inet));
    let twin = Sock::from(must!(sock.as_fd().try_clone_to_owned().map_err(|_| "no descriptor")));
    let thief = When(|| {
        let _ = twin.get_sock_opt::<options::Error>();
        false
    });
    match sock.connect(&address, SOON, &thief) {
        // The kernel knew at once, or nobody took it.
        Err(REFUSED) => {}
        result => claim!(result, Err(ConnectError::Failed(Errno::CONNABORTED))),
    }
    claim!(sock.is_connected().is_err());
    claim!(sock.is_connected() != Err(Disconnected::Connecting));
    Ok(())
}

/// N-11
pub(super) fn failed_at_once() -> Verdict {
    let nowhere = must!(Address::path(b"/nonexistent/sockpipe"));
    let failed = ConnectError::Failed(Errno::NOENT);
    claim!(Sock::connect_to(&nowhere, Deadline::Never, &Never).err(), Some(failed));
    claim!(text(&failed), "connect(): No such file or directory (2)");
    let nobody = must!(Address::abstract_name(b"sockpipe.nobody"));
    claim!(Sock::connect_to(&nobody, Deadline::Never, &Never).err(), Some(REFUSED));
    // What is no socket is left as it was.
    let (pipe, _writer) = must!(sockpipe::TokenPipe::pair());
    let mode = must!(rustix::fs::fcntl_getfl(&pipe));
    let twin = must!(rustix::io::fcntl_dupfd_cloexec(&pipe, 0));
    let error = Sock::from(twin).connect(&nobody, Deadline::Never, &Never);
    claim!(error, Err(ConnectError::Failed(Errno::NOTSOCK)));
    claim!(must!(rustix::fs::fcntl_getfl(&pipe)), mode);
    Ok(())
}
