//! `mutants`: sees that each mutant of the library is noticed, and prints by what.

use std::{
    io::{self, IsTerminal},
    num::NonZero,
    process::{ExitCode, Output},
};

use conformance::mutants::{self, Killer, Mutant};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::scratch::Scratch;

/// Which mutants.
#[derive(clap::Args)]
pub struct Args {
    /// Only those whose name or file contains this.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Only every one of so many, beginning with the first.
    #[arg(long, value_name = "N", default_value = "1")]
    every: NonZero<usize>,
}

/// After so many seconds a case hangs. The killers take less than one.
const LIMIT: &str = "10";

/// Does it.
pub fn run(args: &Args) -> ExitCode {
    let has = |mutant: &Mutant, part: &str| mutant.name.contains(part) || mutant.file.contains(part);
    let wanted = |mutant: &Mutant| args.only.as_ref().is_none_or(|part| has(mutant, part));
    let mutants: Vec<_> = mutants::all().filter(wanted).step_by(args.every.get()).collect();
    if mutants.is_empty() {
        eprintln!("no mutant has such a name or file");
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
        let fate = fate(&scratch, mutant)?;
        survivors += usize::from(!matches!(fate, Fate::Killed { .. }));
        let (by, how) = match fate {
            Fate::Killed { by, how } => (by, how),
            Fate::Survived => ("SURVIVED".into(), mutant.killer.to_string()),
            Fate::NotBuilt => ("NOT BUILT".into(), "it must compile".into()),
            Fate::NotThere => ("NOT MADE".into(), "its text does not stand there exactly once".into()),
        };
        bar.inc(1);
        bar.suspend(|| println!("{:longest$}  {:39}  {by:38}  {how}", mutant.name, mutant.file));
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
    for mutant in mutants {
        let output = run_killer(scratch, mutant.killer)?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stdout);
            return Err(io::Error::other(format!("{} fails without a mutant:\n{text}", mutant.killer)));
        }
    }
    Ok(())
}

fn run_killer(scratch: &Scratch, killer: Killer) -> io::Result<Output> {
    match killer {
        Killer::Case(id) => scratch.run(&["--limit", LIMIT, "--only", id]),
        Killer::Sequence { operation, setting, symbols } => {
            scratch.run(&["faults", "--only", operation, "--in", setting, "--replay", symbols])
        }
    }
}

/// What became of a mutant.
enum Fate {
    Killed { by: String, how: String },
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
    let fate =
        if scratch.build()? { judge(mutant.killer, &run_killer(scratch, mutant.killer)?) } else { Fate::NotBuilt };
    scratch.write(mutant.file, &original)?;
    Ok(fate)
}

/// Reads what the killer says: of a case the first failure, of a sequence what was promised or came out. A program that died
/// says nothing any more.
fn judge(killer: Killer, output: &Output) -> Fate {
    if output.status.success() {
        return Fate::Survived;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines();
    let (by, what) = match killer {
        Killer::Case(id) => {
            let failed = lines.find_map(|line| line.strip_prefix("not ok ")?.split_once(&format!(" - {id} ")));
            let world = failed.and_then(|(_, rest)| rest.split(':').next()).unwrap_or_default();
            (format!("{id} {world}"), lines.find_map(|line| line.trim_start().strip_prefix("what: ")))
        }
        Killer::Sequence { .. } => {
            let shown = ["broken: ", "got "];
            let mut said = lines.filter_map(|line| shown.iter().find_map(|word| line.trim_start().strip_prefix(word)));
            (killer.to_string(), said.next().map(str::trim_start))
        }
    };
    let how = what.map_or_else(|| format!("the program dies, {}", output.status), shortened);
    Fate::Killed { by, how }
}

fn shortened(what: &str) -> String {
    const MOST: usize = 80;
    let what = what.trim_matches('"').replace('\\', "");
    match what.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &what[..end]),
        None => what,
    }
}
