//! How results are shown while they come: progress on a terminal, TAP 14 (testanything.org) elsewhere.

use std::io::{IsTerminal, Write};

use conformance::{
    Group, Outcome, Verdict,
    tap::{self, Tally},
};
use indicatif::{ProgressBar, ProgressStyle};

use super::trials::Trial;

/// Where results go.
pub enum Show {
    /// A line a result. The plan was printed before the first, so that a run that dies shows.
    Tap,
    /// A bar a group, and a line when it is done.
    Terminal(ProgressBar),
}

impl Show {
    /// For so many results.
    pub fn new(count: usize) -> Self {
        if std::io::stdout().is_terminal() {
            Self::Terminal(ProgressBar::hidden())
        } else {
            println!("TAP version 14\n1..{count}");
            Self::Tap
        }
    }

    /// A group with so many results begins.
    pub fn begin(&mut self, group: Group, count: usize) {
        match self {
            Self::Tap => println!("# {}: {}", group.letter, group.title),
            Self::Terminal(bar) => {
                *bar = ProgressBar::new(count as u64).with_prefix(group.title).with_style(
                    ProgressStyle::with_template("{prefix:30} {wide_bar} {pos}/{len} {msg}")
                        .unwrap_or_else(|_| ProgressStyle::default_bar()),
                );
            }
        }
    }

    /// A result.
    pub fn result(&self, number: usize, trial: &Trial, verdict: &Verdict) {
        let line = line(number, trial, verdict);
        match self {
            Self::Tap => {
                print!("{line}");
                // Nobody waits for the buffer to be full, and a run that hangs shows where.
                let _ = std::io::stdout().flush();
            }
            Self::Terminal(bar) => {
                bar.set_message(trial.id);
                bar.inc(1);
                if matches!(verdict, Err(Outcome::Failed { .. })) {
                    bar.suspend(|| print!("{line}"));
                }
            }
        }
    }

    /// The group is done.
    pub fn end(&self, group: Group, tally: &Tally) {
        if let Self::Terminal(bar) = self {
            bar.finish_and_clear();
            println!("{:30} {tally}", group.title);
        }
    }
}

/// The result as a line of TAP, and what was found if the case failed.
pub fn line(number: usize, trial: &Trial, verdict: &Verdict) -> String {
    let mut line = String::new();
    // A String takes everything.
    let _ = tap::line(number, trial.id, trial.world, trial.claim, verdict, &mut line);
    line
}
