//! The flag: set, reset, asked, and by whom.

use rustix::io::write;
use sockpipe::{Deadline, Errno, Events, Interrupt, Never, RecvExactError, Source, ThreadInterrupt, Wait, WaitError};

use super::meanwhile::rings;
use crate::{Verdict, cases::common::ms, claim, must};

/// I-01
pub(super) fn initially_clear() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    claim!(interrupt.is_set(), false);
    claim!(interrupt.wait(Deadline::NOW, &Never), Ok(false));
    claim!(rings(&interrupt)?, false);
    Ok(())
}

/// I-02
pub(super) fn set_until_reset() -> Verdict {
    let (a, _b) = must!(sockpipe::make_socket_pair());
    let interrupt = must!(ThreadInterrupt::new());
    must!(interrupt.interrupt());
    for _ in 0..3 {
        claim!(interrupt.is_set());
        claim!(rings(&interrupt)?);
        claim!(a.recv_exact(&mut [0], Deadline::Never, &interrupt), Err(RecvExactError::Interrupted { received: 0 }));
        claim!(a.wait_for(Events::RECV, Deadline::Never, &&interrupt), Err(WaitError::Interrupted));
    }
    interrupt.reset();
    claim!(interrupt.is_set(), false);
    Ok(())
}

/// I-03
pub(super) fn twice_is_once() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    for _ in 0..2 {
        must!(interrupt.interrupt());
        claim!((interrupt.is_set(), rings(&interrupt)?), (true, true));
    }
    interrupt.reset();
    claim!((interrupt.is_set(), rings(&interrupt)?), (false, false));
    Ok(())
}

/// I-04
pub(super) fn reset_clears() -> Verdict {
    let (a, _b) = must!(sockpipe::make_socket_pair());
    let interrupt = must!(ThreadInterrupt::new());
    for _ in 0..3 {
        must!(interrupt.interrupt());
        claim!(interrupt.wait(Deadline::NOW, &Never), Ok(true));
        interrupt.reset();
        claim!((interrupt.is_set(), rings(&interrupt)?), (false, false));
        let time = Deadline::Within(ms(5));
        claim!(a.recv_exact(&mut [0], time, &interrupt), Err(RecvExactError::TimedOut { received: 0 }));
    }
    Ok(())
}

/// I-14. In a real handler: `tests/interrupt.rs`.
pub(super) fn safe_in_a_handler() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    // As full as a descriptor can be: a write that waited for room would wait for ever. Of a pipe only the other end is lent.
    let is_eventfd = !cfg!(sockpipe_force_unix);
    if is_eventfd {
        must!(write(&interrupt, &(u64::MAX - 1).to_ne_bytes()));
    }
    errno_stays(|| {
        if is_eventfd {
            claim!(write(&interrupt, &1_u64.to_ne_bytes()).map_err(Errno::from), Err(Errno::AGAIN));
        }
        must!(interrupt.interrupt());
        claim!((interrupt.is_set(), rings(&interrupt)?), (true, true));
        interrupt.reset();
        interrupt.reset();
        claim!((interrupt.is_set(), rings(&interrupt)?), (false, false));
        Ok(())
    })
}

/// Holds `body` to leaving errno as it was.
#[cfg(feature = "std")]
fn errno_stays(body: impl FnOnce() -> Verdict) -> Verdict {
    use std::{fs::File, io::Error};

    claim!(File::open("").is_err());
    let before = Error::last_os_error().raw_os_error();
    claim!(before.is_some_and(|errno| errno != 0));
    body()?;
    claim!(Error::last_os_error().raw_os_error(), before);
    Ok(())
}

/// There is no errno.
#[cfg(not(feature = "std"))]
fn errno_stays(body: impl FnOnce() -> Verdict) -> Verdict {
    body()
}

/// I-15. With a real fork: `tests/interrupt.rs`.
pub(super) fn sleepers_left_behind() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    let (_thread, _another) = (interrupt.enter(), interrupt.enter());
    for _ in 0..2 {
        claim!(interrupt.sleep_for(ms(5)), Ok(true));
        must!(interrupt.interrupt());
        claim!((interrupt.is_set(), interrupt.sleep_for(ms(60_000))), (true, Ok(false)));
        interrupt.reset();
        claim!(interrupt.is_set(), false);
    }
    Ok(())
}
