//! The table of what came of every target. It is kept in the file that people read: a run replaces its rows, and leaves the others.

use std::{fmt, fs, path::Path};

use anyhow::{Context, Result};
use conformance::GROUPS;

use crate::{
    build::{Built, SMALL, small_limit},
    cases::{Cases, Verdict},
    catalog::{self, Place, Target},
    matrix,
};

/// What came of one target.
#[derive(Clone, Debug)]
pub struct Row {
    pub name: String,
    /// Cases that passed, and those that should have: what passed on the machine that ran the tool, in each group.
    pub groups: Vec<(usize, usize)>,
    /// The rest of the cells.
    cells: [String; 6],
}

const COLUMNS: [&str; 6] = ["system", "under", "list, bytes", "small, bytes", "skipped", "not as on the host"];

impl Row {
    /// Holds what a target gave against what this machine gave.
    pub fn new(target: &Target, built: &Built, got: Result<Cases>, here: &Cases) -> Self {
        let (got, mut differences) = match got {
            Ok(got) => (got, Vec::new()),
            Err(error) => (Cases::default(), vec![format!("FAILED: {error:#}")]),
        };
        // Where there is no operating system there is one world.
        let all = |key: &str| !matches!(target.place, Place::BareMetal) || key.ends_with(" loopback");
        let mut groups = vec![(0, 0); GROUPS.len()];
        for (key, verdict) in here.verdicts.iter().filter(|(key, _)| all(key)) {
            let its = got.verdicts.get(key);
            if let Some(group) = GROUPS.iter().position(|group| group.has(key)) {
                groups[group].0 += usize::from(its == Some(&Verdict::Passed));
                groups[group].1 += usize::from(*verdict == Verdict::Passed);
            }
            match its {
                Some(Verdict::Skipped(why)) if *verdict == Verdict::Passed => differences.push(format!("{key}: {why}")),
                None if !got.verdicts.is_empty() => differences.push(format!("FAILED: {key} was not run")),
                _ => {}
            }
        }
        // Also what is in no list but the target's own.
        for (key, verdict) in &got.verdicts {
            if let Verdict::Failed(what) = verdict {
                differences.push(format!("FAILED: {key}: {what}"));
            }
        }
        match (&built.small, built.small_size()) {
            (Some(Err(error)), _) => differences.push(format!("FAILED: {error}")),
            (_, Some(size)) if size > small_limit(target.triple) => {
                let limit = small_limit(target.triple);
                differences.push(format!("FAILED: the small program has {size} bytes, more than {limit}"));
            }
            (_, Some(size)) if size > SMALL => {
                differences.push(format!("the small program has {size} bytes, more than the {SMALL} that are wanted"));
            }
            _ => {}
        }
        let skipped = got.verdicts.values().filter(|verdict| matches!(verdict, Verdict::Skipped(_))).count();
        let cells = [
            got.uname.unwrap_or_else(|| "none".into()),
            target.under(),
            built.list_size().to_string(),
            built.small_size().map_or("-".into(), |size| size.to_string()),
            skipped.to_string(),
            differences.join("; ").replace('|', "/"),
        ];
        Self { name: target.name.clone(), groups, cells }
    }

    /// Whether nothing failed.
    pub fn is_good(&self) -> bool {
        !self.cells[5].contains("FAILED")
    }

    fn parse(line: &str) -> Option<Self> {
        let mut cells = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim);
        let name = cells.next()?.to_owned();
        let groups = cells.by_ref().take(GROUPS.len()).map(|cell| {
            let (passed, all) = cell.split_once('/').unwrap_or((cell, cell));
            Some((passed.parse().ok()?, all.parse().ok()?))
        });
        let groups = groups.collect::<Option<_>>()?;
        let cells: Vec<_> = cells.map(str::to_owned).collect();
        Some(Self { name, groups, cells: cells.try_into().ok()? })
    }
}

/// A line of the table.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} |", self.name)?;
        for (passed, all) in &self.groups {
            match passed == all {
                true => write!(f, " {passed} |")?,
                false => write!(f, " {passed}/{all} |")?,
            }
        }
        self.cells.iter().try_for_each(|cell| write!(f, " {cell} |"))
    }
}

/// All of them.
pub struct Results(Vec<Row>);

const FILE: &str = "RESULTS.md";

impl Results {
    /// What earlier runs found.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(Self(Vec::new()));
        }
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(Self(text.lines().filter_map(Row::parse).collect()))
    }

    /// In the place of what was found for the same target before.
    pub fn put(&mut self, row: Row) {
        match self.0.iter_mut().find(|it| it.name == row.name) {
            Some(old) => *old = row,
            None => self.0.push(row),
        }
        let names: Vec<_> = catalog::all().into_iter().map(|target| target.name).collect();
        // Boards come last.
        self.0.sort_by_key(|row| names.iter().position(|name| *name == row.name).unwrap_or(usize::MAX));
    }

    /// Writes the table and the matrix.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let mut text = String::from(HEAD);
        let groups: Vec<_> = GROUPS.iter().map(|group| group.letter.to_string()).collect();
        let columns: Vec<_> = ["target"].into_iter().chain(groups.iter().map(String::as_str)).chain(COLUMNS).collect();
        text += &format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
        self.0.iter().for_each(|row| text += &format!("{row}\n"));
        text += "\nThe groups: ";
        text += &GROUPS.map(|group| format!("{}, {}", group.letter, group.title)).join("; ");
        text += ".\n\nNot run:\n\n";
        catalog::NOT.iter().for_each(|(name, why)| text += &format!("* {name}: {why}.\n"));
        fs::write(folder.join(FILE), text)?;
        matrix::write(&self.0, &folder.join("matrix.svg"))
    }
}

const HEAD: &str = "# The case list on every target

Written by `targets/run`; `targets/run --list` says what each target is. Under a letter: how many cases of the group passed there, in the worlds
of Unix sockets, of TCP and of a loopback without an operating system; `7/8` is seven of the eight that passed on the machine that ran the
tool. What the other one did stands in the last column. Sizes are without symbols.

![the same as a picture](matrix.svg)

";
