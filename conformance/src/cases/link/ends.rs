//! How a stream ends: between two frames, or in the middle of something.

use sockpipe::{
    Deadline, Errno, Never, Room, Sink, Source,
    link::{Format, FrameError, Link, RxError, TxError},
};

use super::{super::common::SOON, BARE, FORMATS, deliver, receives, recv, wire};
use crate::{
    Act, Outcome, Verdict, World, claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// The end of the stream, by a close or without one.
fn ends<'w, W: World>(w: &'w W, peer: W::Stream<'w>, closes: bool) -> Result<Option<W::Stream<'w>>, Outcome> {
    if closes {
        w.now(peer, Act::Closes)?;
        return Ok(None);
    }
    must!(peer.finish());
    Ok(Some(peer))
}

/// V-20: `eof_on_peer_close`. vox-stream takes an end before the prologue for an error.
pub fn end<W: World>(w: &W) -> Verdict {
    for closes in [true, false] {
        for format in FORMATS {
            for bytes in [&[][..], format.profile.prologue(), &wire(format.profile, &[b"hi"])] {
                let (a, b) = w.pair()?;
                halves!(_tx, rx = &b, &b, format);
                must!(a.send_complete(bytes, SOON, &Never));
                let _a = ends(w, a, closes)?;
                if bytes.ends_with(b"hi") {
                    claim!(recv(&mut rx), Ok(Some(&b"hi"[..])));
                }
                for _ in 0..3 {
                    claim!(recv(&mut rx), Ok(None));
                    claim!(rx.next_len(SOON, &Never), Ok(None));
                    claim!(rx.recv_into(&mut [], SOON, &Never), Ok(None));
                }
            }
        }
    }
    Ok(())
}

/// The stream ends at each place of a part of `VOXL..`, header, "hello" for which `what` says how.
fn cut<W: World>(w: &W, what: fn(Format, usize) -> Option<FrameError>) -> Verdict {
    for format in FORMATS {
        let bytes = wire(format.profile, &[b"hello"]);
        for (n, error) in (0..bytes.len()).filter_map(|n| Some((n, what(format, n)?))) {
            let (a, b) = w.pair()?;
            halves!(_tx, rx = &b, &b, format);
            must!(a.send_complete(&bytes[..n], SOON, &Never));
            let _a = ends(w, a, n % 2 == 0)?;
            // vox-stream says it once, if at all, and then that the end was in good order.
            for _ in 0..2 {
                claim!((n, recv(&mut rx)), (n, Err(RxError::Protocol(error))));
                claim!((n, rx.next_len(SOON, &Never)), (n, Err(RxError::Protocol(error))));
            }
        }
    }
    Ok(())
}

/// V-21
pub fn end_in_prologue<W: World>(w: &W) -> Verdict {
    cut(w, |format, n| {
        let is_there = (1..format.profile.prologue().len()).contains(&n);
        is_there.then_some(FrameError::EndInPrologue { got: n as u8 })
    })
}

/// V-22
pub fn end_in_header<W: World>(w: &W) -> Verdict {
    cut(w, |format, n| {
        let got = n.saturating_sub(format.profile.prologue().len());
        (1..format.profile.header_len()).contains(&got).then_some(FrameError::EndInHeader { got: got as u8 })
    })
}

/// V-23
pub fn end_in_body<W: World>(w: &W) -> Verdict {
    cut(w, |format, n| {
        let got = n.checked_sub(format.profile.prologue().len() + format.profile.header_len())?;
        Some(FrameError::EndInBody { got: got as u32, len: 5 })
    })
}

/// V-24: `recv_error_is_terminal`, where the second answer is `None`.
pub fn error_is_terminal<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    halves!(_tx, rx = &b, &b, FORMATS[1]);
    must!(a.send_complete(b"VOXL\x01\x00\x05\0\0\0x", SOON, &Never));
    w.now(a, Act::Closes)?;
    let error = RxError::Protocol(FrameError::EndInBody { got: 1, len: 5 });
    claim!(recv(&mut rx), Err(error));
    claim!(recv(&mut rx), Err(error));
    claim!(rx.recv_into(&mut [0; 9], SOON, &Never), Err(error));

    // An error of the stream likewise, whatever the stream says afterwards. It is not asked again.
    let plan = Plan { recv: &[Fault::Short(7), Fault::Fail(Errno::NOMEM)], ..Plan::default() };
    let (b, a) = w.faulty(plan)?;
    deliver(&a, b.inner(), b"\x05\0\0\0hello\x05\0\0\0again")?;
    halves!(_tx, rx = b.inner(), &b, BARE);
    for _ in 0..2 {
        claim!(recv(&mut rx), Err(RxError::Failed { errno: Errno::NOMEM, received: 7 }));
    }
    claim!(b.count(Call::Recv(0)), 2);
    Ok(())
}

/// V-25. A Unix socket resets when it is closed with something unread.
pub fn reset<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(_tx, rx = &b, &b, format);
        must!(b.send(b"unread"));
        let mut bytes = wire(format.profile, &[b"whole", b"part"]);
        bytes.truncate(bytes.len() - 1);
        deliver(&a, &b, &bytes)?;
        w.now(a, Act::Resets)?;
        claim!(recv(&mut rx), Ok(Some(&b"whole"[..])));
        let received = format.profile.header_len() + 3;
        for _ in 0..3 {
            claim!(recv(&mut rx), Err(RxError::Failed { errno: Errno::CONNRESET, received }));
        }
        // The stream itself says that it has ended in good order.
        claim!(b.recv(&mut Room::from(&mut [0; 8])), Ok(0));
    }
    Ok(())
}

/// V-26. In the profile with descriptors vox-stream's link does not half-close, and two such peers wait for each other.
pub fn half_close<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        let [mut p, mut q, mut r, mut s] = [[0; 256]; 4];
        let mut client = Link::new(&a, &a, format, &mut p, &mut q);
        let mut server = Link::new(&b, &b, format, &mut r, &mut s);
        must!(client.tx.send(b"the only question", SOON, &Never));
        must!(client.tx.close(SOON, &Never));
        receives(&mut server.rx, &[b"the only question"])?;
        claim!(recv(&mut server.rx), Ok(None));
        // The other direction goes on.
        must!(server.tx.send(b"the answer", SOON, &Never));
        must!(server.tx.send(b"and more", SOON, &Never));
        must!(server.tx.close(SOON, &Never));
        receives(&mut client.rx, &[b"the answer", b"and more"])?;
        claim!(recv(&mut client.rx), Ok(None));
    }
    Ok(())
}

/// V-27
pub fn close_delivers_everything<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan { send: &[Fault::Fail(Errno::AGAIN)], ..Plan::default() })?;
    halves!(tx, rx = &a, &b, FORMATS[1]);
    for _ in 0..3 {
        must!(must!(must!(tx.reserve(4, SOON, &Never)).alloc(4)).commit_later());
    }
    // What takes too long leaves it as it was.
    claim!(tx.close(Deadline::NOW, &Never), Err(TxError::TimedOut { accepted: false }));
    must!(must!(must!(tx.reserve(4, SOON, &Never)).alloc(1)).commit_later());
    must!(tx.close(SOON, &Never));
    receives(&mut rx, &[&[0; 4], &[0; 4], &[0; 4], &[0]])?;
    claim!(recv(&mut rx), Ok(None));

    let calls = a.calls().len();
    let closed = Err(TxError::Closed);
    claim!(tx.send(b"x", SOON, &Never), closed);
    claim!(tx.reserve(1, SOON, &Never).map(drop), closed);
    claim!(tx.flush(SOON, &Never), closed);
    claim!(tx.batch().feed(b"x", SOON, &Never), closed);
    claim!(tx.send_large(b"x", SOON, &Never), closed);
    claim!(tx.close(SOON, &Never), closed);
    claim!(a.calls().len(), calls);
    Ok(())
}
