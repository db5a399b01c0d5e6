//! The conformance suite as a program. Without a command it runs the list in every world that this machine has.

// What a failed claim found travels in the error, as in the library.
#![allow(clippy::result_large_err)]

mod program;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use program::{cases, faults, list, mutants};

/// Replays the edge cases of Bitcoin Core's networking code.
///
/// On a terminal it shows progress and a line per group; otherwise it prints TAP 14. Ends with the sum, and with 1 if a case failed.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: list::Args,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the table of all cases, as it stands in conformance/CASES.md.
    Cases,
    /// Runs every sequence of faults, up to a length, against a model.
    Faults(faults::Args),
    /// Breaks the library in one way after the other, and sees that a case fails. Takes some minutes.
    Mutants(mutants::Args),
    /// Sends tokens there and back while signals rain on those who move them, and sees that none is lost and none comes twice.
    #[cfg(target_os = "linux")]
    Storm(program::storm::Args),
}

fn main() -> ExitCode {
    // So that `| head` ends it, too.
    #[cfg(target_os = "linux")]
    conformance::worlds::threads::die_of_sigpipe();
    let args = CommandLine::parse();
    match args.command {
        None => list::run(&args.list),
        Some(Command::Cases) => cases::run(),
        Some(Command::Faults(args)) => faults::run(&args),
        Some(Command::Mutants(args)) => mutants::run(&args),
        #[cfg(target_os = "linux")]
        Some(Command::Storm(args)) => program::storm::run(&args),
    }
}
