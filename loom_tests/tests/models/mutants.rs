//! Every mutant dies, and of what it should.
//!
//! A deadlock that loom finds aborts the process, so each mutant has a process of its own: this test binary, run again for
//! one model, with the environment variable that chooses the mutant. Anything but a death with the words named here is a
//! failure.

use std::{
    collections::BTreeSet,
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

/// loom's own words.
const DEADLOCK: &str = "deadlock; threads = ";
const CAUSALITY: &str = "Causality violation";

/// The mutant, the model that it breaks, and what that says.
const LIST: &[(&str, &str, &str)] = &[
    ("store_over_the_first", "once_fd::all_get_the_same_open_descriptor_and_none_leaks", "two descriptors"),
    ("relaxed_fd", "once_fd::all_get_the_same_open_descriptor_and_none_leaks", CAUSALITY),
    ("deaf", "recv::an_interrupt_alone_ends_it", "it waits again and again"),
    ("deaf", "recv::a_plain_flag_alone_ends_it", "it waits again and again"),
    ("deaf", "send::all_or_an_interrupt_and_a_count", "it waits again and again"),
    ("relaxed_flag", "recv::a_line_or_an_interrupt_with_a_bell", CAUSALITY),
    ("unwatched_flag", "recv::a_plain_flag_alone_ends_it", DEADLOCK),
    ("look_before_enter", "latch::set_reaches_who_is_about_to_sleep", DEADLOCK),
    ("forget_the_reset", "latch::set_and_reset_reaches_a_sleeper", DEADLOCK),
    ("hush_over_sleepers", "thread_interrupt::set_and_reset_reaches_a_sleeper", DEADLOCK),
    ("trust_the_hush", "thread_interrupt::the_bell_rings_while_it_is_set", "set, and the bell is quiet"),
    ("trust_the_second_ring", "thread_interrupt::a_ring_that_fails_is_tried_again", "set, and the bell is quiet"),
    ("leave_it_ringing", "thread_interrupt::the_bell_rings_while_it_is_set", "not set, and the bell rings"),
    ("relaxed_set", "thread_interrupt::who_sees_it_set_sees_what_was_before", CAUSALITY),
    ("trust_the_peek", "readers::text_stays_text", "text that is not UTF-8"),
];

const CHOICE: &str = "SOCKPIPE_MUTANT";

/// Runs one model with one mutant. Whether it ended well, and all that it said.
fn run(mutant: &str, model: &str) -> (bool, String) {
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", model, "--nocapture", "--test-threads=1"])
        .env(CHOICE, mutant)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (
        child.status.success(),
        [child.stdout, child.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat(),
    )
}

#[test]
fn every_mutant_dies() {
    if env::var_os(CHOICE).is_some() {
        println!("skipped: a mutant is chosen for the whole run");
        return;
    }
    let mut failures = Vec::new();
    for (mutant, model, message) in LIST {
        let (survived, said) = run(mutant, model);
        let ran = said.contains("running 1 test\n");
        println!("{mutant} in {model}: {}", if survived || !ran { "lives" } else { "dead" });
        if survived || !ran || !said.contains(message) {
            failures.push(format!("{mutant} in {model} did not die of {message:?}:\n{said}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Or the others would die of being run at all.
#[test]
fn a_mutant_that_is_not_there_does_no_harm() {
    let (well, said) = run("none_of_them", LIST[0].1);
    assert!(well && said.contains("1 passed"), "{said}");
}

/// A mutant that no model kills is worth nothing, and neither is one that is listed and not there.
#[test]
fn the_list_is_complete() {
    let mut found = BTreeSet::new();
    mutants_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src"), &mut found);
    let listed: BTreeSet<_> = LIST.iter().map(|(mutant, ..)| (*mutant).to_owned()).collect();
    assert_eq!(found, listed);
}

fn mutants_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            mutants_in(&path, found);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let uses = text.split("mutant!(\"").skip(1);
            found.extend(uses.filter_map(|rest| rest.split_once("\")")).map(|(name, _)| name.to_owned()));
        }
    }
}
