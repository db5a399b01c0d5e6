//! Ours beside the floor and the peers: ratios of times in the same round, and what they should be at most.
//!
//!     cargo run --release -p benches --bin ratios -- [--quick] [--report DIR] [FILTER]
//!
//! `benches/links` has the same with vox-stream among the peers.

use std::process::ExitCode;

use benches::{ratios, works};
use clap::Parser as _;

fn main() -> ExitCode {
    ratios::main(&ratios::Args::parse(), works::all())
}
