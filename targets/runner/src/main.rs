//! Runs the case list on every CPU and kernel that can be reached, and keeps the table of what came of it.
//!
//! A target is a static program and a place to run it (`catalog.rs`). The program prints TAP, which is held against what the same
//! list gave on this machine (`cases.rs`), and becomes a row of RESULTS.md and of the matrix (`results.rs`, `matrix.rs`).

mod board;
mod build;
mod cases;
mod catalog;
mod kernel;
mod matrix;
mod process;
mod results;
mod tools;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use clap::Parser;

use crate::{
    cases::{Cases, Verdict},
    catalog::Target,
    results::{Results, Row},
};

/// Runs the case list on other CPUs, other kernels and boards, and keeps the table of what came of it.
///
/// Ends with 0 if every target gave what this machine gives, with 1 if a case failed, and with 2 if a target could not be tried.
#[derive(Parser)]
#[command(name = "targets/run", arg_required_else_help = true)]
struct Args {
    /// Targets by name, `ssh:USER@HOST`, or `log:FILE` with what a program has printed on a serial line
    names: Vec<String>,
    /// Prints the targets and what they are
    #[arg(long)]
    list: bool,
    /// Runs all targets of the list
    #[arg(long)]
    all: bool,
    /// Where RESULTS.md, matrix.svg, and what each target printed go; targets/ holds the first two otherwise
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Installs the tools that a target needs, on Debian
    #[arg(long)]
    install: bool,
    /// Builds the static program only, and prints where it is
    #[arg(long)]
    build: bool,
    /// The command by which a board is reached
    #[arg(long, value_name = "COMMAND", default_value = "ssh -o BatchMode=yes")]
    ssh: String,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if args.list {
        print!("{}", catalog::list());
        return ExitCode::SUCCESS;
    }
    match run(&args) {
        Ok((0, 0)) => ExitCode::SUCCESS,
        Ok((0, _)) => ExitCode::from(2),
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("targets/run: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns how many targets failed, and how many could not be tried.
fn run(args: &Args) -> Result<(usize, usize)> {
    let targets = if args.all { catalog::all() } else { catalog::find(&args.names, &args.ssh)? };
    if args.build {
        for target in &targets {
            println!("{}", build::program("linux-static", target.triple)?.display());
        }
        return Ok((0, 0));
    }
    let home = args.report.clone().unwrap_or_else(|| build::folder().to_owned());
    fs::create_dir_all(&home).with_context(|| format!("{} cannot be made", home.display()))?;
    let mut results = Results::read(&home)?;
    let here = on_this_machine()?;
    let (mut failed, mut untried) = (0, 0);
    for target in targets {
        println!("-- {}", target.name);
        if let Err(error) = target.prepare(args.install) {
            println!("not tried: {error:#}");
            untried += 1;
            continue;
        }
        let (row, output) = one(&target, &here)?;
        println!("{row}");
        failed += usize::from(!row.is_good());
        if args.report.is_some() {
            fs::write(home.join(format!("{}.tap", target.name.replace('/', "_"))), output)?;
        }
        results.put(row);
        results.write(&home)?;
    }
    println!("{failed} failed, {untried} not tried");
    Ok((failed, untried))
}

/// What the list gives as a static program on this machine.
fn on_this_machine() -> Result<Cases> {
    let host = catalog::host()?;
    let cases = Cases::read(&host.run(&build::program("linux-static", host.triple)?)?)?;
    let failure = cases.verdicts.iter().find(|(_, verdict)| matches!(verdict, Verdict::Failed(_)));
    ensure!(failure.is_none(), "the list fails on this machine itself: {failure:?}");
    Ok(cases)
}

/// Builds, runs and judges.
fn one(target: &Target, here: &Cases) -> Result<(Row, String)> {
    let built = build::Built::new(target.triple)?;
    let output = target.run(&built.list)?;
    let row = Row::new(target, &built, Cases::read(&output), here);
    Ok((row, output))
}
