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
/// client that does fifty jobs, or fewer, as the nineteenth ends it by a signal.
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

#[test]
fn make_counts_its_tokens_back_after_ten_thousand_jobs() {
    let _turn = one_at_a_time();
    for style in styles() {
        let place = tempfile::tempdir().unwrap();
        // 184 times fifty jobs, and 46 times nineteen or a few more.
        write(&place.path().join("Makefile"), &chains(230));
        let start = Instant::now();
        content(&make(place.path(), &[&["-j8", "-s"], *style].concat()));
        println!("ten thousand jobs in {:.1?}", start.elapsed());
    }
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
        // Make counts its own as well.
        assert!(text.contains("Exiting with 7 jobserver tokens available; should be 8!"), "{text}");
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

/// `make -n` runs rules with a `+` all the same, and says what it wants in the first word.
#[test]
fn make_only_wants_to_know() {
    let _turn = one_at_a_time();
    for style in styles() {
        let place = tempfile::tempdir().unwrap();
        write(&place.path().join("Makefile"), &format!("all:; +@{JOBS} 3 touch done\n"));
        let output = make(place.path(), &[&["-nj8"], *style].concat());
        assert!(output.status.success() && said(&output).contains("3 times: touch done"), "{}", said(&output));
        assert!(!place.path().join("done").exists());
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
