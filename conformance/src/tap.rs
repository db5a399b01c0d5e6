//! The list as a program that prints TAP 14 (testanything.org), without an allocator.

use core::{
    fmt::{self, Write},
    ops::Add,
};

use crate::{Case, Outcome, Suite, Verdict, World};

/// What came of all the cases.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// The claim was true.
    pub passed: usize,
    /// It was not.
    pub failed: usize,
    /// It could not be tried.
    pub skipped: usize,
}

impl Tally {
    /// One more.
    pub fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Ok(()) => self.passed += 1,
            Err(Outcome::Failed { .. }) => self.failed += 1,
            Err(Outcome::Skipped(_)) => self.skipped += 1,
        }
    }
}

impl Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Prints the version and the plan, for so many worlds.
pub fn begin(worlds: usize, out: &mut impl Write) -> fmt::Result {
    plan(worlds * Suite::<crate::worlds::Loopback>::ALL.len(), out)
}

/// Prints the version and the plan, for so many cases. The plan stands before the first case, so that a run that dies shows.
pub fn plan(cases: usize, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "TAP version 14\n1..{cases}")
}

/// Runs the list in this world, each case in a new one, and prints a line for each.
pub fn run<W: World + 'static>(make: impl FnMut() -> W, tally: &mut Tally, out: &mut impl Write) -> fmt::Result {
    run_these(Suite::<W>::ALL, W::NAME, make, tally, out)
}

/// The same for cases that are not in the list, in what stands for their world.
pub fn run_these<W>(
    cases: &[Case<W>],
    world: &str,
    mut make: impl FnMut() -> W,
    tally: &mut Tally,
    out: &mut impl Write,
) -> fmt::Result {
    for case in cases {
        let verdict = (case.run)(&make());
        tally.count(&verdict);
        let number = tally.passed + tally.failed + tally.skipped;
        line(number, case.id, world, case.claim, &verdict, out)?;
    }
    Ok(())
}

/// Prints what came of one case.
pub fn line(number: usize, id: &str, world: &str, claim: &str, verdict: &Verdict, out: &mut impl Write) -> fmt::Result {
    match verdict {
        Ok(()) => writeln!(out, "ok {number} - {id} {world}: {claim}"),
        Err(Outcome::Skipped(why)) => writeln!(out, "ok {number} - {id} {world}: {claim} # SKIP {why}"),
        Err(Outcome::Failed { file, line, what }) => {
            writeln!(out, "not ok {number} - {id} {world}: {claim}")?;
            writeln!(out, "  ---\n  at: {file}:{line}\n  what: {what:?}\n  ...")
        }
    }
}

/// Prints the sum.
pub fn end(tally: &Tally, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "{tally}")
}
