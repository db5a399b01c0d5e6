//! In what a sequence happens: which deadline, which interrupt, and what comes after its end.

use core::{fmt, str::FromStr, time::Duration};
use std::string::{String, ToString};

use sockpipe::{Deadline, Instant};

/// The clock when an operation begins.
pub const START: u64 = 10_000_000_000;
/// From then to the deadline: two and a half of the slices in which a plain flag is looked at.
pub const PATIENCE: u64 = 2_500_000_000;
/// How far the clock goes beyond the deadline when it goes past it.
pub const BEYOND: u64 = 1_000_000_000;

/// Which deadline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Limit {
    At,
    Within,
    Now,
    AtPast,
    Never,
}

/// Which interrupt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bell {
    /// Wakes a wait at once.
    Wakes,
    /// A plain flag: has to be looked at.
    Flag,
    /// Is reset as soon as it is set, and remembers for those who were waiting.
    Latch,
    /// Wakes a wait at once, and every wait, also while it is not set: it rings for others, who have not heard it yet.
    Rings,
}

/// What happens after the last symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tail {
    /// All goes well.
    Well,
    /// Nothing, ever. Where there is no deadline, the interrupt ends it.
    Silent,
    /// The last symbol, again and again.
    Again,
}

/// All three.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Setting {
    pub limit: Limit,
    pub bell: Bell,
    pub tail: Tail,
}

impl Limit {
    /// As the operation gets it.
    pub fn deadline(self) -> Deadline {
        match self {
            Self::At => Deadline::At(Instant::from_nanos(START + PATIENCE)),
            Self::Within => Deadline::Within(Duration::from_nanos(PATIENCE)),
            Self::Now => Deadline::NOW,
            Self::AtPast => Deadline::At(Instant::from_nanos(START - BEYOND)),
            Self::Never => Deadline::Never,
        }
    }
}

impl Setting {
    /// The simplest.
    pub const FIRST: Self = Self { limit: Limit::At, bell: Bell::Wakes, tail: Tail::Well };

    /// Every one of them.
    pub fn all() -> impl Iterator<Item = Self> {
        const LIMITS: [Limit; 5] = [Limit::At, Limit::Within, Limit::Now, Limit::AtPast, Limit::Never];
        const BELLS: [Bell; 4] = [Bell::Wakes, Bell::Flag, Bell::Latch, Bell::Rings];
        const TAILS: [Tail; 3] = [Tail::Well, Tail::Silent, Tail::Again];
        let pairs = LIMITS.into_iter().flat_map(|limit| BELLS.map(|bell| (limit, bell)));
        pairs.flat_map(|(limit, bell)| TAILS.map(|tail| Self { limit, bell, tail }))
    }
}

/// As in "at,wakes,well".
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = match self.limit {
            Limit::At => "at",
            Limit::Within => "within",
            Limit::Now => "now",
            Limit::AtPast => "at-past",
            Limit::Never => "never",
        };
        let bell = match self.bell {
            Bell::Wakes => "wakes",
            Bell::Flag => "flag",
            Bell::Latch => "latch",
            Bell::Rings => "rings",
        };
        let tail = match self.tail {
            Tail::Well => "well",
            Tail::Silent => "silent",
            Tail::Again => "again",
        };
        write!(f, "{limit},{bell},{tail}")
    }
}

impl FromStr for Setting {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = || "at|within|now|at-past|never , wakes|flag|latch|rings , well|silent|again".to_string();
        Self::all().find(|setting| setting.to_string() == text).ok_or_else(known)
    }
}
