//! Every known case is accounted for, once, and the table says so.

use std::{collections::BTreeSet, fs, path::Path};

use conformance::{
    GROUPS,
    table::{self, Status},
};

/// How many of them are replayed at least.
const REPLAYED: usize = 230;

#[test]
fn every_case_is_there_once() {
    let rows = table::rows();
    let listed: BTreeSet<_> = rows.iter().map(|row| row.id.to_owned()).collect();
    assert_eq!(listed.len(), rows.len(), "an id is there twice");
    let known: BTreeSet<_> =
        GROUPS.iter().flat_map(|group| (1..=group.cases).map(|n| format!("{}_{n:02}", group.letter))).collect();
    assert_eq!(known.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new(), "missing");
    assert_eq!(listed.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "not in src/groups.rs");
}

#[test]
fn most_cases_are_replayed() {
    let replayed = table::rows().iter().filter(|row| row.status != Status::NotReplayed).count();
    assert!(replayed >= REPLAYED, "{replayed}");
}

#[test]
fn the_table_is_not_stale() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("CASES.md");
    let there = fs::read_to_string(file).unwrap_or_default();
    assert!(there == table::markdown(), "CASES.md: cargo run --release -p conformance -- cases > conformance/CASES.md");
}
