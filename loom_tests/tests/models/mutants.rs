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
    sync::{Mutex, OnceLock},
    thread,
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
    ("forget_between_waits", "thread_interrupt::set_and_reset_between_two_waits", DEADLOCK),
    ("hush_over_sleepers", "thread_interrupt::set_and_reset_reaches_a_sleeper", DEADLOCK),
    ("trust_the_hush", "thread_interrupt::the_bell_rings_while_it_is_set", "set, and the bell is quiet"),
    ("trust_the_second_ring", "thread_interrupt::a_ring_that_fails_is_tried_again", "set, and the bell is quiet"),
    ("leave_it_ringing", "thread_interrupt::the_bell_rings_while_it_is_set", "not set, and the bell rings"),
    ("relaxed_set", "thread_interrupt::who_sees_it_set_sees_what_was_before", CAUSALITY),
    ("look_before_waking", "gate_polled::each_of_three_wakes_is_seen", DEADLOCK),
    ("relaxed_wake", "gate_polled::each_of_three_wakes_is_seen", DEADLOCK),
    ("relaxed_wake", "gate::a_wake_beside_the_deadline", CAUSALITY),
    ("count_before_waking", "gate::two_notifiers_and_a_waiter", DEADLOCK),
    ("relaxed_count", "waker::who_sees_a_sleeper_sees_the_bell", DEADLOCK),
    ("relaxed_count", "gate_polled::a_ring_comes_after_the_drain", "notified, and the bell is quiet"),
    ("clear_without_release", "waker::who_sees_a_sleeper_sees_the_bell", DEADLOCK),
    ("look_before_lying_down", "gate::two_notifiers_and_a_waiter", DEADLOCK),
    ("clear_before_drain", "gate_polled::each_of_three_wakes_is_seen", DEADLOCK),
    ("clear_before_drain", "gate_polled::each_of_three_wakes_is_seen_with_a_pipe", DEADLOCK),
    ("clear_before_drain", "gate::a_notifier_and_two_waiters", DEADLOCK),
    ("look_before_the_take", "gate_polled::each_of_three_wakes_is_seen", DEADLOCK),
    ("store_over_the_wake", "gate::two_notifiers_and_a_waiter", DEADLOCK),
    ("store_over_the_wake", "gate_polled::each_of_three_wakes_is_seen", DEADLOCK),
    ("clear_without_acquire", "gate::a_wake_before_the_deadline", CAUSALITY),
    ("clear_without_acquire", "gate_polled::each_of_three_wakes_is_seen", DEADLOCK),
    ("clear_without_release", "gate_polled::a_ring_comes_after_the_drain", "notified, and the bell is quiet"),
    ("leave_it_ringing_late", "gate_polled::a_late_ring_is_silenced_and_no_other", "a ring for nothing stays"),
    ("trust_the_late_hush", "gate_polled::a_late_ring_is_silenced_and_no_other", "notified, and the bell is quiet"),
    ("relaxed_look", "gate_polled::a_wake_ends_the_waiting_for_a_socket", CAUSALITY),
    ("no_last_look", "gate::a_wake_before_the_deadline", "assertion `left == right` failed"),
    ("no_last_look", "gate::one_of_two_takes_a_wake", "not one of two has taken it"),
    ("lose_it_at_the_end", "gate::a_wake_beside_the_deadline", DEADLOCK),
    ("lose_it_at_the_end", "gate::a_wake_beside_an_interrupt", DEADLOCK),
    ("overlook_pending", "gate::a_bell_that_fails", "who looks does not find it"),
    ("trust_the_ring", "gate::a_bell_that_fails_once", DEADLOCK),
    ("see_it_again", "gate::a_bell_that_fails", "one wake was taken twice"),
    ("store_over_the_take", "gate::a_bell_that_fails", "one wake was taken twice"),
    ("clear_before_abandon", "wake_pipe::nobody_waits_any_more", "it is not told"),
    ("never_abandon", "wake_pipe::nobody_waits_any_more", "it is not told"),
    ("never_abandon", "wake_pipe::who_was_woken_waits_no_more", "it is not told"),
    ("abandon_before_close", "wake_pipe::nobody_waits_any_more", "it is not told"),
    ("unpublished_fd", "once_fd::all_get_the_same_open_descriptor_and_none_leaks", CAUSALITY),
    ("relaxed_first", "once_fd::all_get_the_same_open_descriptor_and_none_leaks", CAUSALITY),
    ("relaxed_is_set", "thread_interrupt::who_just_looks_sees_what_was_before", CAUSALITY),
    ("forget_the_round", "thread_interrupt::set_and_reset_while_it_looks_up", DEADLOCK),
    ("hush_over_sleepers", "thread_interrupt::set_and_reset_reaches_two_who_wait_for_it", DEADLOCK),
    ("deaf", "thread_interrupt::set_ends_the_waiting_for_a_socket", "it waits again and again"),
    ("deaf", "tokens::an_interrupt_ends_one_of_the_waits", "it waits again and again"),
    ("keep_the_token", "tokens::two_workers_and_a_token", DEADLOCK),
    ("another_byte", "tokens::two_workers_and_two_tokens", "not the tokens that were there"),
    ("implicit_for_two", "tokens::the_implicit_token_is_one", CAUSALITY),
    ("relaxed_implicit", "tokens::the_implicit_token_is_one", CAUSALITY),
    ("relaxed_give_back", "tokens::the_implicit_token_is_one", CAUSALITY),
    ("end_without_a_word", "tokens::the_last_token_and_then_the_end", DEADLOCK),
    ("end_without_a_word", "wake_pipe::the_last_wake_and_then_the_end", DEADLOCK),
    ("break_without_a_word", "tokens::the_reader_goes_under_who_writes", DEADLOCK),
    ("relaxed_claim", "link::two_senders_commit_two_each", CAUSALITY),
    ("give_back_without_acquire", "link::two_senders_commit_two_each", CAUSALITY),
    ("give_back_without_release", "link::three_senders_commit_one_each", CAUSALITY),
    ("done_without_acquire", "link::two_senders_commit_two_each", CAUSALITY),
    ("done_without_release", "link::three_senders_commit_one_each", CAUSALITY),
    ("look_no_more", "link::three_senders_commit_one_each", "arrived, of"),
    ("look_no_more", "link_large::a_large_one_beside_a_small_one", "arrived: "),
    ("relaxed_begin", "link::who_sends_beside_who_sends", CAUSALITY),
    ("relaxed_begin", "link_large::a_large_one_beside_a_small_one", CAUSALITY),
    ("relaxed_until", "link::who_flushes_sees_what_was_sent", CAUSALITY),
    ("relaxed_gone", "link::who_flushes_sees_what_was_sent", CAUSALITY),
    ("relaxed_reached", "link::who_flushes_sees_what_was_sent", CAUSALITY),
    ("relaxed_empty", "link::who_flushes_sees_what_was_sent", CAUSALITY),
    ("wait_for_one_more", "link::who_sends_does_not_wait_for_what_comes_behind", "it waits again and again"),
    ("relaxed_take", "link_full::who_sends_waits_for_a_reader", CAUSALITY),
    ("relaxed_leave", "link_full::a_deadline_breaks_no_frame", CAUSALITY),
    ("relaxed_leave", "link_full::who_sends_waits_for_a_reader", CAUSALITY),
    ("forget_how_far", "link_full::who_flushes_or_commits_takes_over_at_each_byte", "not a frame"),
    ("forget_how_far", "link_ends::it_is_closed_when_the_others_are_done", "not a frame"),
    ("forget_how_far", "link_ends::who_is_left_goes_on_alone", "not a frame"),
    ("leave_it_lying", "link_full::who_commits_next_takes_over", "a frame is cut off"),
    ("forget_the_hole", "link_holes::a_permit_is_dropped_beside_commits", "not a frame"),
    ("forget_the_hole", "link_holes::two_slots_are_dropped", "not a frame"),
    ("forget_the_hole", "link_holes::the_stream_is_full_at_a_hole", "not a frame"),
    ("give_back_without_acquire", "link_ends::all_hear_of_an_error", CAUSALITY),
    ("leave_it_broken", "link_large::nothing_comes_behind_a_part_of_one", "others' bytes are in it"),
    ("never_look_up", "link_large::who_waits_behind_it_hears_that_it_is_stuck", DEADLOCK),
    ("look_no_more", "link::later_and_a_flush", "arrived, of"),
    ("look_no_more", "link::who_sends_beside_who_commits", "arrived, of"),
    ("trust_the_peek", "readers::text_stays_text", "text that is not UTF-8"),
];

const CHOICE: &str = "SOCKPIPE_MUTANT";

/// Whether a model is to use what it checks in this wrong way.
pub fn mutant(name: &str) -> bool {
    static CHOSEN: OnceLock<String> = OnceLock::new();
    CHOSEN.get_or_init(|| env::var(CHOICE).unwrap_or_default()) == name
}

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
    let next = Mutex::new(LIST.iter());
    let failures = Mutex::new(Vec::new());
    let work = || {
        while let Some((mutant, model, message)) = { next.lock().unwrap().next() } {
            let (survived, said) = run(mutant, model);
            let ran = said.contains("running 1 test\n");
            println!("{mutant} in {model}: {}", if survived || !ran { "lives" } else { "dead" });
            if survived || !ran || !said.contains(message) {
                failures.lock().unwrap().push(format!("{mutant} in {model} did not die of {message:?}:\n{said}"));
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let failures = failures.into_inner().unwrap();
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
    for folder in ["../src", "tests"] {
        mutants_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
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
            // Of the macros in the crate, and of the function here.
            for call in ["mutant!", "order!", "mutant"] {
                let call = format!("{call}(\"");
                let uses = text.split(&call).skip(1);
                found.extend(uses.filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned()));
            }
        }
    }
}
