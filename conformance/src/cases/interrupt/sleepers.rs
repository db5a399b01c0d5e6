//! Who sleeps when it is set.

use heapless::Vec;
use sockpipe::{
    Deadline, Events, Interrupt, Never, Peek, RecvError, RecvExactError, Source, ThreadInterrupt, Ticket, WaitError,
    WaitSet, make_socket_pair,
};

use super::meanwhile::{Meanwhile, blink, rings, set};
use crate::{
    Verdict,
    cases::common::{SOON, ms},
    claim,
    faulty::{Call, Faulty, Plan},
    must,
};

/// I-10
pub(super) fn reset_at_once() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    let (a, _b) = must!(make_socket_pair());
    for _ in 0..3 {
        let stop = Meanwhile { interrupt: &interrupt, act: blink };
        claim!(a.recv_exact(&mut [0], SOON, &stop), Err(RecvExactError::Interrupted { received: 0 }));
        claim!(WaitSet::<0>::new().wait(SOON, &stop), Err(WaitError::Interrupted));
        // It is over with that: nobody is disturbed later.
        claim!((interrupt.is_set(), rings(&interrupt)?), (false, false));
        claim!(interrupt.sleep_for(ms(1)), Ok(true));
    }
    Ok(())
}

/// I-12: the bell rings until the last of those who slept has left.
pub(super) fn all_sleepers() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    for reset_at in 0..4 {
        let tickets = [(); 3].map(|()| interrupt.enter());
        claim!(rings(&interrupt)?, false);
        must!(interrupt.interrupt());
        for (number, ticket) in tickets.into_iter().enumerate() {
            if number == reset_at {
                interrupt.reset();
                // Who comes now has heard nothing, and takes nobody's wake away.
                let late = interrupt.enter();
                claim!(interrupt.leave(late), false);
            }
            claim!(rings(&interrupt)?);
            claim!(interrupt.leave(ticket));
        }
        interrupt.reset();
        claim!((interrupt.is_set(), rings(&interrupt)?), (false, false));
    }
    // Nobody is left, also not after tickets that are nobody's.
    claim!(interrupt.leave(Ticket(77)));
    claim!(interrupt.wait(Deadline::NOW, &Never), Ok(false));
    Ok(())
}

/// I-13: one wait for all the time that there is, which the descriptor must end; no slices of a second.
pub(super) fn wakes_a_socket() -> Verdict {
    let interrupt = must!(ThreadInterrupt::new());
    let (a, b) = must!(make_socket_pair());
    must!(b.send(b"no end"));
    let a = Faulty::new(a, Plan::default());
    let mut line = Vec::<u8, 16>::new();
    let stop = Meanwhile { interrupt: &interrupt, act: set };
    let ended = a.recv_until_terminator(b'\n', &mut line, Deadline::Within(ms(20_000)), &stop);
    claim!((ended, &line[..]), (Err(RecvError::Interrupted { received: 6 }), &b"no end"[..]));
    claim!(a.count(Call::Wait(Events::RECV, None)), 1);
    claim!(a.calls().contains(&Call::Wait(Events::RECV, Some(ms(20_000)))));
    Ok(())
}
