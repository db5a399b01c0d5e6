//! What two links have to agree on before they understand each other: the profile, and the longest frame.

/// How frames look on the wire. The three do not mix: each side says or shows which it speaks, and the other refuses the wrong one.
///
/// | | the stream begins with | a frame |
/// |---|---|---|
/// | `Bare` | nothing | length, payload |
/// | `Plain` | `VOXL`, version 1, flags 0 | length, payload |
/// | `Fd` | `VOXL`, version 1, flags 1 | length, number of descriptors, payload |
///
/// Numbers are unsigned, of 32 bits, the lowest byte first. The length is the payload's alone. A frame of length 0 is a frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Profile {
    /// Frames and nothing else: what vox-stream 0.3 and tokio-util's `LengthDelimitedCodec` (little endian, 4 bytes) speak.
    Bare,
    /// A prologue of six bytes in each direction: vox-stream 0.10's `StreamLink`.
    Plain,
    /// The same with descriptors: vox-stream 0.10's `LocalLink` on Unix.
    Fd,
}

impl Profile {
    /// The flag of the profile with descriptors.
    pub(super) const FD_FLAG: u8 = 1;
    /// What a prologue begins with.
    pub(super) const MAGIC: [u8; 4] = *b"VOXL";

    /// What each side sends before its first frame: nothing, or six bytes.
    pub const fn prologue(self) -> &'static [u8] {
        match self {
            Self::Bare => b"",
            Self::Plain => b"VOXL\x01\x00",
            Self::Fd => b"VOXL\x01\x01",
        }
    }

    /// How many bytes stand before each payload: 4, or 8 with descriptors.
    pub const fn header_len(self) -> usize {
        match self {
            Self::Bare | Self::Plain => 4,
            Self::Fd => 8,
        }
    }
}

/// A profile, and the longest payload, in bytes, that is sent or taken.
///
/// There is no default for the length, as it is what keeps a peer from announcing four gigabytes: it is checked before a byte of
/// memory is touched. Both sides should have the same one, or the smaller is what counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Format {
    /// How frames look.
    pub profile: Profile,
    /// The longest payload, in bytes.
    pub max: u32,
}

impl Format {
    /// Frames and nothing else.
    pub const fn bare(max: u32) -> Self {
        Self { profile: Profile::Bare, max }
    }

    /// Frames behind a prologue.
    pub const fn plain(max: u32) -> Self {
        Self { profile: Profile::Plain, max }
    }

    /// Frames that can have descriptors, behind a prologue.
    pub const fn fd(max: u32) -> Self {
        Self { profile: Profile::Fd, max }
    }
}
