//! Deadlines and interrupts.

use core::cell::Cell;

use sockpipe::{
    Deadline, Errno, Events, Instant, Never, Wait, When,
    link::{RxError, TxError},
};

use super::{
    super::common::{SOON, ms},
    BARE, deliver, receives, recv_now,
};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

const AGAIN: Fault = Fault::Fail(Errno::AGAIN);
const PAST: Deadline = Deadline::At(Instant::from_nanos(0));
const SECOND: Deadline = Deadline::Within(ms(1000));
const SET: When<fn() -> bool> = When(|| true);

/// V-48
pub fn single_attempt<W: World>(w: &W) -> Verdict {
    for deadline in [Deadline::NOW, PAST] {
        let (b, _a) = w.faulty(Plan { clock: &[5000], ..Plan::default() })?;
        halves!(_tx, rx = b.inner(), &b, BARE);
        claim!(rx.recv(deadline, &Never).map(drop), Err(RxError::TimedOut { received: 0 }));
        claim!(b.calls(), [Call::Recv(256), Call::Clock]);

        let (a, b) = w.faulty(Plan { send: &[AGAIN; 2], clock: &[5000], ..Plan::default() })?;
        halves!(tx, rx = &a, &b, BARE);
        claim!(tx.send(b"hello", deadline, &Never), Err(TxError::TimedOut { accepted: true }));
        claim!(a.calls(), [Call::Send(9), Call::Clock]);
        claim!(tx.flush(deadline, &Never), Err(TxError::TimedOut { accepted: false }));
        claim!(a.calls()[2..], [Call::Send(9), Call::Clock]);
        must!(tx.flush(deadline, &Never));
        must!(tx.send(b"again", deadline, &Never));
        claim!(a.calls()[4..], [Call::Send(9); 2]);
        receives(&mut rx, &[b"hello", b"again"])?;
    }
    Ok(())
}

/// V-49
pub fn trickle<W: World>(w: &W) -> Verdict {
    let waits = [Call::Wait(Events::RECV, Some(ms(1000))), Call::Wait(Events::RECV, Some(ms(500)))];
    let plan = Plan {
        recv: &[Fault::Short(1), AGAIN, Fault::Short(1), AGAIN, Fault::Short(1), AGAIN],
        wait: &[Fault::Ready(Events::RECV); 3],
        clock: &[0, 500, 1000],
        ..Plan::default()
    };
    let (b, a) = w.faulty(plan)?;
    deliver(&a, b.inner(), b"\x05\0\0\0hello")?;
    halves!(_tx, rx = b.inner(), &b, BARE);
    claim!(rx.recv(SECOND, &Never).map(drop), Err(RxError::TimedOut { received: 3 }));
    claim!(b.calls().iter().filter(|call| matches!(call, Call::Wait(..))).eq(&waits));
    receives(&mut rx, &[b"hello"])?;

    // In earnest, a byte each half of the time.
    let (a, b) = w.pair()?;
    for n in [30, 90, 150] {
        w.later(w.twin(&a)?, ms(n), Act::Sends(b"\x01"))?;
    }
    halves!(_tx, rx = &b, &b, BARE);
    let begin = b.now();
    let result = rx.recv(Deadline::Within(ms(120)), &Never).map(drop);
    claim!(matches!(result, Err(RxError::TimedOut { received: 0..3 })));
    claim!(b.now().saturating_duration_since(begin) >= ms(120));
    Ok(())
}

/// V-50
pub fn slow_reader<W: World>(w: &W) -> Verdict {
    let plan = Plan {
        send: &[Fault::Short(1), Fault::Short(1), Fault::Short(1)],
        wait: &[Fault::Ready(Events::SEND); 3],
        clock: &[0, 500, 1000],
        ..Plan::default()
    };
    let (a, b) = w.faulty(plan)?;
    halves!(tx, rx = &a, &b, BARE);
    claim!(tx.send(b"hello", SECOND, &Never), Err(TxError::TimedOut { accepted: true }));
    let wait = |time| Call::Wait(Events::SEND, Some(ms(time)));
    let calls = [Call::Clock, wait(1000), Call::Send(8), Call::Clock, wait(500), Call::Send(7), Call::Clock];
    claim!(a.calls()[1..], calls);
    claim!(tx.pending(), 6);
    must!(tx.flush(SOON, &Never));
    receives(&mut rx, &[b"hello"])
}

/// V-51
pub fn nothing_but_the_call<W: World>(w: &W) -> Verdict {
    let looks = Cell::new(0);
    let interrupt = When(|| {
        looks.set(looks.get() + 1);
        true
    });
    let (a, b) = w.faulty(Plan::default())?;
    halves!(tx, _rx = &a, &b, BARE);
    must!(tx.send(b"hello", SECOND, &interrupt));
    must!(tx.send_vectored(&[b"ag", b"ain"], SECOND, &interrupt));
    must!(must!(must!(tx.reserve(5, SECOND, &interrupt)).alloc(5)).commit());
    must!(tx.send_large(b"large", SECOND, &interrupt));
    must!(tx.flush(SECOND, &interrupt));
    claim!(a.calls(), [Call::Send(9); 4]);

    let (b, a) = w.faulty(Plan::default())?;
    deliver(&a, b.inner(), b"\x05\0\0\0hello\x05\0\0\0again")?;
    halves!(_tx, rx = b.inner(), &b, BARE);
    for _ in 0..2 {
        claim!(must!(rx.recv(SECOND, &interrupt)).map(|frame| frame.len()), Some(5));
    }
    claim!(b.calls(), [Call::Recv(256)]);
    claim!(looks.get(), 0);
    Ok(())
}

/// V-52
pub fn what_is_reported_first<W: World>(w: &W) -> Verdict {
    let reset = Fault::Fail(Errno::CONNRESET);
    for (fault, deadline, rx_error, tx_error) in [
        (AGAIN, Deadline::NOW, RxError::TimedOut { received: 0 }, TxError::TimedOut { accepted: true }),
        (AGAIN, SECOND, RxError::Interrupted { received: 0 }, TxError::Interrupted { accepted: true }),
        (
            reset,
            Deadline::NOW,
            RxError::Failed { errno: Errno::CONNRESET, received: 0 },
            TxError::Failed(Errno::CONNRESET),
        ),
    ] {
        let faults = [fault];
        let (a, _b) = w.faulty(Plan { send: &faults, recv: &faults, clock: &[0], ..Plan::default() })?;
        halves!(tx, rx = &a, &a, BARE);
        claim!(rx.recv(deadline, &SET).map(drop), Err(rx_error));
        claim!(tx.send(b"hello", deadline, &SET), Err(tx_error));
        claim!(a.count(Call::Wait(Events::NONE, None)), 0);
    }
    Ok(())
}

/// V-53: the others' frames are whole, too, as a frame whose sender has no more time goes out all the same.
pub fn deadline_breaks_no_frame<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { send: &[Fault::Short(1); 60], ..Plan::default() })?;
    halves!(tx, rx = &a, &b, BARE);
    for frame in [&b"one"[..], b"two", b"three"] {
        claim!(tx.send(frame, Deadline::NOW, &SET), Err(TxError::TimedOut { accepted: true }));
    }
    must!(tx.flush(SOON, &Never));
    receives(&mut rx, &[b"one", b"two", b"three"])?;
    claim!(recv_now(&mut rx), Err(RxError::TimedOut { received: 0 }));
    Ok(())
}

/// V-77: nor does it nap, which is for who waits in vain.
pub fn piece_by_piece<W: World>(w: &W) -> Verdict {
    let plan = Plan { send: &[Fault::Short(2); 40], recv: &[Fault::Short(2); 40], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    halves!(tx[32], rx = &a, &b, BARE);
    must!(tx.send(b"twelve bytes", SOON, &Never));
    must!(tx.batch().feed(b"more", SOON, &Never));
    must!(tx.batch().feed(b"and more", SOON, &Never));
    must!(tx.send_large(b"more than a page of them", SOON, &Never));
    claim!(a.calls().iter().all(|call| !matches!(call, Call::Wait(events, _) if *events != Events::SEND)));
    claim!(a.count(Call::Send(0)), (16 + 8 + 12 + 28) / 2);
    receives(&mut rx, &[b"twelve bytes", b"more", b"and more", b"more than a page of them"])?;

    let (b, a) = w.faulty(plan)?;
    deliver(&a, b.inner(), b"\x0C\0\0\0twelve bytes")?;
    halves!(_tx, rx = b.inner(), &b, BARE);
    receives(&mut rx, &[b"twelve bytes"])?;
    claim!((b.count(Call::Recv(0)), b.calls().len()), (8, 8));
    Ok(())
}
