//! `storm`: tokens that go there and back while signals rain.

use std::{
    io::IsTerminal,
    process::ExitCode,
    time::{Duration, Instant},
};

use conformance::storm;
use indicatif::{ProgressBar, ProgressStyle};

/// How many, in which storm.
#[derive(clap::Args)]
pub struct Args {
    /// So many tokens go there and back; ten million take two to three minutes.
    #[arg(long, default_value_t = 1_000_000)]
    round_trips: u64,
    /// So many signals a second are sent to each thread.
    #[arg(long, value_name = "HERTZ", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    signals: u32,
}

/// Does it.
pub fn run(args: &Args) -> ExitCode {
    let begin = Instant::now();
    let bar = bar(args);
    let result = storm::run(args.round_trips, Duration::from_secs(1) / args.signals, &|done| bar.set_position(done));
    bar.finish_and_clear();
    let reports = match result {
        Ok(reports) => reports,
        Err(why) => {
            println!("failed after {:.1} s: {why}", begin.elapsed().as_secs_f64());
            return ExitCode::FAILURE;
        }
    };
    let mut signals = 0;
    for report in &reports {
        let seconds = report.time.as_secs_f64();
        println!(
            "{:31} {:>9} round trips {seconds:>6.1} s {:>7.0}/s, {:>9} signals {:>6.0}/s; ended operations: {}, tokens of handlers: {}",
            report.name,
            report.round_trips,
            report.round_trips as f64 / seconds,
            report.signals,
            report.signals as f64 / seconds,
            report.interrupted,
            report.ticks,
        );
        signals += report.signals;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let trips: u64 = reports.iter().map(|report| report.round_trips).sum();
    println!(
        "{trips} round trips and {signals} signals in {seconds:.1} s, {:.0}/s: none lost, none twice",
        signals as f64 / seconds,
    );
    ExitCode::SUCCESS
}

/// Progress on a terminal; elsewhere a line at the beginning, and those at the end.
fn bar(args: &Args) -> ProgressBar {
    if !std::io::stdout().is_terminal() {
        println!("# {} round trips, {} signals a second to each thread", args.round_trips, args.signals);
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len}  {per_sec}  {eta}");
    ProgressBar::new(args.round_trips).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
