//! A decoder that is too simple to be wrong: it has all of the stream, and allocates.

use sockpipe::link::{Decoder, Format, FrameError, Header, Piece, Profile};

/// A frame: how many descriptors it announces, and its payload.
pub type Frame = (u32, Vec<u8>);

/// The whole frames of a stream, and what its end, or its first mistake, means.
pub fn decode(format: Format, bytes: &[u8]) -> (Vec<Frame>, Result<(), FrameError>) {
    let mut frames = Vec::new();
    let begin = match prologue(format.profile, bytes) {
        Ok(begin) => begin,
        Err(error) => return (frames, Err(error)),
    };
    let mut rest = &bytes[begin..];
    let end = loop {
        match frame(format, rest, frames.is_empty()) {
            Ok(Some((fds, payload, all))) => {
                frames.push((fds, payload));
                rest = &rest[all..];
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    (frames, end)
}

fn prologue(profile: Profile, bytes: &[u8]) -> Result<usize, FrameError> {
    if profile == Profile::Bare || bytes.is_empty() {
        return Ok(0);
    }
    for (n, byte) in bytes.iter().take(6).enumerate() {
        match (n, *byte) {
            (0..4, byte) if byte != b"VOXL"[n] => return Err(FrameError::BadMagic),
            (4, version) if version != 1 => return Err(FrameError::BadVersion(version)),
            (5, flags @ 2..) => return Err(FrameError::UnknownFlags(flags)),
            (5, 0) if profile == Profile::Fd => return Err(FrameError::WrongProfile(Profile::Plain)),
            (5, 1) if profile == Profile::Plain => return Err(FrameError::WrongProfile(Profile::Fd)),
            _ => {}
        }
    }
    if bytes.len() < 6 { Err(FrameError::EndInPrologue { got: bytes.len() as u8 }) } else { Ok(6) }
}

/// Its descriptors, its payload, and how long it is with its header.
fn frame(format: Format, bytes: &[u8], is_first: bool) -> Result<Option<(u32, Vec<u8>, usize)>, FrameError> {
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().unwrap()));
    let header_len = if format.profile == Profile::Fd { 8 } else { 4 };
    let max = format.max;
    match number(0) {
        Some(len) if len > max && is_first && &bytes[..4] == b"VOXL" => return Err(FrameError::Prologue),
        Some(len) if len > max => return Err(FrameError::TooLong { len, max }),
        _ => {}
    }
    let fds = match (format.profile, number(4)) {
        (Profile::Fd, Some(fds @ 254..)) => return Err(FrameError::TooManyFds { fds }),
        (Profile::Fd, Some(fds)) => fds,
        _ => 0,
    };
    let Some(len) = number(0).filter(|_| bytes.len() >= header_len) else {
        return if bytes.is_empty() { Ok(None) } else { Err(FrameError::EndInHeader { got: bytes.len() as u8 }) };
    };
    let (got, all) = (bytes.len() - header_len, header_len + len as usize);
    match bytes.get(header_len..all) {
        Some(payload) => Ok(Some((fds, payload.to_vec(), all))),
        None => Err(FrameError::EndInBody { got: got as u32, len }),
    }
}

/// The same by the crate's decoder, which gets these pieces of the stream, one after the other.
pub fn decode_pieces<'p>(
    format: Format,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> (Vec<Frame>, Result<(), FrameError>) {
    let mut decoder = Decoder::new(format);
    let (mut frames, mut fds, mut payload) = (Vec::new(), 0, Vec::new());
    for mut bytes in pieces {
        loop {
            match decoder.decode(&mut bytes) {
                Ok(Some(Piece::Header(Header { fds: announced, .. }))) => fds = announced,
                Ok(Some(Piece::Payload { bytes: piece, is_last })) => {
                    payload.extend_from_slice(piece);
                    if is_last {
                        frames.push((fds, std::mem::take(&mut payload)));
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    // It stays, and takes nothing more.
                    let left = bytes.len();
                    assert_eq!((decoder.decode(&mut bytes), bytes.len()), (Err(error), left));
                    assert_eq!(decoder.end(), Err(error));
                    return (frames, Err(error));
                }
            }
        }
        assert!(bytes.is_empty());
    }
    (frames, decoder.end())
}
