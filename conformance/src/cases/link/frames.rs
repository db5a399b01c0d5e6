//! What goes in comes out: whole, in order, each frame once.

use sockpipe::{
    Deadline, Never, Sink, Source,
    link::{Decoder, Format, Header, Link, Piece, Rx, Tx, TxError},
};

use super::{super::common::SOON, BARE, FORMATS, receives, recv, wire};
use crate::{
    Act, Verdict, World, claim,
    faulty::{Call, Plan},
    must,
};

/// V-01: `round_trip_single`.
pub fn one_frame<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        must!(tx.send(b"hello", SOON, &Never));
        claim!(recv(&mut rx), Ok(Some(&b"hello"[..])));
    }
    Ok(())
}

/// V-02: `multiple_messages_in_order`.
pub fn in_order<W: World>(w: &W) -> Verdict {
    let frames: [&[u8]; 4] = [b"one", b"two", b"three", b"four"];
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        for frame in frames {
            must!(tx.send(frame, SOON, &Never));
        }
        receives(&mut rx, &frames)?;
        // Not one more.
        w.now(a, Act::Closes)?;
        claim!(recv(&mut rx), Ok(None));
    }
    Ok(())
}

/// V-03: `empty_payload`.
pub fn empty_frame<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        must!(tx.send(b"", SOON, &Never));
        must!(tx.send_vectored(&[], SOON, &Never));
        must!(must!(must!(tx.reserve(0, SOON, &Never)).alloc(0)).commit());
        must!(tx.batch().feed(b"", SOON, &Never));
        must!(tx.send_large(b"", SOON, &Never));
        must!(tx.send(b"last", SOON, &Never));
        receives(&mut rx, &[b"", b"", b"", b"", b"", b"last"])?;
    }
    Ok(())
}

/// V-04: `memory_link_preserves_boundaries_order_and_close`.
pub fn boundaries_order_and_close<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx, rx = &a, &b, format);
        for frame in [&b"one"[..], b"", b"three"] {
            must!(must!(must!(tx.reserve(5, SOON, &Never)).alloc(frame.len())).commit_later());
        }
        must!(tx.close(SOON, &Never));
        receives(&mut rx, &[&[0; 3], b"", &[0; 5]])?;
        claim!(recv(&mut rx), Ok(None));
    }
    Ok(())
}

/// V-05: `plain_frame_round_trip`, over the profile that can have descriptors.
pub fn no_descriptors<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    halves!(tx, _rx = &a, &b, Format::fd(1000));
    must!(tx.send(b"plain frame", SOON, &Never));
    let mut got = [0; 6 + 8 + 11];
    must!(b.recv_exact(&mut got, SOON, &Never));
    let mut decoder = Decoder::new(Format::fd(1000));
    let mut bytes = &got[..];
    claim!(decoder.decode(&mut bytes), Ok(Some(Piece::Header(Header { len: 11, fds: 0 }))));
    claim!(decoder.decode(&mut bytes), Ok(Some(Piece::Payload { bytes: b"plain frame", is_last: true })));
    claim!(decoder.end(), Ok(()));
    Ok(())
}

/// Frames, and what they are on the wire.
type Vector<'v> = (Format, &'v [&'v [u8]], &'v [u8]);

/// V-06: a long number, too, so that the order of its bytes shows.
pub fn bytes_on_the_wire<W: World>(w: &W) -> Verdict {
    let long = [b'x'; 0x0102];
    let vectors: [Vector<'_>; 5] = [
        (FORMATS[0], &[b"hi"], b"\x02\0\0\0hi"),
        (FORMATS[1], &[b"hi", b""], b"VOXL\x01\x00\x02\0\0\0hi\0\0\0\0"),
        (FORMATS[2], &[b"hi", b""], b"VOXL\x01\x01\x02\0\0\0\0\0\0\0hi\0\0\0\0\0\0\0\0"),
        (FORMATS[0], &[&long], b"\x02\x01\0\0xxxx"),
        (FORMATS[2], &[&long], b"VOXL\x01\x01\x02\x01\0\0\0\0\0\0xxxx"),
    ];
    for (format, frames, bytes) in vectors {
        let (a, b) = w.pair()?;
        halves!(tx[1024], _rx[8] = &a, &b, format);
        for frame in frames {
            must!(tx.send(frame, SOON, &Never));
        }
        let mut got = [0; 64];
        must!(b.recv_exact(&mut got[..bytes.len()], SOON, &Never));
        claim!(got[..bytes.len()], *bytes);
        if frames[0].len() < 100 {
            claim!(wire(format.profile, frames), *bytes);
            let mut memory = [0; 64];
            let mut rx = Rx::new(&b, format, &mut memory);
            must!(a.send_complete(bytes, SOON, &Never));
            receives(&mut rx, frames)?;
        }
    }
    Ok(())
}

/// V-07
pub fn prologue<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    halves!(tx, rx = &a, &b, FORMATS[1]);
    claim!((tx.pending(), a.calls().len()), (6, 0));
    must!(tx.send(b"hello", SOON, &Never));
    must!(tx.send(b"again", SOON, &Never));
    claim!(a.count(Call::Send(0)), a.calls().len());
    receives(&mut rx, &[b"hello", b"again"])?;

    let (a, b) = w.faulty(Plan::default())?;
    halves!(tx, _rx = &a, &b, FORMATS[2]);
    must!(tx.flush(SOON, &Never));
    must!(tx.flush(SOON, &Never));
    claim!(a.calls(), [Call::Send(6)]);
    let mut got = [0; 6];
    must!(b.recv_exact(&mut got, SOON, &Never));
    claim!(got, *b"VOXL\x01\x01");
    Ok(())
}

/// V-08
pub fn longest_frame<W: World>(w: &W) -> Verdict {
    for max in [0, 1, 100] {
        for format in FORMATS.map(|format| Format { max, ..format }) {
            let (a, b) = w.pair()?;
            halves!(tx, rx = &a, &b, format);
            must!(tx.send(&[7; 100][..max as usize], SOON, &Never));
            must!(must!(must!(tx.reserve(max as usize, SOON, &Never)).alloc(max as usize)).commit());
            must!(tx.send_large(&[8; 100][..max as usize], SOON, &Never));
            for byte in [7, 0, 8] {
                let want = [byte; 100];
                claim!(recv(&mut rx), Ok(Some(&want[..max as usize])));
            }
        }
    }
    Ok(())
}

/// V-09: `frame_len_prefix_rejects_payloads_that_exceed_u32_prefix`.
pub fn too_long<W: World>(w: &W) -> Verdict {
    let (a, b) = w.faulty(Plan::default())?;
    halves!(tx, rx = &a, &b, Format::bare(10));
    let too_long = Err(TxError::TooLong { len: 11, max: 10 });
    claim!(tx.send(&[0; 11], SOON, &Never), too_long);
    claim!(tx.send_vectored(&[&[0; 5], &[0; 6]], SOON, &Never), too_long);
    claim!(tx.reserve(11, SOON, &Never).map(drop), too_long);
    claim!(tx.batch().feed(&[0; 11], SOON, &Never), too_long);
    claim!(tx.send_large(&[0; 11], SOON, &Never), too_long);
    claim!((tx.pending(), a.calls().len()), (0, 0));
    must!(tx.send(b"fits", SOON, &Never));
    receives(&mut rx, &[b"fits"])?;

    // What does not fit into a page cannot be reserved.
    let mut pages = [0; 64];
    let tx = Tx::new(&a, BARE, &mut pages);
    claim!(tx.max_len(), 28);
    claim!(tx.reserve(29, SOON, &Never).map(drop), Err(TxError::TooLong { len: 29, max: 28 }));

    // More than 32 bits can say. The same bytes again and again, as nobody is to have 4 GiB for this.
    #[cfg(target_pointer_width = "64")]
    {
        const PART: usize = 1 << 18;
        let (part, tx) = ([0; PART], Tx::new(&a, Format::bare(u32::MAX), &mut pages));
        let result = tx.send_vectored(&[&part[..]; (1 << 14) + 1], SOON, &Never);
        claim!(result, Err(TxError::TooLong { len: (1 << 32) + PART, max: u32::MAX as usize }));
    }
    claim!(a.calls().len(), 1);
    Ok(())
}

/// V-10
pub fn parts<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(tx[64], rx = &a, &b, format);
        must!(tx.send_vectored(&[b"he", b"", b"llo"], SOON, &Never));
        must!(tx.send_vectored(&[&b"x"[..]; 20], SOON, &Never));
        // More parts than one sendmsg(2) is given, and more bytes than a page has.
        must!(tx.send_vectored(&[&b"abc"[..]; 40], SOON, &Never));
        must!(tx.send(b"end", SOON, &Never));
        let mut long = [0; 120];
        long.chunks_exact_mut(3).for_each(|part| part.copy_from_slice(b"abc"));
        receives(&mut rx, &[b"hello", &[b'x'; 20], &long, b"end"])?;
    }
    Ok(())
}

/// V-11
pub fn both_ways<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        let [mut p, mut q, mut r, mut s] = [[0; 256]; 4];
        let mut client = Link::new(&a, &a, format, &mut p, &mut q);
        let (tx, mut rx) = Link::new(&b, &b, format, &mut r, &mut s).split();
        for question in [&b"what"[..], b"", b"who and when"] {
            must!(client.tx.send(question, SOON, &Never));
            let frame = must!(recv(&mut rx)).unwrap_or(b"nothing");
            must!(tx.send_vectored(&[b"re: ", frame], SOON, &Never));
            let answer = must!(recv(&mut client.rx)).unwrap_or_default();
            claim!(answer.strip_prefix(b"re: "), Some(question));
        }
        claim!(client.rx.recv(Deadline::NOW, &Never).is_err());
    }
    Ok(())
}
