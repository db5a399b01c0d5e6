//! Frames as bytes: the codec. No I/O, no clock, no memory but a header's, so that it serves blocking links, event loops and futures alike.

use super::{Format, FrameError, Profile};

/// The most descriptors that one frame can have: SCM_MAX_FD of Linux. See unix(7).
pub const MAX_FDS: u32 = 253;

/// What stands before a payload.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header {
    /// How many bytes the payload has.
    pub len: u32,
    /// How many descriptors come with it. 0 but in [`Profile::Fd`].
    pub fds: u32,
}

impl Header {
    /// Writes the header to the front of `out`, and says how many bytes it has: [`Profile::header_len`]. `None`: `out` is too short
    /// for it, and was left alone.
    ///
    /// `fds` is dropped where the profile has none.
    pub fn encode(self, profile: Profile, out: &mut [u8]) -> Option<usize> {
        let length = profile.header_len();
        let (len, rest) = out.get_mut(..length)?.split_first_chunk_mut()?;
        *len = self.len.to_le_bytes();
        if let Some(fds) = rest.first_chunk_mut() {
            *fds = self.fds.to_le_bytes();
        }
        Some(length)
    }
}

impl Format {
    /// Writes a frame without descriptors, whose payload is in these parts, into memory of just its length.
    #[inline]
    pub(super) fn write(self, len: usize, parts: &[&[u8]], out: &mut [u8]) {
        let mut rest = self.header(len, out);
        for part in parts {
            let Some((place, behind)) = rest.split_at_mut_checked(part.len()) else { return };
            place.copy_from_slice(part);
            rest = behind;
        }
    }

    /// Writes its header, and gives the room behind that.
    #[inline]
    pub(super) fn header(self, len: usize, out: &mut [u8]) -> &mut [u8] {
        let header = Header { len: len as u32, fds: 0 };
        let length = header.encode(self.profile, out).unwrap_or_default();
        out.get_mut(length..).unwrap_or_default()
    }
}

/// What the decoder found next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'b> {
    /// A frame begins.
    Header(Header),
    /// So much of its payload. The last piece of a frame says so; a frame without payload has one, which is empty.
    Payload {
        /// These bytes come next.
        bytes: &'b [u8],
        /// The frame ends behind them.
        is_last: bool,
    },
}

/// Takes a stream of bytes apart into frames, in whatever pieces they come.
///
/// ```
/// use sockpipe::link::{Decoder, Format, FrameError, Header, Piece};
///
/// let mut decoder = Decoder::new(Format::bare(100));
/// let mut bytes = &b"\x02\0\0\0hi\x03\0"[..];
/// assert_eq!(decoder.decode(&mut bytes), Ok(Some(Piece::Header(Header { len: 2, fds: 0 }))));
/// assert_eq!(decoder.decode(&mut bytes), Ok(Some(Piece::Payload { bytes: b"hi", is_last: true })));
/// assert_eq!(decoder.decode(&mut bytes), Ok(None)); // and it remembers the two bytes
/// assert_eq!(decoder.end(), Err(FrameError::EndInHeader { got: 2 }));
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    format: Format,
    place: Place,
    /// What has come of a prologue or header.
    head: [u8; 8],
    have: u8,
    /// No frame has come yet.
    is_first: bool,
    /// What was wrong, from then on.
    dead: Option<FrameError>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Prologue,
    Header,
    Payload { len: u32, left: u32 },
}

impl Decoder {
    /// One at the beginning of a stream.
    pub const fn new(format: Format) -> Self {
        let place = match format.profile {
            Profile::Bare => Place::Header,
            Profile::Plain | Profile::Fd => Place::Prologue,
        };
        Self { format, place, head: [0; 8], have: 0, is_first: true, dead: None }
    }

    /// Takes the next piece off the front of `bytes`. `None`: all of them are taken, and more are needed.
    ///
    /// A length is looked at as soon as its four bytes are there, and a prologue at each of its bytes, so that nothing more is waited for.
    ///
    /// # Errors
    /// What the peer did wrong; the same from then on, and `bytes` stays as it is: where one frame is not understood, none after it can be.
    pub fn decode<'b>(&mut self, bytes: &mut &'b [u8]) -> Result<Option<Piece<'b>>, FrameError> {
        match self.place {
            Place::Payload { left, .. } => {
                let all: &'b [u8] = bytes;
                let (piece, rest) = all.split_at_checked(left as usize).unwrap_or((all, &[]));
                *bytes = rest;
                if piece.is_empty() && left > 0 {
                    return Ok(None);
                }
                let is_last = self.payload_taken(piece.len());
                Ok(Some(Piece::Payload { bytes: piece, is_last }))
            }
            _ => {
                self.dead.map_or(Ok(()), Err)?;
                let header = self.header(bytes).inspect_err(|error| self.dead = Some(*error))?;
                Ok(header.map(Piece::Header))
            }
        }
    }

    /// What it means that the stream ends here. `Ok`: between two frames, or before the first byte.
    ///
    /// # Errors
    /// Where the end is, if it cuts something off; or what was wrong before.
    pub fn end(&self) -> Result<(), FrameError> {
        self.dead.map_or_else(|| self.end_behind(0), Err)
    }

    /// The same behind so many bytes that have come of a payload, and are not taken.
    pub(super) fn end_behind(&self, waiting: usize) -> Result<(), FrameError> {
        match (self.place, self.have) {
            (Place::Payload { len, left }, _) => {
                Err(FrameError::EndInBody { got: (len - left).saturating_add(waiting as u32), len })
            }
            (_, 0) => Ok(()),
            (Place::Prologue, got) => Err(FrameError::EndInPrologue { got }),
            (Place::Header, got) => Err(FrameError::EndInHeader { got }),
        }
    }

    /// The length of the frame that `bytes` begin with, if all of it is in them and it is between two frames here. What else there may be to say
    /// is left to [`header`](Self::header). The frame is not taken yet, nor is its header.
    #[inline]
    pub(super) fn whole_frame(&mut self, bytes: &[u8]) -> Option<usize> {
        let (len, rest) = bytes.split_first_chunk()?;
        let len = u32::from_le_bytes(*len);
        let is_simple = matches!(self.place, Place::Header) && self.have == 0 && self.format.profile != Profile::Fd;
        if !is_simple || len > self.format.max || rest.len() < len as usize {
            return None;
        }
        self.is_first = false;
        Some(len as usize)
    }

    /// Takes a header off the front of `bytes`, and a prologue before it. The payload is the caller's, who says what he took of it.
    ///
    /// A byte at a time, which finds what is wrong at the byte that is. After an error the caller asks no more.
    pub(super) fn header(&mut self, bytes: &mut &[u8]) -> Result<Option<Header>, FrameError> {
        while let Some((byte, rest)) = bytes.split_first() {
            let Some(place) = self.head.get_mut(usize::from(self.have)) else { break };
            *place = *byte;
            let step = self.look(*byte)?;
            *bytes = rest;
            if step.is_some() {
                return Ok(step);
            }
        }
        Ok(None)
    }

    /// Looks at a byte of a prologue or header, which is in its place.
    fn look(&mut self, byte: u8) -> Result<Option<Header>, FrameError> {
        self.have += 1;
        let (profile, max) = (self.format.profile, self.format.max);
        if let Place::Prologue = self.place {
            let ours = profile.prologue();
            if ours.get(usize::from(self.have) - 1) != Some(&byte) {
                return Err(wrong_prologue(self.have, byte));
            }
            if usize::from(self.have) == ours.len() {
                (self.place, self.have, self.head) = (Place::Header, 0, [0; 8]);
            }
            return Ok(None);
        }
        let [len, fds] = self.numbers();
        if self.have == 4 && len > max {
            let is_prologue = self.is_first && len.to_le_bytes() == Profile::MAGIC;
            return Err(if is_prologue { FrameError::Prologue } else { FrameError::TooLong { len, max } });
        }
        if usize::from(self.have) < profile.header_len() {
            return Ok(None);
        }
        if fds > MAX_FDS {
            return Err(FrameError::TooManyFds { fds });
        }
        (self.have, self.head, self.is_first) = (0, [0; 8], false);
        self.place = Place::Payload { len, left: len };
        Ok(Some(Header { len, fds }))
    }

    /// The length and the number of descriptors, as far as they have come.
    fn numbers(&self) -> [u32; 2] {
        let [a, b, c, d, e, f, g, h] = self.head;
        [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])]
    }

    /// So much of the payload was taken. Says whether that was the last of it.
    #[inline]
    pub(super) fn payload_taken(&mut self, n: usize) -> bool {
        let Place::Payload { len, left } = self.place else { return true };
        let left = left.saturating_sub(n as u32);
        self.place = if left == 0 { Place::Header } else { Place::Payload { len, left } };
        left == 0
    }

    /// How many bytes of the next frame were taken, its header included.
    pub(super) fn received(&self) -> usize {
        match self.place {
            Place::Payload { len, left } => self.format.profile.header_len() + (len - left) as usize,
            _ => usize::from(self.have),
        }
    }

    /// How many bytes of a header are missing that has begun.
    pub(super) fn header_under_way(&self) -> Option<usize> {
        let is_header = matches!(self.place, Place::Header) && self.have > 0;
        is_header.then(|| self.format.profile.header_len().saturating_sub(usize::from(self.have)))
    }

    /// What both sides have agreed on.
    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// The frame whose header has come and whose payload has not all been taken: how long it is, and how much of it is left.
    #[inline]
    pub(super) fn under_way(&self) -> Option<(usize, usize)> {
        match self.place {
            Place::Payload { len, left } => Some((len as usize, left as usize)),
            _ => None,
        }
    }
}

/// What it means that this byte of a prologue is not ours.
fn wrong_prologue(which: u8, byte: u8) -> FrameError {
    match (which, byte) {
        (..=4, _) => FrameError::BadMagic,
        (5, version) => FrameError::BadVersion(version),
        (_, 0) => FrameError::WrongProfile(Profile::Plain),
        (_, Profile::FD_FLAG) => FrameError::WrongProfile(Profile::Fd),
        (_, flags) => FrameError::UnknownFlags(flags),
    }
}
