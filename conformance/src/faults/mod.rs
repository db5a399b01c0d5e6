//! Every sequence of faults, up to a length, against a model: [`Symbol`] says what can happen, [`Setting`] in what, the environment
//! lets it happen to the crate's own algorithms and watches what they ask of it, and the model says what must come of it.

mod end;
mod environment;
pub mod link;
mod model;
mod operations;
mod reader;
mod search;
mod setting;
mod shrink;
mod stream;
mod symbol;
mod waiting;

pub use end::{Class, End};
pub use operations::Operation;
pub use search::{depth_in, search, sequences, work};
pub use setting::{Bell, Limit, Setting, Tail};
pub use shrink::shrink;
pub use symbol::Symbol;

use core::{cell::Cell, fmt};
use std::{string::String, vec::Vec};

use environment::Environment;

/// An operation that did not end as it must.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mismatch {
    /// What was run.
    pub operation: Operation,
    /// In what.
    pub setting: Setting,
    /// And what happened to it.
    pub script: Vec<Symbol>,
    /// What came of it.
    pub got: End,
    /// What had to.
    pub want: End,
    /// The first promise that was broken on the way.
    pub broke: Option<&'static str>,
}

/// Runs one sequence.
pub fn check(operation: Operation, setting: Setting, script: &[Symbol]) -> Result<End, Mismatch> {
    let world = Environment::new(setting, script);
    judge(operation, &world, setting, script)
}

/// Runs one sequence, and gives the calls that were made.
pub fn replay(operation: Operation, setting: Setting, script: &[Symbol]) -> (Vec<String>, Result<End, Mismatch>) {
    let mut world = Environment::new(setting, script);
    world.log = Some(Cell::default());
    let result = judge(operation, &world, setting, script);
    (world.log.map(Cell::into_inner).unwrap_or_default(), result)
}

fn judge(operation: Operation, world: &Environment<'_>, setting: Setting, script: &[Symbol]) -> Result<End, Mismatch> {
    let got = operation.run(world);
    let want = model::predict(operation, setting, script);
    let broke = world.broke();
    if got == want && broke.is_none() {
        return Ok(got);
    }
    Err(Mismatch { operation, setting, script: script.into(), got, want, broke })
}

/// What was run, what came of it, and how to see it again.
impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, setting, script, got, want, broke } = self;
        write!(f, "{operation} in {setting}: ")?;
        for (n, symbol) in script.iter().enumerate() {
            write!(f, "{}{symbol}", if n == 0 { "" } else { "," })?;
        }
        if let Some(promise) = broke {
            write!(f, "\n  broken: {promise}")?;
        }
        writeln!(f, "\n  got     {got:?}\n  want    {want:?}")?;
        write!(f, "  see     cargo run -p conformance -- faults --only {operation} --in {setting} --replay \"")?;
        for (n, symbol) in script.iter().enumerate() {
            write!(f, "{}{symbol}", if n == 0 { "" } else { "," })?;
        }
        f.write_str("\"")
    }
}
