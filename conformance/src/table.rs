//! The cases as a table: every id with what is claimed, or with the reason why it is not replayed.

use std::{fmt, format, string::String, vec::Vec};

use crate::{GROUPS, Group, NOT_REPLAYED, Suite, worlds::Loopback};

/// What is done with a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It is replayed, and a user sees what Core's sees.
    Same,
    /// It is replayed, and differs on purpose.
    Differs,
    /// It is replayed, and about something that Core does not have.
    Ours,
    /// It is not replayed.
    NotReplayed,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Same => "as Core",
            Self::Differs => "differs",
            Self::Ours => "ours",
            Self::NotReplayed => "not replayed",
        })
    }
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The id, with `_` for `-`.
    pub id: &'static str,
    /// What is done with it.
    pub status: Status,
    /// The claim, or the reason.
    pub text: &'static str,
}

/// Every case, by group and number.
pub fn rows() -> Vec<Row> {
    let replayed = Suite::<Loopback>::ALL.iter().map(|case| match case.claim.split_once(": ") {
        Some(("differs", text)) => Row { id: case.id, status: Status::Differs, text },
        Some(("ours", text)) => Row { id: case.id, status: Status::Ours, text },
        _ => Row { id: case.id, status: Status::Same, text: case.claim },
    });
    let others = NOT_REPLAYED.iter().map(|(id, text)| Row { id, status: Status::NotReplayed, text });
    let mut rows: Vec<_> = replayed.chain(others).collect();
    rows.sort_by_key(|row| (GROUPS.iter().position(|group| group.has(row.id)), row.id));
    rows
}

/// The text of `CASES.md`.
pub fn markdown() -> String {
    let rows = rows();
    let count = |status| rows.iter().filter(|row| row.status == status).count();
    let (same, differs, not) = (count(Status::Same), count(Status::Differs), count(Status::NotReplayed));
    let ours = count(Status::Ours);
    let mut text = format!(
        "# The edge cases of Core's networking code\n\n\
         Written by `cargo run --release -p conformance -- cases`; a test fails when it is stale.\n\n\
         {} cases: {same} are replayed and are as in Core, {differs} are replayed and differ on purpose, {not} are not replayed;\n\
         {ours} are about what Core does not have.\n\
         A claim is what a user of this crate can rely on. One that differs says what Core does where that is not the opposite.\n",
        rows.len(),
    );
    for group in GROUPS {
        text += &section(group, &rows);
    }
    text
}

/// Whose protocols they are.
const PROTOCOLS: &str = "The SOCKS5, Tor and SAM clients are the suite's own, written over the crate as a user would write them. \
     A claim here is about them.\n\n";

fn section(group: Group, rows: &[Row]) -> String {
    let mut text = format!("\n## {}: {}\n\n", group.letter, group.title);
    if group.letter == 'P' {
        text += PROTOCOLS;
    }
    text += "| id | | claim, or why not |\n|---|---|---|\n";
    for row in rows.iter().filter(|row| group.has(row.id)) {
        let escaped = row.text.replace('|', "\\|");
        text += &format!("| {} | {} | {escaped} |\n", row.id.replace('_', "-"), row.status);
    }
    text
}
