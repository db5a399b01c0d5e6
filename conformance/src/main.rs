//! Runs the list in every world that this machine has, and prints TAP.
//!
//! Ends with `N passed, N failed, N skipped`, and with a failure if a case failed.

use core::fmt;
use std::{io::Write, process::ExitCode};

use conformance::{
    tap::{self, Tally},
    worlds::{Loopback, threads},
};

/// Standard output, for what writes text.
struct Out(std::io::Stdout);

impl fmt::Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_all(text.as_bytes()).map_err(|_| fmt::Error)
    }
}

fn run(out: &mut Out) -> Result<Tally, fmt::Error> {
    let mut tally = Tally::default();
    tap::begin(3, out)?;
    tap::run(threads::Unix::default, &mut tally, out)?;
    tap::run(threads::Tcp::default, &mut tally, out)?;
    tap::run(Loopback::default, &mut tally, out)?;
    tap::end(&tally, out)?;
    Ok(tally)
}

fn main() -> ExitCode {
    match run(&mut Out(std::io::stdout())) {
        Ok(tally) if tally.failed == 0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
