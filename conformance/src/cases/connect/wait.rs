//! The bodies of the cases about connections that take their time.

use sockpipe::{
    ConnectError, Deadline, Disconnected, Errno, Events, Family, Never, Peek, Sock, TokenPipe, Wait, options,
};

use super::{
    super::{
        common::{SOON, ms, text},
        not_open::Broken,
    },
    listener::{BOTH, blocking, full},
};
use crate::{Skip, Verdict, claim, must, worlds::kernel::Timer};

const WHILE: Deadline = Deadline::Within(ms(30));

/// N-05: Core asks SO_ERROR, which is 0, as nothing has failed, and takes that for a connection.
pub(super) fn full_unix_listener() -> Verdict {
    let there = full(Family::Unix)?;
    let client = must!(Sock::stream(Family::Unix));
    let begin = client.now();
    claim!(client.connect(&there.address, WHILE, &Never), Err(ConnectError::TimedOut));
    claim!(client.now().saturating_duration_since(begin) >= ms(30));
    claim!(client.get_sock_opt(), Ok(options::Error(None)));
    claim!(client.get_peer_name(), Err(Errno::NOTCONN));
    claim!(client.is_connected().is_err());
    // When there is room, it is let in.
    must!(there.listener.accept(SOON, &Never));
    claim!(client.connect(&there.address, SOON, &Never), Ok(()));
    claim!(client.is_connected(), Ok(()));
    Ok(())
}

/// N-06
pub(super) fn interrupted() -> Verdict {
    let (bell, rope) = must!(TokenPipe::pair());
    must!(rope.try_token_write(0));
    for family in BOTH {
        let there = full(family)?;
        for sock in [must!(Sock::stream(family)), blocking(family)?] {
            let later = Timer::new(ms(20)).ok_or(Skip("this kernel has no timerfd"))?;
            claim!(sock.connect(&there.address, Deadline::Never, &later), Err(ConnectError::Interrupted));
        }
        let sock = must!(Sock::stream(family));
        claim!(sock.connect(&there.address, Deadline::Never, &bell), Err(ConnectError::Interrupted));
    }
    claim!(text(&ConnectError::Interrupted), "Connect interrupted");
    Ok(())
}

/// N-07
pub(super) fn wait_fails() -> Verdict {
    let broken = Broken::new()?;
    let failed = ConnectError::Wait(Errno::BADF);
    for family in BOTH {
        let there = full(family)?;
        claim!(must!(Sock::stream(family)).connect(&there.address, Deadline::Never, &broken), Err(failed));
    }
    claim!(text(&failed), "poll(): Bad file descriptor (9)");
    Ok(())
}

/// N-08
pub(super) fn timed_out() -> Verdict {
    for family in BOTH {
        let there = full(family)?;
        for sock in [must!(Sock::stream(family)), blocking(family)?] {
            let begin = sock.now();
            claim!(sock.connect(&there.address, WHILE, &Never), Err(ConnectError::TimedOut));
            claim!(sock.now().saturating_duration_since(begin) >= ms(30));
        }
    }
    claim!(text(&ConnectError::TimedOut), "Connect timeout");
    Ok(())
}

/// N-12: whoever timed out and asks again is told that it goes on, and what comes of it.
pub(super) fn second_connect() -> Verdict {
    let there = full(Family::Inet)?;
    let client = must!(Sock::stream(Family::Inet));
    claim!(client.connect(&there.address, WHILE, &Never), Err(ConnectError::TimedOut));
    claim!(client.connect(&there.address, SOON, &Never), Err(ConnectError::Failed(Errno::ALREADY)));
    claim!(text(&ConnectError::Failed(Errno::ALREADY)), "connect(): Operation already in progress (114)");
    claim!(client.is_connected(), Err(Disconnected::Connecting));
    // When there is room, and the system asks again, which takes it a second, the connection is made.
    must!(there.listener.accept(SOON, &Never));
    must!(client.wait_for(Events::SEND, SOON, &Never));
    claim!(client.get_sock_opt(), Ok(options::Error(None)));
    claim!(client.is_connected(), Ok(()));
    claim!(client.connect(&there.address, SOON, &Never), Ok(()));
    claim!(client.connect(&there.address, SOON, &Never), Err(ConnectError::Failed(Errno::ISCONN)));
    Ok(())
}
