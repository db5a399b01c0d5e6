//! How many instructions of ours an operation takes, exactly: counted by valgrind's callgrind, where it is there.
//!
//! It means something only in an optimised build: `cargo test --release -p benches --test instructions -- --nocapture`.
#![cfg(target_os = "linux")]

use std::{fs, path::Path, process::Command};

const OPERATE: &str = env!("CARGO_BIN_EXE_operate");
const FEW: usize = 1000;
const MORE: usize = 10_000;

/// All the instructions of `operate OPERATION COUNT`, or why that could not be told.
fn instructions(operation: &str, count: usize) -> Result<usize, String> {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("instructions-{operation}-{count}"));
    let valgrind = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}", out.display())])
        .args([OPERATE, operation, &count.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !valgrind.status.success() {
        // An instruction or a system call that valgrind does not know; unless it is ours that fails.
        let alone = Command::new(OPERATE).args([operation, &count.to_string()]).output().unwrap();
        assert!(alone.status.success(), "{operation} fails: {}", String::from_utf8_lossy(&alone.stderr));
        return Err(format!("valgrind: {}", String::from_utf8_lossy(&valgrind.stderr)));
    }
    let counted = fs::read_to_string(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let total =
        counted.lines().find_map(|line| line.strip_prefix("totals:")).and_then(|total| total.trim().parse().ok());
    total.ok_or_else(|| format!("no total in {}", out.display()))
}

/// The instructions of one operation with its part of the loop, rounded; or nothing, and the reason is printed.
///
/// Where the memory of a program begins differs from run to run, and with it a few dozen instructions in the search for something
/// in it. Divided by so many operations they are gone.
fn each(operation: &str) -> Option<usize> {
    if cfg!(debug_assertions) {
        println!("skipped {operation}: this build is not optimised; with --release it is");
        return None;
    }
    let counted = instructions(operation, FEW).and_then(|few| Ok((few, instructions(operation, FEW + MORE)?)));
    match counted {
        Ok((few, all)) => {
            let each = all.saturating_sub(few).saturating_add(MORE / 2) / MORE;
            println!("{operation}: {each} instructions");
            Some(each)
        }
        Err(reason) => {
            println!("skipped {operation}: {reason}");
            None
        }
    }
}

/// One atomic operation, a look at what it gave, and the loop.
#[test]
fn at_most_8_for_who_was_woken_already() {
    for operation in ["wake_again", "polled_wake_again", "pipe_wake_again"] {
        if let Some(each) = each(operation) {
            assert!((1..=8).contains(&each), "{operation}: {each}");
        }
    }
}

/// What ours adds to the bare calls that do the same, with all that deadlines, interrupts and SIGPIPE take. Of a line, 64 bytes are searched.
#[test]
fn so_many_more_than_the_bare_calls() {
    let most = [
        ("token_pair", "bare_pair", 60),
        ("try_token_pair", "bare_pair", 120),
        ("send_complete", "bare_send", 30),
        ("recv_until_terminator", "bare_send", 350),
    ];
    for (ours, bare, most) in most {
        if let (Some(ours_each), Some(bare_each)) = (each(ours), each(bare)) {
            let more = ours_each.saturating_sub(bare_each);
            assert!(more <= most, "{ours}: {ours_each} beside {bare_each}");
        }
    }
}

/// Lines of 64 bytes that are in sight, with their part of the peek.
#[test]
fn so_many_for_a_line_in_sight() {
    for (operation, most) in [("recv_line_lazy", 140), ("recv_line_eager", 330)] {
        if let Some(each) = each(operation) {
            assert!((1..=most).contains(&each), "{operation}: {each}");
        }
    }
}

/// For information: other compilers make other code of these.
#[test]
fn the_others() {
    for operation in ["swap", "interrupt_again", "wake_and_wait", "pipe_wake_and_wait"] {
        each(operation);
    }
}

/// Of 16 bytes, with the copy, over a stream that takes everything and gives frames without end. What the compiler makes of it differs a little
/// from one version to the next.
#[test]
fn so_many_for_a_frame() {
    let most = [
        ("feed_nowhere", 80),
        ("send_alone_nowhere", 120),
        ("send_nowhere", 240),
        ("commit_nowhere", 400),
        ("recv_nowhere", 160),
    ];
    for (operation, most) in most {
        if let Some(each) = each(operation) {
            assert!((1..=most).contains(&each), "{operation}: {each}");
        }
    }
}
