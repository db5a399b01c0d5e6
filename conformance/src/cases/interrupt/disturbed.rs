//! A descriptor that is readable although the interrupt is not set: until all who slept have run, or because somebody wrote to it.

use core::cell::Cell;

use rustix::io::write;
use sockpipe::{
    Deadline, Events, Interrupt, Peek, RecvError, RecvExactError, Source, ThreadInterrupt, Wait, WaitSet,
    make_socket_pair,
};

use super::meanwhile::{Meanwhile, blink, rings, timed};
use crate::{Skip, Verdict, cases::common::ms, claim, must};

/// In 60 ms: three in vain, and then naps of 1, 2 and 4 ms and so on, with a wait between any two.
const MOST_WAITS: u32 = 48;

/// I-11: somebody was woken and has not run yet, and then somebody has written to the descriptor.
pub(super) fn woken_for_nothing() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    let late = interrupt.enter();
    blink(&interrupt);
    claim!((interrupt.is_set(), rings(&interrupt)?), (false, true));
    all_sleep(&interrupt)?;
    claim!(interrupt.leave(late));
    claim!(rings(&interrupt)?, false);

    if cfg!(sockpipe_force_unix) {
        return Err(Skip("what is lent is one end of a pipe, to which nobody can write").into());
    }
    must!(write(&interrupt, &1_u64.to_ne_bytes()));
    all_sleep(&interrupt)
}

/// Everything that waits with it, or for it.
fn all_sleep(interrupt: &ThreadInterrupt) -> Verdict {
    let waits = Cell::new(0);
    // It counts the waits, and is never what ends one.
    let act = |_: &ThreadInterrupt| waits.set(waits.get() + 1);
    let stop = Meanwhile { interrupt, act };
    let (a, b) = must!(make_socket_pair());
    let time = Deadline::Within(ms(60));
    let timed_out = Err(RecvExactError::TimedOut { received: 0 });
    sleeps(&waits, || a.recv_exact(&mut [0], time, &stop) == timed_out)?;
    sleeps(&waits, || a.wait_for(Events::RECV, time, &stop) == Ok(Events::NONE))?;
    let mut set = WaitSet::<1>::new();
    set.add(&a, Events::RECV);
    sleeps(&waits, || set.wait(time, &stop) == Ok(0))?;
    // Half a character is looked at again after a nap.
    must!(b.send(b"\xC3"));
    let mut line = heapless::String::<8>::new();
    let timed_out = Err(RecvError::TimedOut { received: 0 });
    sleeps(&waits, || a.recv_until_terminator(b'\n', &mut line, time, &stop) == timed_out)?;
    // Waiting for this one, with another one that is quiet.
    let quiet = must!(ThreadInterrupt::new());
    let stop = Meanwhile { interrupt: &quiet, act };
    sleeps(&waits, || interrupt.wait(time, &stop) == Ok(false))?;
    claim!(interrupt.sleep_for(ms(5)), Ok(true));
    Ok(())
}

fn sleeps(waits: &Cell<u32>, wait: impl FnOnce() -> bool) -> Verdict {
    waits.set(0);
    let (a, _b) = must!(make_socket_pair());
    let (well, time) = timed(&a, wait);
    claim!((well, time >= ms(60)), (true, true));
    claim!(waits.get() <= MOST_WAITS);
    Ok(())
}
