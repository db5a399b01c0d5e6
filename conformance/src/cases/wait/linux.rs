//! The bodies of the cases about descriptors and sets of them.

use rustix::{
    fd::{AsFd, AsRawFd},
    io::fcntl_dupfd_cloexec,
    net::{SendFlags, send},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use sockpipe::{
    Deadline, Errno, Events, Never, Sock, TokenPipe, Wait, WaitError, WaitSet, When, is_selectable_socket,
    make_socket_pair,
};

use super::{
    super::{
        common::{SOON, ms, text},
        not_open::{Broken, not_open_for_polling},
    },
    WHILE, either, gone,
};
use crate::{
    Outcome, Skip, Verdict, claim, must,
    worlds::kernel::{Kind, Tcp},
};

/// W-09
pub(super) fn not_open() -> Verdict {
    const BADF: WaitError = WaitError::Failed(Errno::BADF);
    let sock = Sock::from(not_open_for_polling()?);
    for events in [Events::NONE, Events::RECV, either()] {
        claim!(sock.wait_for(events, Deadline::Never, &Never), Err(BADF));
    }
    let (a, b) = must!(make_socket_pair());
    claim!(a.wait_for(Events::RECV, Deadline::Never, &Broken::new()?), Err(BADF));
    // One spoils the whole set, also if others have something.
    must!(b.send(b"x"));
    let mut set = WaitSet::<2>::new();
    set.add(&a, Events::RECV);
    set.add(&sock, Events::RECV);
    claim!(set.wait(Deadline::Never, &Never), Err(BADF));
    claim!(text(&BADF), "poll(): Bad file descriptor (9)");
    Ok(())
}

/// W-18: select(2) calls it an error.
pub(super) fn urgent_byte() -> Verdict {
    let (a, b) = Tcp::pair().ok_or(Skip("this kernel gives no TCP connection"))?;
    must!(send(&b, b"!", SendFlags::OOB));
    claim!(a.wait_for(Events::RECV, WHILE, &Never), Ok(Events::NONE));
    claim!(a.wait_for(either(), SOON, &Never), Ok(Events::SEND));
    must!(b.send(b"x"));
    claim!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
    Ok(())
}

/// W-23
pub(super) fn empty_set() -> Verdict {
    let (sock, _peer) = must!(make_socket_pair());
    let begin = sock.now();
    claim!(WaitSet::<0>::new().wait(WHILE, &Never), Ok(0));
    claim!(WaitSet::<4>::new().wait(WHILE, &When(|| false)), Ok(0));
    claim!(sock.now().saturating_duration_since(begin) >= ms(40));
    // What waits for time alone is as good as not there.
    let (a, b) = must!(make_socket_pair());
    must!(b.send(b"x"));
    drop(b);
    let mut set = WaitSet::<2>::new();
    set.add(&a, Events::TIME);
    claim!(set.wait(WHILE, &Never), Ok(0));
    set.add(&a, Events::RECV | Events::TIME);
    claim!(set.wait(SOON, &Never), Ok(1));
    claim!((set.occurred(0), set.occurred(1).contains(Events::RECV)), (Events::NONE, true));
    let (bell, rope) = must!(TokenPipe::pair());
    must!(rope.try_token_write(0));
    claim!(WaitSet::<4>::new().wait(Deadline::Never, &bell), Err(WaitError::Interrupted));
    Ok(())
}

/// W-24
pub(super) fn same_descriptor_twice() -> Verdict {
    let (a, b) = must!(make_socket_pair());
    must!(b.send(b"x"));
    let mut set = WaitSet::<3>::new();
    let numbers = [Events::RECV, Events::SEND, Events::HANGUP].map(|events| set.add(&a, events));
    claim!(numbers, [Some(0), Some(1), Some(2)]);
    claim!(set.wait(SOON, &Never), Ok(2));
    claim!([0, 1, 2].map(|n| set.occurred(n)), [Events::RECV, Events::SEND, Events::NONE]);
    drop(b);
    claim!(set.wait(SOON, &Never), Ok(3));
    claim!([0, 1, 2].map(|n| set.occurred(n).contains(gone())), [true; 3]);
    Ok(())
}

/// Lets the process have so many descriptors, or as many as it may.
fn limit(descriptors: Option<u64>) -> Result<u64, Outcome> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let current = descriptors.or(maximum);
    must!(setrlimit(Resource::Nofile, Rlimit { current, maximum }));
    Ok(current.unwrap_or(u64::MAX))
}

fn number(of: &impl AsFd) -> i32 {
    of.as_fd().as_raw_fd()
}

/// W-21
pub(super) fn high_numbers() -> Verdict {
    const FD_SETSIZE: i32 = 1024;
    if limit(None)? < 1100 {
        return Err(Skip("this process may not have so many descriptors").into());
    }
    let (low, b) = must!(make_socket_pair());
    let a = Sock::from(must!(fcntl_dupfd_cloexec(&low, FD_SETSIZE)));
    claim!(number(&a) >= FD_SETSIZE);
    claim!((is_selectable_socket(&low), is_selectable_socket(&a)), (true, false));
    claim!(a.wait_for(either(), SOON, &Never), Ok(Events::SEND));
    must!(b.send(b"x"));
    claim!(a.wait_for(Events::RECV, SOON, &Never), Ok(Events::RECV));
    let mut set = WaitSet::<2>::new();
    set.add(&low, Events::RECV);
    set.add(&a, Events::RECV);
    claim!(set.wait(SOON, &Never), Ok(2));
    claim!((set.occurred(0), set.occurred(1)), (Events::RECV, Events::RECV));
    Ok(())
}

/// W-22
pub(super) fn more_than_a_thousand() -> Verdict {
    const MANY: usize = 1100;
    if limit(None)? < MANY as u64 {
        return Err(Skip("this process may not have so many descriptors").into());
    }
    let ((idle, _peer), (a, b)) = (must!(make_socket_pair()), must!(make_socket_pair()));
    let mut set = WaitSet::<MANY>::new();
    for _ in 1..MANY {
        set.add(&idle, Events::RECV);
    }
    claim!(set.add(&a, Events::RECV), Some(MANY - 1));
    must!(b.send(b"x"));
    claim!(set.wait(SOON, &Never), Ok(1));
    claim!((set.occurred(0), set.occurred(MANY - 1)), (Events::NONE, Events::RECV));
    Ok(())
}

/// W-28: the wait that fails is one for more entries than there may be descriptors.
pub(super) fn stale_events() -> Verdict {
    let (a, b) = must!(make_socket_pair());
    must!(b.send(b"xy"));
    let mut set = WaitSet::<1>::new();
    set.add(&a, Events::RECV);
    claim!((set.wait(SOON, &Never), set.occurred(0)), (Ok(1), Events::RECV));
    set.set_events(0, Events::HANGUP);
    claim!((set.wait(WHILE, &Never), set.occurred(0)), (Ok(0), Events::NONE));
    set.set_events(0, Events::RECV);
    claim!((set.wait(SOON, &Never), set.occurred(0)), (Ok(1), Events::RECV));
    let before = getrlimit(Resource::Nofile).current;
    limit(Some(0))?;
    claim!(set.wait(Deadline::Never, &Never), Err(WaitError::Failed(Errno::INVAL)));
    limit(before)?;
    claim!(set.occurred(0), Events::NONE);
    claim!((set.wait(SOON, &Never), set.occurred(0)), (Ok(1), Events::RECV));
    Ok(())
}

/// W-29
pub(super) fn more_entries_than_descriptors() -> Verdict {
    let (a, b) = must!(make_socket_pair());
    must!(b.send(b"x"));
    limit(Some(16))?;
    let mut set = WaitSet::<17>::new();
    for _ in 0..16 {
        set.add(&a, Events::RECV);
    }
    claim!(set.wait(Deadline::Never, &Never), Ok(16));
    set.add(&a, Events::RECV);
    claim!(set.wait(Deadline::Never, &Never), Err(WaitError::Failed(Errno::INVAL)));
    claim!(text(&WaitError::Failed(Errno::INVAL)), "poll(): Invalid argument (22)");
    Ok(())
}
