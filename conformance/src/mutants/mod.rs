//! The mutants: the library, broken on purpose, each with the case that notices.
//!
//! A mutant is an edit of one file under `src/`, kept here so that the library stays clean. `conformance mutants` copies the
//! sources, makes one edit after the other, and runs the case, or the sequence of faults, that must fail then. What cargo-mutants
//! makes up is not repeated here: these are the mistakes that somebody who knows the subject could make.

mod link;
mod system;
mod transfer;

use core::fmt;

/// One edit, and what notices it.
#[derive(Clone, Copy, Debug)]
pub struct Mutant {
    /// What is wrong then, in plain words.
    pub name: &'static str,
    /// The file, from the root of the sources.
    pub file: &'static str,
    /// What stands there exactly once.
    pub from: &'static str,
    /// What stands there instead.
    pub to: &'static str,
    /// What fails then.
    pub killer: Killer,
}

/// What notices a mutant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Killer {
    /// The case with this id, in one world at least.
    Case(&'static str),
    /// A sequence of faults, as `conformance faults` takes it.
    Sequence {
        /// What is run.
        operation: &'static str,
        /// With which deadline, interrupt and end.
        setting: &'static str,
        /// What happens to it.
        symbols: &'static str,
    },
}

impl fmt::Display for Killer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(id) => f.write_str(id),
            Self::Sequence { operation, setting, symbols } => write!(f, "{operation} {setting} {symbols}"),
        }
    }
}

/// All of them.
pub fn all() -> impl Iterator<Item = Mutant> + Clone {
    transfer::MUTANTS.iter().chain(system::MUTANTS).chain(link::MUTANTS).copied()
}

/// A table of them: under each file a killer, a name, and the edit.
macro_rules! mutants {
    ($($file:literal { $($killer:ident $(($($sequence:literal),*))? $name:literal $from:literal => $to:literal)* })*) => {
        pub(super) const MUTANTS: &[super::Mutant] = &[$($(
            super::Mutant {
                name: $name,
                file: $file,
                from: $from,
                to: $to,
                killer: super::killer!($killer $($($sequence),*)?),
            },
        )*)*];
    };
}
use mutants;

macro_rules! killer {
    ($id:ident) => {
        $crate::mutants::Killer::Case(stringify!($id))
    };
    ($operation:ident $setting:literal, $symbols:literal) => {
        $crate::mutants::Killer::Sequence { operation: stringify!($operation), setting: $setting, symbols: $symbols }
    };
}
use killer;
