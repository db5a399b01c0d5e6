//! Whether each kind of work is as fast as it should be: ours, the floor and the peers in turns, and the ratios of their times in each round.
//!
//! What disturbs the machine for a moment disturbs one round of many, and mostly all that takes its turn in it. So the ratios hold where times do not.

mod chart;
mod report;

use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use crate::{
    compare::{Case, quartiles},
    pinned::pinned,
};

/// What ours is held to.
#[derive(Clone, Debug)]
pub struct Goal {
    /// The row that this is part of.
    pub row: &'static str,
    /// The name of our way.
    pub ours: &'static str,
    /// The name of the way that it is held against.
    pub to: &'static str,
    /// The ratio that it should not be above. `None`: it is shown for information.
    pub at_most: Option<f64>,
}

impl Goal {
    /// This way of ours takes at most so many times as long as that one.
    pub fn new(row: &'static str, ours: &'static str, to: &'static str, at_most: f64) -> Self {
        Self { row, ours, to, at_most: Some(at_most) }
    }
}

/// Several ways to do the same, of which the first is the floor.
#[derive(Debug)]
pub struct Work {
    /// What one operation is.
    pub title: String,
    /// The ways.
    pub cases: Vec<Case<'static>>,
    /// What is expected of ours.
    pub goals: Vec<Goal>,
}

/// How to come by works, which open descriptors and start threads: those of a group, a name each.
pub type Group = (&'static str, fn() -> Vec<Plan>);

/// One work that can be made.
pub struct Plan {
    title: String,
    make: Box<dyn FnOnce() -> (Vec<Case<'static>>, Vec<Goal>)>,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title)
    }
}

impl Plan {
    /// A work of this title.
    pub fn new(title: impl Into<String>, make: impl FnOnce() -> (Vec<Case<'static>>, Vec<Goal>) + 'static) -> Self {
        Self { title: title.into(), make: Box::new(make) }
    }

    /// The same, with more ways to do it.
    #[must_use]
    pub fn with(self, more: impl FnOnce() -> Vec<Case<'static>> + 'static) -> Self {
        let make = self.make;
        Self::new(self.title, move || {
            let (mut cases, goals) = make();
            cases.extend(more());
            (cases, goals)
        })
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Opens what it needs.
    pub fn make(self) -> Work {
        let (cases, goals) = (self.make)();
        Work { title: self.title, cases, goals }
    }
}

/// Prints ratios: the median over rounds, with the quartiles, of our time to others'.
#[derive(clap::Parser, Debug)]
#[command(version)]
pub struct Args {
    /// A third of a second for each work instead of five.
    #[arg(long)]
    quick: bool,
    /// Writes a table, ratios.md, and a picture, ratios.svg, into this directory.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Writes a summary into this file, between the lines that are there for it.
    #[arg(long, value_name = "FILE")]
    readme: Option<PathBuf>,
    /// Prints the names of the works, and does none.
    #[arg(long)]
    list: bool,
    /// Only works with this in their names.
    filter: Option<String>,
}

/// A work that was done: for each case its times in nanoseconds, a round each.
#[derive(Debug)]
struct Measured {
    title: String,
    names: Vec<&'static str>,
    nanos: Vec<Vec<f64>>,
    goals: Vec<Goal>,
}

impl Measured {
    /// The quartiles of the ratios of this way to that one, in the same round.
    fn ratio(&self, ours: &str, to: &str) -> Option<(f64, f64, f64)> {
        let of = |name| self.names.iter().position(|known| *known == name).map(|at| &self.nanos[at]);
        let mut ratios: Vec<_> = of(ours)?.iter().zip(of(to)?).map(|(ours, to)| ours / to).collect();
        Some(quartiles(&mut ratios))
    }
}

/// The program: does the works, prints what came of them, and fails if that is not possible. Ratios never make it fail: times are information.
pub fn main(args: &Args, plans: Vec<Plan>) -> ExitCode {
    let wanted = |plan: &Plan| args.filter.as_ref().is_none_or(|part| plan.title.contains(part));
    let plans: Vec<_> = plans.into_iter().filter(wanted).collect();
    if args.list {
        plans.iter().for_each(|plan| println!("{}", plan.title));
        return ExitCode::SUCCESS;
    }
    let time = Duration::from_millis(if args.quick { 350 } else { 5000 });
    let measured: Vec<_> = plans.into_iter().map(|plan| measure(plan.make(), time)).collect();
    if measured.is_empty() {
        eprintln!("no work has such a name: see --list");
        return ExitCode::FAILURE;
    }
    print!("{}", report::verdicts(&measured));
    let report = args.report.as_ref().map(|directory| (directory, report::write(&measured, directory)));
    let readme = args.readme.as_ref().map(|file| (file, report::insert(&measured, file)));
    for (path, written) in report.into_iter().chain(readme) {
        if let Err(error) = written {
            eprintln!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// As long as this a case takes in each turn, if it can be so short.
const TURN: Duration = Duration::from_micros(100);
/// As many rounds there are at least, and at most.
const ROUNDS: std::ops::RangeInclusive<usize> = 5..=2001;

/// Does it in turns for so long, on one CPU.
fn measure(mut work: Work, time: Duration) -> Measured {
    let nanos = pinned(0, || rounds(&mut work.cases, time)).expect("this thread may be on some CPU");
    let names = work.cases.iter().map(|case| case.name).collect();
    // What a case has opened and started stays until the end: closing it would take its time from the next work.
    std::mem::forget(work.cases);
    let measured = Measured { title: work.title, names, nanos, goals: work.goals };
    print!("{}", report::text(&measured));
    measured
}

fn rounds(cases: &mut [Case<'_>], time: Duration) -> Vec<Vec<f64>> {
    let times: Vec<u64> = cases.iter_mut().map(times_in_a_turn).collect();
    let mut nanos = vec![Vec::new(); cases.len()];
    let end = Instant::now() + time;
    for round in 0..*ROUNDS.end() {
        if round >= *ROUNDS.start() && Instant::now() >= end {
            break;
        }
        for turn in 0..cases.len() {
            let which = (turn + round) % cases.len();
            nanos[which].push(cases[which].time(times[which]).as_nanos() as f64 / times[which] as f64);
        }
    }
    nanos
}

/// How often a case is done in a turn.
fn times_in_a_turn(case: &mut Case<'_>) -> u64 {
    let mut times = 1;
    loop {
        let took = case.time(times).max(case.time(times));
        if took >= TURN || times >= 1 << 20 {
            return times;
        }
        times = (times * 2).max(times * TURN.as_nanos() as u64 / took.as_nanos().max(1) as u64 / 2);
    }
}
