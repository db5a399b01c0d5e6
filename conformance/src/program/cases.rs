//! `cases`: the table of all cases.

use std::process::ExitCode;

use conformance::table;

/// Prints it.
pub fn run() -> ExitCode {
    print!("{}", table::markdown());
    ExitCode::SUCCESS
}
