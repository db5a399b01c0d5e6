//! What ends a link for good, and what does not.

use heapless::Vec;
use sockpipe::{
    Deadline, Errno, Events, Never, Sink, Wait,
    link::{FrameError, Profile, RxError, Tx, TxError},
};

use super::{
    super::common::{SOON, ms, text},
    BARE, FORMATS, receives,
};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// What each verb says.
fn all_say<S: Sink>(tx: &mut Tx<'_, S>, error: TxError) -> Verdict {
    let error = Err(error);
    claim!(tx.send(b"x", SOON, &Never), error);
    claim!(tx.send_vectored(&[b"x"], SOON, &Never), error);
    claim!(tx.send(&[0; 500], SOON, &Never), error);
    claim!(tx.flush(SOON, &Never), error);
    claim!(tx.batch().feed(b"x", SOON, &Never), error);
    claim!(tx.batch().flush(SOON, &Never), error);
    claim!(tx.send_large(b"x", SOON, &Never), error);
    claim!(tx.close(SOON, &Never), error);
    Ok(())
}

/// V-69: on a hosted system SIGPIPE is at its default action here.
pub fn dead_peer<W: World>(w: &W) -> Verdict {
    for is_large in [false, true] {
        let (a, b) = w.pair()?;
        w.now(b, Act::Closes)?;
        let mut pages = [0; 256];
        let mut tx = Tx::new(&a, BARE, &mut pages);
        // TCP learns only from the answer that nobody reads.
        for _ in 0..2 {
            let result = if is_large { tx.send_large(&[0; 500], SOON, &Never) } else { tx.send(b"x", SOON, &Never) };
            if result.is_ok() {
                must!(a.wait_for(Events::NONE, SOON, &Never));
            }
        }
        all_say(&mut tx, TxError::Failed(Errno::PIPE))?;
        claim!(tx.reserve(1, SOON, &Never).map(drop), Err(TxError::Failed(Errno::PIPE)));
    }
    claim!(TxError::Failed(Errno::PIPE).errno(), Some(Errno::PIPE));
    Ok(())
}

/// V-70
pub fn same_error_each_time<W: World>(w: &W) -> Verdict {
    for errno in [Errno::CONNRESET, Errno::NOBUFS] {
        let send = [Fault::Fail(errno)];
        let (a, b) = w.faulty(Plan { send: &send, ..Plan::default() })?;
        halves!(tx, _rx = &a, &b, FORMATS[1]);
        claim!(tx.flush(SOON, &Never), Err(TxError::Failed(errno)));
        all_say(&mut tx, TxError::Failed(errno))?;
        claim!(tx.pending(), 6);
        claim!(a.calls(), [Call::Send(6)]);
    }
    Ok(())
}

/// V-71
pub fn commit_is_told<W: World>(w: &W) -> Verdict {
    let plan = Plan { send: &[Fault::Pass, Fault::Short(3), Fault::Fail(Errno::CONNRESET)], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    halves!(tx, rx = &a, &b, BARE);
    must!(must!(must!(tx.reserve(1, SOON, &Never)).alloc(1)).commit());
    // Three bytes of this one go out, and those that come behind it are told what has become of the link.
    must!(must!(must!(tx.reserve(1, SOON, &Never)).alloc(1)).commit());
    let early = must!(must!(tx.reserve(4, SOON, &Never)).alloc(4));
    let permit = must!(tx.reserve(4, SOON, &Never));
    claim!(tx.flush(SOON, &Never), Err(TxError::Failed(Errno::CONNRESET)));
    claim!(early.commit(), Err(TxError::Failed(Errno::CONNRESET)));
    claim!(must!(permit.alloc(4)).commit_later(), Err(TxError::Failed(Errno::CONNRESET)));
    claim!(a.count(Call::Send(0)), 3);
    receives(&mut rx, &[&[0]])
}

/// V-72
pub fn wait_fails<W: World>(w: &W) -> Verdict {
    let plan = Plan { send: &[Fault::Fail(Errno::AGAIN); 2], wait: &[Fault::Fail(Errno::NOMEM); 2], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    halves!(tx, rx = &a, &b, BARE);
    claim!(tx.send(b"hello", SOON, &Never), Err(TxError::Wait { errno: Errno::NOMEM, accepted: true }));
    claim!(tx.flush(SOON, &Never), Err(TxError::Wait { errno: Errno::NOMEM, accepted: false }));
    must!(tx.flush(SOON, &Never));
    must!(tx.send(b"again", SOON, &Never));
    receives(&mut rx, &[b"hello", b"again"])
}

/// V-73
pub fn nuisances_in_sending<W: World>(w: &W) -> Verdict {
    let send: Vec<Fault, 300> = (0..60)
        .flat_map(|_| {
            [Fault::Short(1), Fault::Fail(Errno::INTR), Fault::Zero, Fault::Short(3), Fault::Fail(Errno::AGAIN)]
        })
        .collect();
    let long = [7; 150];
    for format in FORMATS {
        let wait = [Fault::Ready(Events::SEND); 300];
        let (a, b) = w.faulty(Plan { send: &send, wait: &wait, ..Plan::default() })?;
        halves!(tx, rx = &a, &b, format);
        must!(tx.send(b"one", SOON, &Never));
        must!(must!(must!(tx.reserve(9, SOON, &Never)).alloc(2)).commit());
        must!(tx.batch().feed(b"three", SOON, &Never));
        must!(tx.send_large(&long, SOON, &Never));
        must!(tx.send(&long, SOON, &Never));
        must!(tx.send_vectored(&[b"e", b"", b"nd"], SOON, &Never));
        must!(tx.close(SOON, &Never));
        receives(&mut rx, &[b"one", &[0; 2], b"three", &long, &long, b"end"])?;
    }
    Ok(())
}

/// V-74
pub fn too_little_memory<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.faulty(Plan::default())?;
        let mut memory = [0; 32];
        for n in [0, 1, 31] {
            let mut tx = Tx::new(&a, format, &mut memory[..n]);
            all_say(&mut tx, TxError::TooSmall)?;
            claim!(tx.reserve(0, SOON, &Never).map(drop), Err(TxError::TooSmall));
        }
        claim!(a.calls(), []);
        let (mut tx, mut buffer) = (Tx::new(&a, format, &mut memory), [0; 32]);
        let mut rx = sockpipe::link::Rx::new(&b, format, &mut buffer);
        must!(must!(must!(tx.reserve(tx.max_len(), SOON, &Never)).alloc(8)).commit());
        must!(tx.batch().feed(b"eight by", SOON, &Never));
        must!(tx.send(b"longer than a page of sixteen", SOON, &Never));
        receives(&mut rx, &[&[0; 8], b"eight by", b"longer than a page of sixteen"])?;
    }
    Ok(())
}

/// V-75
pub fn texts<W: World>(_: &W) -> Verdict {
    let frame: [(FrameError, &str); 6] = [
        (FrameError::BadMagic, "not a link's prologue"),
        (FrameError::BadVersion(2), "unknown version of the link (2)"),
        (FrameError::UnknownFlags(128), "unknown flags of the link (0x80)"),
        (FrameError::WrongProfile(Profile::Fd), "the peer's link passes descriptors"),
        (FrameError::TooLong { len: u32::MAX, max: 10 }, "frame too long (4294967295 bytes, at most 10)"),
        (FrameError::EndInBody { got: 1, len: 5 }, "stream ended in a frame (after 1 of 5 bytes)"),
    ];
    for (error, says) in frame {
        claim!(text(&error), *says);
        claim!(text(&RxError::Protocol(error)), *says);
    }
    let reset = RxError::Failed { errno: Errno::CONNRESET, received: 7 };
    claim!(text(&reset), *"recv(): Connection reset by peer (104)");
    claim!(text(&TxError::Failed(Errno::PIPE)), *"send(): Broken pipe (32)");
    claim!(text(&TxError::TimedOut { accepted: false }), *"Send timeout");
    let accepted = TxError::TimedOut { accepted: true };
    claim!(text(&accepted), *"Send timeout (the frame is accepted, and goes out later)");
    claim!(text(&RxError::TimedOut { received: 3 }), *"Receive timeout (received 3 bytes of a frame before that)");
    Ok(())
}

/// V-76: the far end of a cut cable.
pub fn cable_cut<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    w.cut(&a, b)?;
    halves!(tx, rx = &a, &a, BARE);
    must!(tx.send(b"into the void", SOON, &Never));
    let within = Deadline::Within(ms(50));
    claim!(rx.recv(within, &Never).map(drop), Err(RxError::TimedOut { received: 0 }));
    Ok(())
}
