//! The results as files: a table that people read, TAP that programs read, and a picture of the sums.

use std::{fmt::Write, fs, io, path::Path};

use conformance::{Outcome, Verdict, table, tap::Tally};

use super::{list::GroupResult, show, trials::Trial};

/// Writes results.md, results.tap and summary.svg into the folder, which is made if it is not there.
pub fn write(folder: &Path, results: &[GroupResult]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("results.md"), markdown(results))?;
    fs::write(folder.join("results.tap"), tap(results))?;
    fs::write(folder.join("summary.svg"), svg(results))
}

fn tap(results: &[GroupResult]) -> String {
    let all = results.iter().flat_map(|group| &group.results);
    let mut text = format!("TAP version 14\n1..{}\n", all.clone().count());
    for (n, (trial, verdict)) in all.enumerate() {
        text += &show::line(n + 1, trial, verdict);
    }
    text
}

/// A row a case, a column a world.
fn markdown(results: &[GroupResult]) -> String {
    let mut worlds: Vec<_> = results.iter().flat_map(|group| &group.results).map(|(trial, _)| trial.world).collect();
    worlds.sort_unstable();
    worlds.dedup();
    let total = results.iter().fold(Tally::default(), |sum, group| sum + group.tally);
    let mut text = format!("# Results\n\n{total}\n");
    for group in results {
        let (title, tally, columns) = (group.group.title, group.tally, worlds.join(" | "));
        let rule = "---|".repeat(worlds.len() + 2);
        text += &format!("\n## {title}: {tally}\n\n| id | {columns} | claim |\n|{rule}\n");
        for of_one_case in group.cases() {
            let cells = worlds.iter().map(|world| {
                let found = of_one_case.iter().find(|(trial, _)| trial.world == *world);
                found.map_or("", |(_, verdict)| match verdict {
                    Ok(()) => "ok",
                    Err(Outcome::Skipped(_)) => "skipped",
                    Err(Outcome::Failed { .. }) => "**failed**",
                })
            });
            let (cells, trial) = (cells.collect::<Vec<_>>().join(" | "), &of_one_case[0].0);
            text += &format!("| {} | {cells} | {} |\n", trial.id, trial.claim.replace('|', "\\|"));
        }
    }
    text
}

/// A line a group, its bar divided into passed, skipped and failed; above them the sum of the cases.
fn svg(results: &[GroupResult]) -> String {
    const LINE: usize = 22;
    const BAR: usize = 260;
    let holds = |worlds: &&[(Trial, Verdict)]| {
        worlds.iter().any(|(_, verdict)| verdict.is_ok())
            && !worlds.iter().any(|(_, verdict)| matches!(verdict, Err(Outcome::Failed { .. })))
    };
    let hold = results.iter().flat_map(GroupResult::cases).filter(holds).count();
    let height = LINE * (results.len() + 1) + 14;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"4\" fill=\"#fff\" stroke=\"#ccc\"/>\n\
         <text x=\"10\" y=\"20\" font-weight=\"bold\">{hold} of the {} known cases hold here</text>\n",
        table::rows().len(),
    );
    for (n, group) in results.iter().enumerate() {
        let Tally { passed, failed, skipped } = group.tally;
        let (y, all) = (LINE * (n + 1) + 8, (passed + failed + skipped).max(1));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "<text x=\"10\" y=\"{}\">{}</text>", y + 13, group.group.title);
        let mut x = 220;
        for (count, colour) in [(passed, "#2a8"), (skipped, "#bbb"), (failed, "#d33")] {
            let width = (BAR * count).div_ceil(all);
            let _ = writeln!(text, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"16\" fill=\"{colour}\"/>");
            x += width;
        }
        let _ = writeln!(text, "<text x=\"492\" y=\"{}\">{passed} ok, {skipped} skip, {failed} bad</text>", y + 13);
    }
    text + "</svg>\n"
}
