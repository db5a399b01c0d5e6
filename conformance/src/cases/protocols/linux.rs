//! The bodies of the cases that take sockets of Linux.

use sockpipe::{ConnectError, Deadline, Family, Interrupt, Never, Sock};

use super::ms;
use crate::{Skip, State, Verdict, claim, must, worlds::states};

/// Core's connect(2) to Tor is a blocking one, which an address that swallows everything holds up for minutes.
pub(super) fn connect_to_nobody(interrupt: &impl Interrupt) -> Verdict {
    let mut kept = heapless::Vec::<Sock, 8>::new();
    // Keeps the listener first; its backlog is full, so that it answers nobody.
    let _waits = states::socket(Family::Inet, State::Connecting, |sock| kept.push(sock).map_err(|_| Skip("too many")))?;
    let tor = must!(kept.first().ok_or(()));
    let to = must!(tor.get_sock_name());
    let result = must!(Sock::stream(Family::Inet)).connect(&to, Deadline::Never, interrupt);
    claim!(result, Err(ConnectError::Interrupted));
    let result = must!(Sock::stream(Family::Inet)).connect(&to, Deadline::Within(ms(20)), &Never);
    claim!(result, Err(ConnectError::TimedOut));
    Ok(())
}
