//! What Core's `SignalInterrupt` does: many trigger it, many wait for it.
//!
//! # Safety
//! This file puts another file in the place of a descriptor that it does not own, and the first one back.
#![allow(unsafe_code)]

use core::mem::ManuallyDrop;

use rustix::{
    fd::{AsFd, AsRawFd, FromRawFd, OwnedFd},
    io::{DupFlags, dup3, fcntl_dupfd_cloexec, read, write},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use sockpipe::{Deadline, Errno, Interrupt, Never, ThreadInterrupt, TokenPipe};

use crate::{
    Skip, Verdict,
    cases::{common::ms, interrupt::meanwhile::rings},
    claim, must,
};

/// G-01
pub(super) fn rung_once() -> Verdict {
    let latch = must!(ThreadInterrupt::new());
    for _ in 0..100 {
        must!(latch.interrupt());
    }
    // An eventfd counts what was written, a pipe has each byte.
    let mut count = [0; 8];
    let n = must!(read(&latch, &mut count));
    claim!((n, u64::from_ne_bytes(count)), if cfg!(sockpipe_force_unix) { (1, 0) } else { (8, 1) });
    Ok(())
}

/// G-02
pub(super) fn wait_again() -> Verdict {
    let latch = must!(ThreadInterrupt::new());
    must!(latch.interrupt());
    for _ in 0..3 {
        claim!(latch.wait(Deadline::Never, &Never), Ok(true));
        claim!(latch.is_set());
    }
    // It is its own interrupt, too.
    claim!(latch.wait(Deadline::NOW, &latch), Ok(true));
    Ok(())
}

/// G-03. Each of them hears of it, also if it is reset before the second one runs.
pub(super) fn two_waiters() -> Verdict {
    let latch = must!(ThreadInterrupt::new());
    let (one, other) = (latch.enter(), latch.enter());
    must!(latch.interrupt());
    claim!((rings(&latch)?, latch.leave(one)), (true, true));
    latch.reset();
    claim!((rings(&latch)?, latch.leave(other)), (true, true));
    claim!(rings(&latch)?, false);
    Ok(())
}

/// G-04
pub(super) fn reset_after_wait() -> Verdict {
    let latch = must!(ThreadInterrupt::new());
    for _ in 0..3 {
        must!(latch.interrupt());
        claim!(latch.wait(Deadline::Never, &Never), Ok(true));
        latch.reset();
        claim!((latch.is_set(), rings(&latch)?), (false, false));
        claim!(latch.wait(Deadline::Within(ms(1)), &Never), Ok(false));
    }
    Ok(())
}

/// G-05
pub(super) fn reset_of_nothing() -> Verdict {
    let latch = must!(ThreadInterrupt::new());
    latch.reset();
    latch.reset();
    claim!(latch.is_set(), false);
    must!(latch.interrupt());
    claim!(latch.wait(Deadline::NOW, &Never), Ok(true));
    Ok(())
}

/// G-06. What refuses the write is the read end of a pipe.
pub(super) fn refused_write() -> Verdict {
    if cfg!(sockpipe_force_unix) {
        return Err(Skip("the end of the pipe into which it writes is not lent").into());
    }
    let latch = must!(ThreadInterrupt::new());
    let eventfd = must!(fcntl_dupfd_cloexec(&latch, 0));
    let (reader, _writer) = must!(TokenPipe::pair());
    // SAFETY: it is open, and it is not closed here: dup3 puts something else in its place in one step.
    let mut place = ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(latch.as_fd().as_raw_fd()) });

    must!(dup3(&reader, &mut place, DupFlags::CLOEXEC));
    let refused = [latch.interrupt(), latch.interrupt()];
    must!(dup3(&eventfd, &mut place, DupFlags::CLOEXEC));
    claim!(refused, [Err(Errno::BADF); 2]);
    // Who looks at it sees it.
    claim!((latch.is_set(), rings(&latch)?), (true, false));
    claim!((latch.interrupt(), rings(&latch)?), (Ok(()), true));
    latch.reset();
    claim!((latch.is_set(), rings(&latch)?), (false, false));
    Ok(())
}

/// G-07
pub(super) fn foreign_bytes() -> Verdict {
    if cfg!(sockpipe_force_unix) {
        return Err(Skip("what is lent is one end of a pipe, to which nobody can write").into());
    }
    let latch = must!(ThreadInterrupt::new());
    for bytes in [1_u64, u64::MAX - 1] {
        must!(write(&latch, &bytes.to_ne_bytes()));
        claim!(latch.is_set(), false);
        claim!(latch.wait(Deadline::NOW, &Never), Ok(false));
        claim!(latch.wait(Deadline::Within(ms(5)), &Never), Ok(false));
        // They are gone with the next reset.
        must!(latch.interrupt());
        claim!(latch.wait(Deadline::NOW, &Never), Ok(true));
        latch.reset();
        claim!(rings(&latch)?, false);
    }
    Ok(())
}

/// G-08
pub(super) fn no_descriptors_left() -> Verdict {
    let before = getrlimit(Resource::Nofile);
    must!(setrlimit(Resource::Nofile, Rlimit { current: Some(0), ..before }));
    claim!(ThreadInterrupt::new().map(drop), Err(Errno::MFILE));
    must!(setrlimit(Resource::Nofile, before));
    must!(ThreadInterrupt::new());
    Ok(())
}

/// G-09
pub(super) fn same_descriptor() -> Verdict {
    let latch = must!(ThreadInterrupt::new());
    let before = latch.as_fd().as_raw_fd();
    // It waits for this descriptor, over all of what follows.
    let waiting = latch.enter();
    for _ in 0..3 {
        must!(latch.interrupt());
        latch.reset();
        claim!(latch.as_fd().as_raw_fd(), before);
        claim!(rings(&latch)?);
    }
    claim!(latch.leave(waiting));
    Ok(())
}
