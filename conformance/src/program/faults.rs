//! `faults`: every sequence of faults, up to a length, against the model.

use std::{io::IsTerminal, process::ExitCode, time::Instant};

use conformance::faults::{self, Operation, Setting, Symbol, link};
use indicatif::{ProgressBar, ProgressStyle};

/// How long, of which operations, or which one.
#[derive(clap::Args)]
pub struct Args {
    /// Runs every sequence of at most so many symbols: 6 takes some minutes, and is the most. With a deadline at a point in time that
    /// is all of them, in other settings those of one symbol less.
    #[arg(long, default_value_t = 4, conflicts_with = "replay", value_parser = clap::value_parser!(u32).range(..=6))]
    depth: u32,
    /// Runs only these operations, as in send_complete,recv_exact.
    #[arg(long, value_name = "OPERATION", value_delimiter = ',', value_parser = operation)]
    only: Vec<Operation>,
    /// Replays this one sequence, as in "EAGAIN,part,intr", and prints the calls one by one.
    #[arg(long, value_name = "SYMBOLS")]
    replay: Option<String>,
    /// Which deadline, which interrupt and what comes after the end of a sequence that is replayed.
    #[arg(long = "in", value_name = "SETTING", default_value_t = Setting::FIRST, requires = "replay")]
    setting: Setting,
}

/// Does it.
pub fn run(args: &Args) -> ExitCode {
    let operations = if args.only.is_empty() { Operation::ALL } else { &args.only };
    if let Some(symbols) = &args.replay {
        return replay(operations, args.setting, symbols);
    }
    let begin = Instant::now();
    let mut sum = 0;
    for operation in operations {
        match search(*operation, args.depth) {
            Ok(runs) => sum += runs,
            Err(code) => return code,
        }
    }
    if args.only.is_empty() {
        match search_links(args.depth) {
            Ok(runs) => sum += runs,
            Err(code) => return code,
        }
    }
    println!("{:28} {:>19} {sum:>11} runs {:>7.1} s, 0 failed", "total", "", begin.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

fn search(operation: Operation, depth: u32) -> Result<u64, ExitCode> {
    let begin = Instant::now();
    let bar = bar(operation, depth);
    let found = faults::search(operation, depth, &|more| bar.inc(more));
    bar.finish_and_clear();
    let seconds = begin.elapsed().as_secs_f64();
    match found {
        Ok(runs) => {
            let sequences = faults::sequences(depth);
            println!("{operation:28} {sequences:>9} sequences {runs:>11} runs {seconds:>7.1} s");
            Ok(runs)
        }
        Err(mismatch) => {
            println!("{operation:28} failed after {seconds:.1} s\n\n{mismatch}\n\nAs simple as it can be made:");
            println!("{}", faults::shrink(mismatch));
            Err(ExitCode::FAILURE)
        }
    }
}

/// The same for links, which have a list of their own: each verb in each profile.
fn search_links(depth: u32) -> Result<u64, ExitCode> {
    let mut sum = 0;
    for verb in link::Verb::ALL {
        let (begin, mut runs) = (Instant::now(), 0);
        for (format, length) in link::FORMATS.iter().flat_map(|format| (0..=depth).map(move |length| (*format, length)))
        {
            runs += link::search(verb, format, length).map_err(|what| {
                println!("{what}");
                ExitCode::FAILURE
            })? as u64;
        }
        let seconds = begin.elapsed().as_secs_f64();
        println!("{:28} {:>9} sequences {runs:>11} runs {seconds:>7.1} s", format!("link {verb:?}"), runs / 3);
        sum += runs;
    }
    Ok(sum)
}

/// Progress on a terminal; elsewhere a line at the beginning, and one at the end.
fn bar(operation: Operation, depth: u32) -> ProgressBar {
    let work = faults::work(depth);
    if !std::io::stdout().is_terminal() {
        println!("# {operation}: {work} runs");
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{prefix:28} {wide_bar} {percent:>3} %  {eta}");
    ProgressBar::new(work)
        .with_prefix(operation.name())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn replay(operations: &[Operation], setting: Setting, symbols: &str) -> ExitCode {
    let script = symbols.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::parse).collect();
    let script: Vec<Symbol> = match script {
        Ok(script) => script,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut failed = false;
    for operation in operations {
        println!("{operation} in {setting}: {symbols}");
        let (calls, result) = faults::replay(*operation, setting, &script);
        for call in calls {
            println!("  {call}");
        }
        let failure = result.is_err();
        match result {
            Ok(end) => println!("  as it must: {end:?}"),
            Err(mismatch) => println!("{mismatch}"),
        }
        failed |= failure;
    }
    ExitCode::from(u8::from(failed))
}

fn operation(name: &str) -> Result<Operation, String> {
    let known = || Operation::ALL.iter().map(|operation| operation.name()).collect::<Vec<_>>().join(", ");
    Operation::ALL
        .iter()
        .copied()
        .find(|operation| operation.name() == name)
        .ok_or_else(|| format!("the operations are {}", known()))
}
