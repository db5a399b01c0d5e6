//! `mutants`: sees that each mutant of the library is noticed, and prints by what.

use std::{
    collections::BTreeSet,
    io::{self, IsTerminal},
    process::{ExitCode, Output},
};

use conformance::mutants::{self, Mutant};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::scratch::Scratch;

/// Which mutants.
#[derive(clap::Args)]
pub struct Args {
    /// Only those whose name contains this.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// After so many seconds a case hangs. The killers take less than one.
const LIMIT: &str = "10";

/// Does it.
pub fn run(args: &Args) -> ExitCode {
    let wanted = |mutant: &Mutant| args.only.as_ref().is_none_or(|part| mutant.name.contains(part.as_str()));
    let mutants: Vec<_> = mutants::all().filter(wanted).collect();
    if mutants.is_empty() {
        eprintln!("no mutant has such a name");
        return ExitCode::from(2);
    }
    match kill(&mutants) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the mutants cannot be tried: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Tries them, prints a line for each, and says how many were not killed.
fn kill(mutants: &[Mutant]) -> io::Result<usize> {
    let scratch = Scratch::new()?;
    let bar = progress(mutants.len() as u64);
    bar.set_message("nothing broken yet");
    expect_no_failure(&scratch, mutants)?;
    let longest = mutants.iter().map(|mutant| mutant.name.len()).max().unwrap_or_default();
    let mut survivors = 0;
    for mutant in mutants {
        bar.set_message(mutant.name);
        let (by, how) = match fate(&scratch, mutant)? {
            Fate::Killed { world, how } => (format!("{} {world}", mutant.killer), how),
            Fate::Survived => ("SURVIVED".into(), mutant.killer.into()),
            Fate::NotBuilt => ("NOT BUILT".into(), "it must compile".into()),
            Fate::NotThere => ("NOT MADE".into(), "its text does not stand there exactly once".into()),
        };
        survivors += usize::from(by.contains("NOT ") || by == "SURVIVED");
        bar.inc(1);
        bar.suspend(|| println!("{:longest$}  {:39}  {by:14}  {how}", mutant.name, mutant.file));
    }
    bar.finish_and_clear();
    println!("{} mutants, {} killed", mutants.len(), mutants.len() - survivors);
    Ok(survivors)
}

fn progress(count: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}");
    let target = if io::stdout().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    ProgressBar::with_draw_target(Some(count), target)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Without a mutant every killer passes, or what it says of one means nothing.
fn expect_no_failure(scratch: &Scratch, mutants: &[Mutant]) -> io::Result<()> {
    for mutant in mutants {
        scratch.write(mutant.file, &scratch.original(mutant.file)?)?;
    }
    if !scratch.build()? {
        return Err(io::Error::other("the sources do not build"));
    }
    let killers: BTreeSet<_> = mutants.iter().map(|mutant| mutant.killer).collect();
    let output = scratch.run(&["--limit", LIMIT, "--only", &Vec::from_iter(killers).join(",")])?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("a case fails without a mutant:\n{}", String::from_utf8_lossy(&output.stdout))))
}

/// What became of a mutant.
enum Fate {
    Killed { world: String, how: String },
    Survived,
    NotBuilt,
    NotThere,
}

fn fate(scratch: &Scratch, mutant: &Mutant) -> io::Result<Fate> {
    let original = scratch.original(mutant.file)?;
    if original.matches(mutant.from).count() != 1 {
        return Ok(Fate::NotThere);
    }
    scratch.write(mutant.file, &original.replace(mutant.from, mutant.to))?;
    let fate = if scratch.build()? {
        judge(mutant, &scratch.run(&["--limit", LIMIT, "--only", mutant.killer])?)
    } else {
        Fate::NotBuilt
    };
    scratch.write(mutant.file, &original)?;
    Ok(fate)
}

/// Reads the first failure from the program's TAP. A program that died did so in the case after the last line.
fn judge(mutant: &Mutant, output: &Output) -> Fate {
    if output.status.success() {
        return Fate::Survived;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines();
    let failed = lines.find_map(|line| line.strip_prefix("not ok ")?.split_once(&format!(" - {} ", mutant.killer)));
    let Some((_, rest)) = failed else {
        return Fate::Killed { world: String::new(), how: format!("the program dies, {}", output.status) };
    };
    let world = rest.split(':').next().unwrap_or_default().to_owned();
    let what = lines.find_map(|line| line.trim_start().strip_prefix("what: ")).unwrap_or_default();
    Fate::Killed { world, how: shortened(what) }
}

fn shortened(what: &str) -> String {
    const MOST: usize = 80;
    let what = what.trim_matches('"').replace('\\', "");
    match what.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &what[..end]),
        None => what,
    }
}
