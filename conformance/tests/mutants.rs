//! The mutants: that the table fits the sources, and that none survives.
#![cfg(target_os = "linux")]

use std::{collections::HashSet, fs, path::Path, process::Command};

use conformance::{
    Suite,
    faults::{Operation, Setting, Symbol},
    mutants::{self, Killer},
    worlds::Loopback,
};

#[test]
fn there_are_enough_and_their_names_are_their_own() {
    let names: HashSet<_> = mutants::all().map(|mutant| mutant.name).collect();
    assert_eq!(names.len(), mutants::all().count());
    assert!(names.len() >= 25);
}

/// Whoever changes the text changes the mutant, too.
#[test]
fn what_they_change_stands_there_exactly_once() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for mutant in mutants::all() {
        let text = fs::read_to_string(sources.join(mutant.file)).expect(mutant.file);
        assert_eq!(text.matches(mutant.from).count(), 1, "{} in {}", mutant.name, mutant.file);
        assert_ne!(mutant.from, mutant.to, "{}", mutant.name);
    }
}

#[test]
fn their_killers_are_known() {
    for mutant in mutants::all() {
        let known = match mutant.killer {
            Killer::Case(id) => Suite::<Loopback>::ALL.iter().any(|case| case.id == id),
            Killer::Sequence { operation, setting, symbols } => {
                Operation::ALL.iter().any(|known| known.name() == operation)
                    && setting.parse::<Setting>().is_ok()
                    && symbols.split(',').all(|symbol| symbol.parse::<Symbol>().is_ok())
            }
        };
        assert!(known, "{}, which should kill {:?}", mutant.killer, mutant.name);
    }
}

#[test]
#[ignore = "a few minutes: .ci/run runs it, for some of them"]
fn none_survives() {
    let every = std::env::var("SOCKPIPE_EVERY").unwrap_or("1".into());
    let status = Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(["mutants", "--every", &every])
        .status()
        .expect("the program runs");
    assert!(status.success());
}
