//! Receiving a known number of bytes, which Core's `InterruptibleRecv` in netbase.cpp does for SOCKS5.

use core::{cell::Cell, sync::atomic::AtomicBool};

use sockpipe::{Deadline, Errno, Events, Never, RecvExactError, Source, Wait, When};

use super::{SOON, deliver, ms, rest};
use crate::{
    Act, Verdict, World, claim,
    dialogue::socks5::{self, Error, Step},
    faulty::{Call, Fault, Plan},
    must,
};

/// P-01
pub fn nothing_to_receive<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    claim!(a.recv_exact(&mut [], Deadline::Never, &Never), Ok(()));
    w.now(b, Act::Closes)?;
    claim!(a.recv_exact(&mut [], Deadline::NOW, &AtomicBool::new(true)), Ok(()));
    claim!(a.calls().is_empty());
    Ok(())
}

/// P-02: Core looks at the time first, and does not receive at all.
pub fn timeout_of_zero_receives<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { clock: &[0], ..Plan::default() })?;
    deliver(&b, a.inner(), b"seven by")?;
    let mut got = [0; 7];
    must!(a.recv_exact(&mut got, Deadline::NOW, &Never));
    claim!(got, *b"seven b");
    claim!(a.calls(), [Call::Recv(7)]);
    // What there is, if it is not all.
    claim!(a.recv_exact(&mut got, Deadline::NOW, &Never), Err(RecvExactError::TimedOut { received: 1 }));
    claim!(got, *b"yeven b");
    claim!(a.calls(), [Call::Recv(7), Call::Recv(7), Call::Clock]);
    Ok(())
}

/// P-03
pub fn end_while_receiving<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"\x05\x00")?;
    w.now(b, Act::Closes)?;
    let mut got = [9; 4];
    claim!(a.recv_exact(&mut got, SOON, &Never), Err(RecvExactError::Closed { received: 2 }));
    claim!(got, [5, 0, 9, 9]);
    claim!(a.recv_exact(&mut got, SOON, &Never), Err(RecvExactError::Closed { received: 0 }));
    Ok(())
}

/// P-04: in Core it is a network error. EINVAL is one here, and Core waits, as some old Winsock says it for EAGAIN.
pub fn signal_while_receiving<W: World>(w: &W) -> Verdict {
    let recv = [Errno::INTR, Errno::AGAIN, Errno::INPROGRESS].map(Fault::Fail);
    let (a, b) = w.faulty(Plan { recv: &recv, wait: &[Fault::Ready(Events::RECV); 3], ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello")?;
    let mut got = [0; 5];
    must!(a.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"hello");
    claim!((a.count(Call::Recv(0)), a.count(Call::Wait(Events::RECV, None))), (4, 3));

    let (a, _b) = w.faulty(Plan { recv: &[Fault::Fail(Errno::INVAL)], ..Plan::default() })?;
    let failed = RecvExactError::Failed { errno: Errno::INVAL, received: 0 };
    claim!(a.recv_exact(&mut got, SOON, &Never), Err(failed));
    Ok(())
}

/// P-05: Core looks at the interrupt after each receive, also after the last one.
pub fn complete_though_interrupted<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { recv: &[Fault::Pass, Fault::Short(3)], ..Plan::default() })?;
    deliver(&b, a.inner(), b"helloworld")?;
    let set = AtomicBool::new(true);
    let mut got = [0; 5];
    must!(a.recv_exact(&mut got, SOON, &set));
    claim!(got, *b"hello");
    // What is not complete is a matter of waiting, and is kept.
    claim!(a.recv_exact(&mut got, SOON, &set), Err(RecvExactError::Interrupted { received: 3 }));
    claim!((&got[..3], &rest(&a)[..]), (&b"wor"[..], &b"ld"[..]));

    // Set during the wait, and the rest is there after it.
    let wait = [Fault::Ready(Events::RECV)];
    let (a, b) = w.faulty(Plan { recv: &[Fault::Short(3)], wait: &wait, ..Plan::default() })?;
    deliver(&b, a.inner(), b"hello")?;
    let looks = Cell::new(0);
    must!(a.recv_exact(&mut got, SOON, &When(|| looks.replace(looks.get() + 1) > 0)));
    claim!(got, *b"hello");
    Ok(())
}

/// P-06: newer versions of Core have a steady clock here, and the system's elsewhere.
pub fn handshake_is_timed_by_a_steady_clock<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    let begin = a.now();
    let end = begin.saturating_add(ms(30));
    let result = socks5::connect(&a, ("host", 1), None, Deadline::At(end), &Never);
    claim!(result, Err(Error::Recv(Step::Method, RecvExactError::TimedOut { received: 0 })));
    claim!(a.now() >= end);

    // A double's clock is asked, not the system's.
    let (a, _b) = w.faulty(Plan { clock: &[0], wait: &[Fault::Sleeps], ..Plan::default() })?;
    let result = socks5::connect(&a, ("host", 1), None, Deadline::Within(ms(1_000_000)), &Never);
    claim!(result, Err(Error::Recv(Step::Method, RecvExactError::TimedOut { received: 0 })));
    claim!(a.now().as_nanos(), 1_000_000_000_000);
    Ok(())
}
