//! Without a command: runs the list, or prints it.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use conformance::{GROUPS, Group, Outcome, Verdict, table, tap::Tally};

use super::{
    report,
    show::Show,
    trials::{self, Trial},
    watchdog::Watchdog,
};

/// What of the list, and what to do with it.
#[derive(clap::Args)]
pub struct Args {
    /// Prints every id with its status and its claim, and runs nothing.
    #[arg(long, conflicts_with_all = ["only", "report"])]
    list: bool,
    /// Runs only the cases with these ids, as in S_06,R_11, or with these letters, as in V.
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = id)]
    only: Vec<String>,
    /// Writes the results there, too: a table (results.md), TAP (results.tap), and a picture of the sums (summary.svg).
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Ends with a failure as soon as a case takes longer than so many seconds in one world.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    limit: u64,
}

/// Does it.
pub fn run(args: &Args) -> ExitCode {
    if args.list {
        for row in table::rows() {
            println!("{} {:12} {}", row.id, row.status, row.text);
        }
        return ExitCode::SUCCESS;
    }
    let results = run_all(&args.only, Watchdog::new(Duration::from_secs(args.limit)));
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

/// As in the list, or with a hyphen as in the table.
fn id(text: &str) -> Result<String, String> {
    let id = text.replace('-', "_");
    match table::rows().iter().find(|row| row.id == id) {
        None if table::rows().iter().any(|row| trials::names(&id, row.id)) => Ok(id),
        None => Err("no case has this id; --list shows them all".into()),
        Some(row) if row.status == table::Status::NotReplayed => Err(format!("it is not replayed: {}", row.text)),
        Some(_) => Ok(id),
    }
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

fn run_all(only: &[String], watchdog: Watchdog) -> Vec<GroupResult> {
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
            number += 1;
            watchdog.watch(number, &trial);
            let verdict = (trial.run)();
            tally.count(&verdict);
            show.result(number, &trial, &verdict);
            results.push((trial, verdict));
        }
        show.end(group, &tally);
        all.push(GroupResult { group, tally, results });
    }
    all
}
