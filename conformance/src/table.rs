//! The cases as a table: every id with what is claimed, or with the reason why it is not replayed.

use std::{fmt, format, string::String, vec::Vec};

use crate::{GROUPS, Group, NOT_REPLAYED, Suite, worlds::Loopback};

/// What is done with a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It is replayed, and a user sees what Core's sees.
    Same,
    /// It is about links, and a user sees what vox-stream's sees, or what its specification says.
    Vox,
    /// It is replayed, and differs on purpose.
    Differs,
    /// It is about something that they do not have.
    Ours,
    /// It is not replayed.
    NotReplayed,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Same => "as Core",
            Self::Vox => "as vox",
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
        _ if LINKS.has(case.id) => Row { id: case.id, status: Status::Vox, text: case.claim },
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
    let count = |status| rows.iter().filter(|row| row.status == status && !LINKS.has(row.id)).count();
    let (same, differs, not) = (count(Status::Same), count(Status::Differs), count(Status::NotReplayed));
    let ours = count(Status::Ours);
    let count = |status| rows.iter().filter(|row| row.status == status && LINKS.has(row.id)).count();
    let (vox, otherwise, new) = (count(Status::Vox), count(Status::Differs), count(Status::Ours));
    let mut text = format!(
        "# The edge cases of Core's networking code, and of links\n\n\
         Written by `cargo run --release -p conformance -- cases`; a test fails when it is stale.\n\n\
         {} cases of Core: {same} are replayed and are as in Core, {differs} are replayed and differ on purpose, {not} are not replayed;\n\
         {ours} are about what Core does not have.\n\
         {} cases of links: {vox} are as vox-stream's tests or its specification say, {otherwise} differ from vox-stream on purpose, {new} are ours.\n\
         A claim is what a user of this crate can rely on. One that differs says what the other does where that is not the opposite.\n",
        rows.len() - LINKS.cases,
        LINKS.cases,
    );
    for group in GROUPS {
        text += &section(group, &rows);
    }
    text
}

/// The group whose reference is not Core.
const LINKS: Group = GROUPS[GROUPS.len() - 1];

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
