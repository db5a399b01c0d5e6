//! What a peer must be able to do, so that the matrix can have it at one end.

use std::{fmt, io, time::Duration};

use crate::{Address, Profile, Transport};

/// Every step of an end takes at most this long.
pub const LIMIT: Duration = Duration::from_secs(10);

/// What is done with a link, once it is there.
pub type Talk<'a> = dyn FnMut(&mut dyn Link) + 'a;

/// A program that speaks one profile or more.
pub trait Peer: Send + Sync {
    /// Without the version.
    fn name(&self) -> &'static str;

    /// Which of it, or why it cannot be had here.
    fn version(&self) -> Result<String, String>;

    /// Whether it can be tried with this.
    fn speaks(&self, profile: Profile, transport: Transport) -> bool;

    /// Whether frames can carry descriptors.
    fn lends(&self, profile: Profile) -> bool;

    /// Whether it can say that it will send no more, and still receive.
    fn half_closes(&self, profile: Profile) -> bool;

    /// Connects to `address` and talks.
    fn connect(&self, address: &Address, profile: Profile, talk: &mut Talk) -> Result<(), Error>;

    /// Listens on `address`, tells `ready` where it can be reached, takes one connection and talks.
    fn serve(
        &self,
        address: &Address,
        profile: Profile,
        ready: &mut dyn FnMut(Address),
        talk: &mut Talk,
    ) -> Result<(), Error>;
}

/// One end of a link, as a blocking program would use it. Every call ends within ten seconds.
pub trait Link {
    /// Sends one frame.
    fn send(&mut self, frame: &[u8]) -> Result<(), Error>;

    /// Sends several, in as few pieces as this peer can.
    fn send_all(&mut self, frames: &[Vec<u8>]) -> Result<(), Error>;

    /// Receives one; `None` is the clean end. What comes with descriptors is written to each of them, and they are closed.
    fn recv(&mut self) -> Result<Option<Vec<u8>>, Error>;

    /// Sends a frame with the end of a new pipe that is written to.
    fn lend(&mut self, _frame: &[u8]) -> Result<(), Error> {
        Err(Error::other("no descriptors here"))
    }

    /// What was written to the pipe that was lent, once nobody can write there any more.
    fn returned(&mut self) -> Result<Vec<u8>, Error> {
        Err(Error::other("no descriptors here"))
    }

    /// Tells the other end that no more comes.
    fn finish(&mut self) -> Result<(), Error>;
}

/// Why an end gave up, in its own words, and what that is to all of them.
#[derive(Clone, Debug)]
pub struct Error {
    /// For comparing.
    pub kind: Kind,
    /// For reading.
    pub words: String,
}

/// What every end must tell apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The stream does not begin with `VOXL`.
    BadMagic,
    /// A version that this end does not speak.
    BadVersion,
    /// One end speaks fd, the other plain.
    WrongProfile,
    /// Flags that this end does not know.
    UnknownFlags,
    /// A prologue where this end expects none. Most take it for the length of a frame that is too long.
    Prologue,
    /// Anything else.
    Other,
}

impl Kind {
    const ALL: [Self; 5] = [Self::BadMagic, Self::BadVersion, Self::WrongProfile, Self::UnknownFlags, Self::Prologue];

    /// By the name that it has here.
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|kind| format!("{kind:?}") == name).unwrap_or(Self::Other)
    }
}

impl Error {
    /// An error that no cell expects.
    pub fn other(words: impl fmt::Display) -> Self {
        Self { kind: Kind::Other, words: words.to_string() }
    }
}

/// As vox-stream and tokio-util say it.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        const KINDS: [(&str, Kind); 4] = [
            ("bad vox link magic", Kind::BadMagic),
            ("unsupported vox link version", Kind::BadVersion),
            ("fd-capability mismatch", Kind::WrongProfile),
            ("frame size too big", Kind::Prologue),
        ];
        let words = error.to_string();
        let kind = KINDS.iter().find(|(part, _)| words.contains(part)).map_or(Kind::Other, |&(_, kind)| kind);
        Self { kind, words }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words.fmt(f)
    }
}
