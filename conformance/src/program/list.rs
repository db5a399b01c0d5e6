//! Without a command: runs the list, or prints it.

use std::{path::PathBuf, process::ExitCode};

use conformance::{GROUPS, Group, Outcome, Verdict, table, tap::Tally};

use super::{
    report,
    show::Show,
    trials::{self, Trial},
};

/// What of the list, and what to do with it.
#[derive(clap::Args)]
pub struct Args {
    /// Prints every id with its status and its claim, and runs nothing.
    #[arg(long)]
    list: bool,
    /// Runs only the cases with these ids, as in S_06,R_11.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Writes the results there, too: a table (results.md), TAP (results.tap), and a picture of the sums (summary.svg).
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

/// Does it.
pub fn run(args: &Args) -> ExitCode {
    if args.list {
        for row in table::rows() {
            println!("{} {:12} {}", row.id, row.status, row.text);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = args.only.iter().find(|id| table::rows().iter().all(|row| row.id != **id)) {
        eprintln!("no case has the id {unknown}; --list shows them all");
        return ExitCode::from(2);
    }
    let results = run_all(&args.only);
    let total = results.iter().fold(Tally::default(), |sum, result| sum + result.tally);
    if let Some(folder) = &args.report
        && let Err(error) = report::write(folder, &results)
    {
        eprintln!("the report cannot be written to {}: {error}", folder.display());
        return ExitCode::FAILURE;
    }
    let nowhere: Vec<_> = results.iter().flat_map(GroupResult::skipped_everywhere).collect();
    if !nowhere.is_empty() {
        println!("# skipped in every world: {}", nowhere.join(", "));
    }
    println!("{total}");
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What came of one group.
pub struct GroupResult {
    pub group: Group,
    pub tally: Tally,
    pub results: Vec<(Trial, Verdict)>,
}

impl GroupResult {
    /// Each case with what came of it in every world.
    pub fn cases(&self) -> impl Iterator<Item = &[(Trial, Verdict)]> {
        self.results.chunk_by(|(a, _), (b, _)| a.id == b.id)
    }

    /// The cases that nothing was seen of.
    pub fn skipped_everywhere(&self) -> impl Iterator<Item = &'static str> {
        let skipped = |(_, verdict): &(Trial, Verdict)| matches!(verdict, Err(Outcome::Skipped(_)));
        self.cases().filter(move |worlds| worlds.iter().all(skipped)).map(|worlds| worlds[0].0.id)
    }
}

fn run_all(only: &[String]) -> Vec<GroupResult> {
    let mut show = Show::new(trials::count(only));
    let mut number = 0;
    let mut all = Vec::new();
    for group in GROUPS {
        let trials = trials::of(group, only);
        if trials.is_empty() {
            continue;
        }
        show.begin(group, trials.len());
        let (mut tally, mut results) = (Tally::default(), Vec::new());
        for trial in trials {
            let verdict = (trial.run)();
            number += 1;
            tally.count(&verdict);
            show.result(number, &trial, &verdict);
            results.push((trial, verdict));
        }
        show.end(group, &tally);
        all.push(GroupResult { group, tally, results });
    }
    all
}
