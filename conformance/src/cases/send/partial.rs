//! Sending in pieces.

use core::{cell::Cell, time::Duration};

use heapless::Vec;
use sockpipe::{Deadline, Events, Never, SendError, Sink, Source, Wait, When};

use super::super::common::{SOON, ms};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// S-05: Core looks at an errno that nobody has set, and gives up or goes on by what it finds there.
pub fn zero_is_not_now<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { send: &[Fault::Zero], ..Plan::default() })?;
    claim!(a.send_complete(b"seven b", Deadline::Never, &Never), Ok(()));
    claim!(a.calls(), [Call::Send(7), Call::Wait(Events::SEND, None), Call::Send(7)]);
    let mut got = [0; 7];
    must!(b.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"seven b");

    // For ever: the stream says "ready" and takes nothing. Naps of 1, 2 and then 4 ms keep that from using the processor up.
    // Also when the peer has closed its own side, which must not cut them short.
    let (a, b) = w.faulty(Plan { send: &[Fault::Zero; 20], ..Plan::default() })?;
    w.now(b, Act::HalfCloses)?;
    let looks = Cell::new(0);
    let twelfth_time = When(|| looks.replace(looks.get() + 1) == 11);
    let begin = a.now();
    let stalled = a.send_complete(b"x", Deadline::Never, &twelfth_time);
    let took = a.now().saturating_duration_since(begin);
    claim!(stalled, Err(SendError::Interrupted { sent: 0, total: 1 }));
    // Between two naps it is asked whether it can be believed again.
    let (mut asked, mut naps) = (Vec::<bool, 64>::new(), Vec::<Option<Duration>, 64>::new());
    for call in a.calls() {
        if let Call::Wait(events, at_most) = call {
            must!(asked.push(events == Events::SEND));
            if events != Events::SEND {
                must!(naps.push(at_most));
            }
        }
    }
    claim!(asked, [true, true, true, false, true, false, true, false, true, false, true]);
    claim!(naps, [1, 2, 4, 4].map(|n| Some(ms(n))));
    claim!(took >= ms(1 + 2 + 4 + 4));
    Ok(())
}

/// S-06
pub fn single_full_write<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    let looks = Cell::new(0);
    let interrupt = When(|| {
        looks.set(looks.get() + 1);
        true
    });
    must!(a.send_complete(b"hello", Deadline::NOW, &interrupt));
    claim!(a.calls(), [Call::Send(5)]);
    claim!(looks.get(), 0);
    let mut got = [0; 5];
    must!(b.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"hello");
    Ok(())
}

/// S-07
pub fn two_pieces<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan {
        send: &[Fault::Short(3)],
        wait: &[Fault::Ready(Events::SEND)],
        clock: &[0],
        ..Plan::default()
    })?;
    // A flag is looked at every second, so no wait is longer.
    must!(a.send_complete(b"seven b", Deadline::Within(ms(5000)), &When(|| false)));
    claim!(a.calls(), [Call::Send(7), Call::Clock, Call::Wait(Events::SEND, Some(ms(1000))), Call::Send(4)]);
    let mut got = [0; 7];
    must!(b.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"seven b");
    Ok(())
}

/// S-08
pub fn one_byte_at_a_time<W: World>(w: &W) -> Verdict {
    static DATA: [u8; 4096] = {
        let mut data = [0; 4096];
        let mut n = 0;
        while n < data.len() {
            data[n] = (n * 7 + n / 256) as u8;
            n += 1;
        }
        data
    };
    let (a, b) = w.faulty(Plan { send: &[Fault::Short(1); 6000], ..Plan::default() })?;
    let (mut sends, mut waits) = (0, 0);
    for n in [1, 2, 3, 255, 256, 1000, 4096] {
        let (at, wrong) = (Cell::new(0), Cell::new(false));
        let receive = || {
            let mut byte = [0];
            wrong.set(wrong.get() | b.recv_exact(&mut byte, SOON, &Never).is_err() || byte[0] != DATA[at.get()]);
            at.set(at.get() + 1);
        };
        // Asked before each wait, the interrupt takes the byte that has just been sent.
        let reader = When(|| {
            receive();
            false
        });
        must!(a.send_complete(&DATA[..n], Deadline::Never, &reader));
        receive();
        claim!((at.get(), wrong.get()), (n, false));
        sends += n;
        waits += n - 1;
        claim!((a.count(Call::Send(0)), a.count(Call::Wait(Events::NONE, None))), (sends, waits));
        // Who gets on is not taken for one who waits in vain, and does not nap.
        claim!(a.calls().iter().all(|call| matches!(call, Call::Send(_) | Call::Wait(Events::SEND, _))));
    }
    claim!(a.count(Call::Clock), 0);
    Ok(())
}
