//! Peers that mean no good, on real sockets.

use std::{
    thread,
    time::{Duration, Instant},
};

use conformance::worlds::kernel::{Kind, Tcp, Unix};
use sockpipe::{
    Deadline, Errno, Never, Sink, Sock, Source,
    link::{Decoder, Format, FrameError, Profile, Rx, RxError},
    options::Linger,
};

use super::FORMATS;

const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
const LENGTHS: [u32; 3] = [0xFFFF_FFFF, 0x8000_0000, 1001];

fn announced(format: Format, len: u32) -> Vec<u8> {
    [format.profile.prologue(), &len.to_le_bytes()].concat()
}

/// The decoder says it at the fourth byte of the length, and takes no byte behind it.
#[test]
fn a_length_is_refused_as_soon_as_it_is_there() {
    for format in FORMATS {
        for len in LENGTHS {
            let head = announced(format, len);
            let error = FrameError::TooLong { len, max: 1000 };
            let mut decoder = Decoder::new(format);
            assert_eq!(decoder.decode(&mut &head[..head.len() - 1]), Ok(None));
            assert_eq!(decoder.decode(&mut &head[head.len() - 1..]), Err(error));

            let all = [&head[..], &[7; 100]].concat();
            let mut bytes = &all[..];
            assert_eq!(Decoder::new(format).decode(&mut bytes), Err(error));
            assert!(bytes.len() > 100 - 1, "{} of 100 bytes behind it are left", bytes.len());
        }
    }
}

/// A link receives as much as it has memory for, and no more once it knows; with a byte of memory that is all up to the length. Nothing
/// is written but what was received, and nothing at all to the caller's memory.
fn nothing_is_written_and_no_more_is_read<K: Kind>() {
    for format in FORMATS {
        for len in LENGTHS {
            for size in [1, 4, 16, 64] {
                let (a, b) = K::pair().unwrap();
                let head = announced(format, len);
                let (mut memory, mut out) = (vec![0xA5; size + 64], [0xA5; 2000]);
                let (mine, behind) = memory.split_at_mut(size);
                let mut rx = Rx::new(&b, format, mine);
                a.send_complete(&[&head[..], &[7; 100]].concat(), SOON, &Never).unwrap();
                let error = Err(RxError::Protocol(FrameError::TooLong { len, max: 1000 }));
                for _ in 0..3 {
                    assert_eq!(rx.recv_into(&mut out, SOON, &Never), error);
                    assert_eq!(rx.recv(SOON, &Never).map(drop), error.map(drop));
                }
                assert!(out.iter().chain(&*behind).all(|byte| *byte == 0xA5));

                a.finish().unwrap();
                let mut left = [0; 200];
                let left = match b.recv_exact(&mut left, SOON, &Never) {
                    Err(sockpipe::RecvExactError::Closed { received }) => received,
                    other => panic!("{other:?}"),
                };
                let taken = head.len() + 100 - left;
                assert!((head.len()..head.len() + size).contains(&taken), "{taken} of {} taken", head.len());
            }
        }
    }
}

/// Closed with something unread, a Unix socket resets as TCP does without lingering.
fn reset(peer: Sock) {
    let _ = peer.set_sock_opt(Linger(Some(Duration::ZERO)));
}

/// The stream breaks, or ends, at each place of prologue, header and payload.
fn cut_at_every_byte<K: Kind>() {
    for format in FORMATS {
        let (prologue, header) = (format.profile.prologue().len(), format.profile.header_len());
        let mut bytes = announced(format, 5);
        bytes.extend(&[0; 4][..header - 4]);
        bytes.extend(b"hello");
        for n in 0..bytes.len() {
            for memory in [1, 256] {
                let mut memory = vec![0; memory];
                let (a, b) = K::pair().unwrap();
                b.send(b"unread").unwrap();
                a.send_complete(&bytes[..n], SOON, &Never).unwrap();
                let mut rx = Rx::new(&b, format, &mut memory);
                // All that came is taken before the reset, or the kernel may throw it away with it.
                let received = if n < prologue { n } else { n - prologue };
                loop {
                    match rx.recv_into(&mut [0; 5], Deadline::NOW, &Never) {
                        Err(RxError::TimedOut { received: there }) if there == received => break,
                        Err(RxError::TimedOut { .. }) => thread::yield_now(),
                        other => panic!("{n}: {other:?}"),
                    }
                }
                reset(a);
                for _ in 0..3 {
                    let result = rx.recv_into(&mut [0; 5], SOON, &Never);
                    assert_eq!(result, Err(RxError::Failed { errno: Errno::CONNRESET, received }), "{n}");
                }

                let (a, b) = K::pair().unwrap();
                a.send_complete(&bytes[..n], SOON, &Never).unwrap();
                drop(a);
                let mut rx = Rx::new(&b, format, &mut memory);
                let want = match n {
                    0 => Ok(None),
                    n if n == prologue => Ok(None),
                    n if n < prologue => Err(FrameError::EndInPrologue { got: n as u8 }),
                    n if n < prologue + header => Err(FrameError::EndInHeader { got: (n - prologue) as u8 }),
                    n => Err(FrameError::EndInBody { got: (n - prologue - header) as u32, len: 5 }),
                };
                for _ in 0..3 {
                    assert_eq!(rx.recv_into(&mut [0; 5], SOON, &Never), want.map_err(RxError::Protocol), "{n}");
                }
            }
        }
    }
}

/// A peer that sends a byte each half of the deadline, for ever.
fn one_byte_each_half_deadline<K: Kind>() {
    const DEADLINE: Duration = Duration::from_millis(80);
    thread::scope(|scope| {
        for format in FORMATS {
            scope.spawn(move || {
                let (a, b) = K::pair().unwrap();
                let sender = thread::spawn(move || {
                    let mut bytes = announced(format, 1000);
                    bytes.resize(200, 0);
                    // Ends once the other end is closed.
                    for byte in bytes {
                        if a.send_complete(&[byte], SOON, &Never).is_err() {
                            return true;
                        }
                        thread::sleep(DEADLINE / 2);
                    }
                    false
                });
                let (mut memory, mut out) = ([0; 64], [0; 1000]);
                let mut rx = Rx::new(&b, format, &mut memory);
                for _ in 0..4 {
                    let begin = Instant::now();
                    let result = rx.recv_into(&mut out, Deadline::Within(DEADLINE), &Never);
                    assert!(matches!(result, Err(RxError::TimedOut { .. })), "{result:?}");
                    assert!(begin.elapsed() >= DEADLINE);
                }
                drop(b);
                assert!(sender.join().unwrap(), "the sender came to its end first");
            });
        }
    });
}

/// Each profile's peer at a link of another one: refused by both, and nobody waits.
#[test]
fn profiles_do_not_mix() {
    for (ours, theirs) in FORMATS.iter().flat_map(|ours| FORMATS.map(|theirs| (*ours, theirs))) {
        let (a, b) = Unix::pair().unwrap();
        a.send_complete(&announced(theirs, 5), SOON, &Never).unwrap();
        let mut memory = [0; 64];
        let result = Rx::new(&b, ours, &mut memory).next_len(Deadline::NOW, &Never);
        let want = match (ours.profile, theirs.profile) {
            (Profile::Fd, Profile::Fd) => Err(RxError::TimedOut { received: 4 }),
            (ours, theirs) if ours == theirs => Ok(Some(5)),
            (Profile::Bare, _) => Err(RxError::Protocol(FrameError::Prologue)),
            (_, Profile::Bare) => Err(RxError::Protocol(FrameError::BadMagic)),
            (_, theirs) => Err(RxError::Protocol(FrameError::WrongProfile(theirs))),
        };
        assert_eq!(result, want, "{ours:?} {theirs:?}");
    }
}

/// What somebody sends who is no link at all: nothing but errors come of it, or frames that are within the limit.
#[test]
fn garbage() {
    for seed in 1..2000 {
        let mut chance = super::decoder::Chance::new(seed);
        let format = FORMATS[chance.below(3)];
        // Small numbers, so that some of it is frames.
        let bytes: Vec<u8> = (0..200).map(|_| [0, 0, 0, 1, 3, 255][chance.below(6)]).collect();
        let bytes = [&format.profile.prologue()[..chance.below(2) * format.profile.prologue().len()], &bytes].concat();
        let (a, b) = Unix::pair().unwrap();
        a.send_complete(&bytes, SOON, &Never).unwrap();
        drop(a);
        let mut memory = vec![0; 1 + chance.below(1200)];
        let (mut rx, mut out) = (Rx::new(&b, format, &mut memory), [0; 1000]);
        let (frames, end) = super::reference::decode(format, &bytes);
        let mut frames = frames.into_iter();
        let result = loop {
            match rx.recv_into(&mut out, SOON, &Never) {
                Ok(Some(len)) => assert_eq!(Some(&out[..len]), frames.next().as_ref().map(|(_, payload)| &payload[..])),
                other => break other,
            }
        };
        match (result, frames.next()) {
            (Err(RxError::Protocol(FrameError::UnwantedFds { fds })), next) => {
                assert!(next.is_none_or(|(announced, _)| announced == fds));
            }
            (result, next) => {
                assert_eq!(next, None);
                assert_eq!(result, end.map(|()| None).map_err(RxError::Protocol));
            }
        }
        assert_eq!(rx.recv(SOON, &Never).map(drop), result.map(drop));
    }
}

macro_rules! on_each_kind {
    ($($case:ident)*) => { $(
        mod $case {
            #[test]
            fn unix() {
                super::$case::<super::Unix>();
            }

            #[test]
            fn tcp() {
                super::$case::<super::Tcp>();
            }
        }
    )* };
}

on_each_kind! { nothing_is_written_and_no_more_is_read cut_at_every_byte one_byte_each_half_deadline }
