//! The mutants: the library, broken on purpose, each with the case that notices.
//!
//! A mutant is an edit of one file under `src/`, kept here so that the library stays clean. `conformance mutants` copies the
//! sources, makes one edit after the other, and runs the case that must fail then. What cargo-mutants makes up is not repeated
//! here: these are the mistakes that somebody who knows the subject could make.

mod system;
mod transfer;

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
    /// The id of the case that fails, in one world at least.
    pub killer: &'static str,
}

/// All of them.
pub fn all() -> impl Iterator<Item = Mutant> + Clone {
    transfer::MUTANTS.iter().chain(system::MUTANTS).copied()
}

/// A table of them: under each file a killer, a name, and the edit.
macro_rules! mutants {
    ($($file:literal { $($killer:ident $name:literal $from:literal => $to:literal)* })*) => {
        pub(super) const MUTANTS: &[super::Mutant] = &[$($(
            super::Mutant { name: $name, file: $file, from: $from, to: $to, killer: stringify!($killer) },
        )*)*];
    };
}
use mutants;
