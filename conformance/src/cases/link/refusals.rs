//! What no peer may send.

use sockpipe::link::{Format, FrameError, Profile, RxError};

use super::{FORMATS, deliver, recv_now, wire};
use crate::{Verdict, World, claim};

/// These bytes are refused with this error, without another byte, and with nothing written but them.
fn refused<W: World>(w: &W, format: Format, bytes: &[u8], error: FrameError) -> Verdict {
    const UNTOUCHED: u8 = 0xA5;
    let (a, b) = w.pair()?;
    let mut memory = [UNTOUCHED; 64];
    let mut rx = sockpipe::link::Rx::new(&b, format, &mut memory);
    deliver(&a, &b, bytes)?;
    for _ in 0..2 {
        claim!((bytes, recv_now(&mut rx)), (bytes, Err(RxError::Protocol(error))));
    }
    // Nobody takes what comes behind it for something.
    deliver(&a, &b, &wire(format.profile, &[b"good"]))?;
    claim!((bytes, recv_now(&mut rx)), (bytes, Err(RxError::Protocol(error))));
    claim!(memory[bytes.len()..].iter().all(|byte| *byte == UNTOUCHED));
    Ok(())
}

/// The beginning of a stream, and a length.
fn announced(profile: Profile, len: u32) -> heapless::Vec<u8, 16> {
    profile.prologue().iter().copied().chain(len.to_le_bytes()).collect()
}

/// V-28. vox-stream asks for four gigabytes.
pub fn hostile_lengths<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        for len in [0xFFFF_FFFF, 0x8000_0000, 1001] {
            refused(w, format, &announced(format.profile, len), FrameError::TooLong { len, max: 1000 })?;
        }
        // As long as it may be is not too long.
        let (a, b) = w.pair()?;
        halves!(_tx, rx = &b, &b, format);
        deliver(&a, &b, &announced(format.profile, 1000))?;
        claim!(matches!(recv_now(&mut rx), Err(RxError::TimedOut { .. } | RxError::Larger { len: 1000 })));
    }
    Ok(())
}

/// V-29
pub fn bad_magic<W: World>(w: &W) -> Verdict {
    for format in &FORMATS[1..] {
        for n in 0..4 {
            for wrong in [0x00, 0xFF, b'v', b'O' ^ 1] {
                let mut bytes = *b"VOXL";
                bytes[n] = wrong;
                refused(w, *format, &bytes[..=n], FrameError::BadMagic)?;
            }
        }
    }
    Ok(())
}

/// V-30
pub fn other_versions<W: World>(w: &W) -> Verdict {
    for format in &FORMATS[1..] {
        for version in [0, 2, 255] {
            refused(w, *format, &[b'V', b'O', b'X', b'L', version], FrameError::BadVersion(version))?;
        }
    }
    Ok(())
}

/// V-31. vox-stream looks at one bit, and its other peers at all of them.
pub fn unknown_flags<W: World>(w: &W) -> Verdict {
    for format in &FORMATS[1..] {
        for flags in [0x02, 0x03, 0x80, 0xFF] {
            refused(w, *format, &[b'V', b'O', b'X', b'L', 1, flags], FrameError::UnknownFlags(flags))?;
        }
    }
    Ok(())
}

/// V-32
pub fn wrong_profile<W: World>(w: &W) -> Verdict {
    let [_, plain, fd] = FORMATS;
    refused(w, plain, b"VOXL\x01\x01", FrameError::WrongProfile(Profile::Fd))?;
    refused(w, fd, b"VOXL\x01\x00", FrameError::WrongProfile(Profile::Plain))
}

/// V-33. An old vox-stream takes the new one's prologue for a length, and waits for 1.28 GB.
pub fn old_and_new<W: World>(w: &W) -> Verdict {
    let [bare, plain, fd] = FORMATS;
    for newer in [plain, fd] {
        refused(w, newer, &wire(Profile::Bare, &[b"hello"])[..1], FrameError::BadMagic)?;
        // A frame whose length begins like the magic.
        refused(w, newer, b"V\0", FrameError::BadMagic)?;
        refused(w, bare, &newer.profile.prologue()[..4], FrameError::Prologue)?;
    }
    // Only at the beginning is it a prologue.
    let too_long = FrameError::TooLong { len: u32::from_le_bytes(*b"VOXL"), max: 1000 };
    let (a, b) = w.pair()?;
    halves!(_tx, rx = &b, &b, bare);
    deliver(&a, &b, b"\x02\0\0\0hiVOXL")?;
    claim!(recv_now(&mut rx), Ok(Some(&b"hi"[..])));
    claim!(recv_now(&mut rx), Err(RxError::Protocol(too_long)));
    Ok(())
}

/// V-34
pub fn descriptors<W: World>(w: &W) -> Verdict {
    for fds in [254, 256, u32::MAX] {
        let mut bytes = wire(Profile::Fd, &[b"hi"]);
        bytes.truncate(6 + 4);
        bytes.extend(fds.to_le_bytes());
        refused(w, FORMATS[2], &bytes, FrameError::TooManyFds { fds })?;
    }
    let announced = b"VOXL\x01\x01\x02\0\0\0\x03\0\0\0hi";
    refused(w, FORMATS[2], announced, FrameError::UnwantedFds { fds: 3 })
}

/// V-35
pub fn what_came_before<W: World>(w: &W) -> Verdict {
    for format in FORMATS {
        let (a, b) = w.pair()?;
        halves!(_tx, rx = &b, &b, format);
        let mut bytes = wire(format.profile, &[b"one", b"", b"two"]);
        bytes.extend([0xFF; 4]);
        deliver(&a, &b, &bytes)?;
        for frame in [&b"one"[..], b"", b"two"] {
            claim!(recv_now(&mut rx), Ok(Some(frame)));
        }
        let error = FrameError::TooLong { len: u32::MAX, max: 1000 };
        claim!(recv_now(&mut rx), Err(RxError::Protocol(error)));

        // All of the frame is there, and would fit.
        let (a, b) = w.pair()?;
        halves!(_tx, rx = &b, &b, Format { max: 4, ..format });
        deliver(&a, &b, &wire(format.profile, &[b"one", b"fives", b"two"]))?;
        claim!(recv_now(&mut rx), Ok(Some(&b"one"[..])));
        for _ in 0..2 {
            claim!(recv_now(&mut rx), Err(RxError::Protocol(FrameError::TooLong { len: 5, max: 4 })));
        }
    }
    Ok(())
}
