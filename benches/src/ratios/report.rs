//! What came of it, in words: lines for the terminal, tables in Markdown.

use std::{fmt::Write as _, fs, io, path::Path};

use super::{Goal, Measured, chart};
use crate::compare::quartiles;

/// One work, each way beside the first.
pub fn text(work: &Measured) -> String {
    let mut text = format!("{} ({} rounds)\n", work.title, work.nanos[0].len());
    for (name, nanos) in work.names.iter().zip(&work.nanos) {
        let (low, middle, high) = work.ratio(name, work.names[0]).unwrap_or_default();
        let median = quartiles(&mut nanos.clone()).1;
        text += &format!("{median:>12.1} ns {middle:>9.3} {:<16} {name}\n", format!("{low:.3}..{high:.3}"));
    }
    text + "\n"
}

/// Every goal with what came of it: the row, the work, our way, the other one, the ratio with its quartiles, and the goal.
pub fn goals(measured: &[Measured]) -> impl Iterator<Item = (&Measured, &Goal, (f64, f64, f64))> {
    measured
        .iter()
        .flat_map(|work| work.goals.iter().filter_map(move |goal| Some((work, goal, work.ratio(goal.ours, goal.to)?))))
}

/// Whether it is reached.
pub fn is_reached(goal: &Goal, (_, ratio, _): (f64, f64, f64)) -> bool {
    goal.at_most.is_none_or(|most| ratio <= most)
}

/// All goals, by row.
pub fn verdicts(measured: &[Measured]) -> String {
    let mut text = String::new();
    let mut last = "";
    let (mut reached, mut all) = (0, 0);
    for (work, goal, ratio) in in_rows(measured) {
        if goal.row != last {
            let _ = writeln!(text, "{}", goal.row);
            last = goal.row;
        }
        let most = goal.at_most.map_or("for information".into(), |most| format!("at most {most}"));
        let word = if is_reached(goal, ratio) { "ok" } else { "MISSED" };
        let (low, middle, high) = ratio;
        let _ = writeln!(
            text,
            "  {middle:>7.3} {:<14} {most:<15} {word:<6} {}",
            format!("{low:.3}..{high:.3}"),
            work.title
        );
        if goal.at_most.is_some() {
            all += 1;
            reached += usize::from(word == "ok");
        }
    }
    let _ = writeln!(text, "{reached} of {all} reached");
    text
}

/// All goals, those of one row together.
fn in_rows(measured: &[Measured]) -> Vec<(&Measured, &Goal, (f64, f64, f64))> {
    let all: Vec<_> = goals(measured).collect();
    let mut rows: Vec<&str> = Vec::new();
    for (_, goal, _) in &all {
        if !rows.contains(&goal.row) {
            rows.push(goal.row);
        }
    }
    rows.iter().flat_map(|row| all.iter().filter(move |(_, goal, _)| goal.row == *row)).copied().collect()
}

/// The files.
pub fn write(measured: &[Measured], directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(directory.join("ratios.md"), markdown(measured))?;
    svg::save(directory.join("ratios.svg"), &chart::draw(measured))
}

/// What stands between these lines in a file is written by this program.
const BEGIN: &str = "<!-- ratios -->\n";
const END: &str = "<!-- /ratios -->\n";

/// Puts the summary into a file that has a place for it.
pub fn insert(measured: &[Measured], file: &Path) -> io::Result<()> {
    let text = fs::read_to_string(file)?;
    let place = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, behind)) = place else {
        return Err(io::Error::other(format!("there is no {} in it", BEGIN.trim_end())));
    };
    fs::write(file, format!("{before}{BEGIN}{}{END}{behind}", summary(measured)))
}

/// All goals, a line for each row.
fn summary(measured: &[Measured]) -> String {
    let mut text = format!("By `{}` on {}:\n\n", command(), machine());
    text += "| work | at most | median of the paired ratios; **missed** |\n|---|---|---|\n";
    for row in in_rows(measured).chunk_by(|(_, one, _), (_, other, _)| one.row == other.row) {
        let (_, first, _) = &row[0];
        let most = |goal: &Goal| goal.at_most.map_or("–".into(), |most| most.to_string());
        let is_same = row.iter().all(|(_, goal, _)| goal.at_most == first.at_most);
        let titles: Vec<_> = row.iter().map(|(work, _, _)| work.title.as_str()).collect();
        let figures = row.iter().map(|(work, goal, ratio)| {
            let mark = if is_reached(goal, *ratio) { "" } else { "**" };
            let label = &work.title[common(&titles)..];
            let own = if is_same { String::new() } else { format!(" of {}", most(goal)) };
            let figure = format!("{mark}{:.3}{mark}{own}", ratio.1);
            if titles.len() == 1 { figure } else { format!("{label} {figure}") }
        });
        let figures: Vec<_> = figures.collect();
        let most = if is_same { most(first) } else { "beside each".into() };
        let _ = writeln!(text, "| {} | {most} | {} |", first.row, figures.join("; "));
    }
    text
}

/// With how many bytes all of them begin, whole words.
fn common(titles: &[&str]) -> usize {
    let first = titles[0];
    let mut ends = first.match_indices(' ').map(|(at, _)| at + 1);
    ends.rfind(|end| titles.iter().all(|title| title.starts_with(&first[..*end]))).unwrap_or(0)
}

fn markdown(measured: &[Measured]) -> String {
    let mut text = format!(
        "# Ratios\n\nWritten by `{}` on {}: medians over rounds of ratios within a round, and their quartiles.\n\n",
        command(),
        machine(),
    );
    text += "| | work | ratio | quartiles | at most | |\n|---|---|---|---|---|---|\n";
    let mut last = "";
    for (work, goal, ratio) in in_rows(measured) {
        let row = if goal.row == last { "" } else { goal.row };
        last = goal.row;
        let most = goal.at_most.map_or(String::new(), |most| most.to_string());
        let word = if is_reached(goal, ratio) { "" } else { "missed" };
        let (low, middle, high) = ratio;
        let _ = writeln!(text, "| {row} | {} | {middle:.3} | {low:.3}..{high:.3} | {most} | {word} |", work.title);
    }
    for work in measured {
        let _ = write!(text, "\n## {}\n\n{} rounds.\n\n", work.title, work.nanos[0].len());
        text += "| median ns | to the first | quartiles | way |\n|---:|---:|---|---|\n";
        for (name, nanos) in work.names.iter().zip(&work.nanos) {
            let (low, middle, high) = work.ratio(name, work.names[0]).unwrap_or_default();
            let median = quartiles(&mut nanos.clone()).1;
            let _ = writeln!(text, "| {median:.1} | {middle:.3} | {low:.3}..{high:.3} | {name} |");
        }
    }
    text
}

/// How this program was started, as one starts it.
pub fn command() -> String {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let package = if cfg!(debug_assertions) { "cargo run -p benches" } else { "cargo run --release -p benches" };
    format!("{package} --bin ratios -- {}", arguments.join(" ")).trim_end_matches(" -- ").to_owned()
}

/// The kernel and the CPU.
pub fn machine() -> String {
    let kernel = rustix::system::uname();
    let release = kernel.release().to_string_lossy();
    // As of Linux on x86; other CPUs have other lines there, or none.
    let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let version = release.split('-').next().unwrap_or_default();
    format!("Linux {version}, {}", cpu.unwrap_or_else(|| kernel.machine().to_string_lossy().into_owned()))
}
