//! GNU make as the server of our clients, and as a client of our server.

use std::{path::Path, process::Output, sync::Arc, time::Instant};

use sockpipe::jobs::JobServer;

use crate::{JOBS, client_of, command, common::one_at_a_time, said, version, write};

/// How make is to hand its tokens out: before 4.4 there is no choice, and since then a FIFO is what it prefers.
fn styles() -> &'static [&'static [&'static str]] {
    match version("make") {
        None => &[],
        Some(version) if version < (4, 4) => &[&[]],
        Some(_) => &[&["--jobserver-style=pipe"], &["--jobserver-style=fifo"]],
    }
}

fn make(place: &Path, args: &[&str]) -> Output {
    command("make").arg("-C").arg(place).args(args).output().unwrap()
}

/// Make says nothing of its tokens, and that all went well.
fn content(output: &Output) {
    let text = said(output);
    assert!(output.status.success(), "{}: {text}", output.status);
    for complaint in ["jobserver", "one job at a time"] {
        assert!(!text.contains(complaint), "{text}");
    }
}

/// Four chains of rules, one rule after the other in each, so that make itself needs at most half of eight tokens. Each rule is a
/// client that does fifty jobs, or half of them, as the nineteenth job ends it by a signal.
fn chains(rules: usize) -> String {
    let mut text = String::from("all:\n");
    for n in 0..rules {
        let before = n.checked_sub(4).map(|before| format!("r{before}")).unwrap_or_default();
        let work = match n % 10 {
            3 => r"sh -c 'test {} = 19 && kill -TERM $$PPID; true'; test $$? = 143",
            7 => r"sh -c 'test {} = 19 && kill -INT $$PPID; true'; test $$? = 130",
            _ => "/bin/true",
        };
        text += &format!("all: r{n}\nr{n}: {before}; +@test -n \"$$MAKEFLAGS\" && {JOBS} 50 {work}\n");
    }
    text
}

fn make_counts_them_back(jobs: usize) {
    for style in styles() {
        let place = tempfile::tempdir().unwrap();
        write(&place.path().join("Makefile"), &chains(jobs / 50));
        let start = Instant::now();
        content(&make(place.path(), &[&["-j8", "-s"], *style].concat()));
        println!("{jobs} jobs in {:.1?}", start.elapsed());
    }
}

#[test]
fn make_counts_its_tokens_back() {
    let _turn = one_at_a_time();
    make_counts_them_back(1000);
}

/// `cargo test -p conformance --test jobs -- --ignored --nocapture ten_thousand`
#[test]
#[ignore = "half a minute"]
fn make_counts_its_tokens_back_after_ten_thousand_jobs() {
    let _turn = one_at_a_time();
    make_counts_them_back(10_000);
}

/// The oracle speaks up if a client forgets a token.
#[test]
fn make_misses_a_token() {
    let _turn = one_at_a_time();
    for style in styles().iter().take(1) {
        let place = tempfile::tempdir().unwrap();
        let forget =
            r#"+@auth="$${MAKEFLAGS##*--jobserver-auth=}"; dd bs=1 count=1 status=none of=/dev/null <&"$${auth%%,*}""#;
        write(&place.path().join("Makefile"), &format!("all:; {forget}\n"));
        let text = said(&make(place.path(), &[&["-j8", "-s"], *style].concat()));
        assert!(text.contains("Exiting with 6 jobserver tokens available; should be 7!"), "{text}");
    }
}

/// A rule without a `+` does not get the pipe. The client says so, and the work is done.
#[test]
fn a_rule_without_a_plus() {
    let _turn = one_at_a_time();
    for style in styles().iter().take(1) {
        let place = tempfile::tempdir().unwrap();
        write(&place.path().join("Makefile"), &format!("all:; @{JOBS} 3 echo job {{}}\n"));
        let output = make(place.path(), &[&["-j8"], *style].concat());
        let text = said(&output);
        assert!(output.status.success() && ["job 1", "job 2", "job 3"].iter().all(|job| text.contains(job)), "{text}");
        // Since 4.4 make says that they are not for everybody.
        assert_eq!(text.contains("Add '+' to the rule"), version("make") < Some((4, 4)), "{text}");
    }
}

#[test]
fn make_is_a_client_of_ours() {
    let _turn = one_at_a_time();
    if styles().is_empty() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    write(&place.path().join("Makefile"), &chains(20));
    let server = Arc::new(JobServer::new(8).unwrap());
    content(&client_of(&server, "make").arg("-sC").arg(place.path()).output().unwrap());
    assert_eq!(server.count_back(), Ok(()));
}
