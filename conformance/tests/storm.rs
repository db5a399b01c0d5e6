//! A small share of what `conformance storm` does: tokens between threads and processes, while signals rain.
#![cfg(target_os = "linux")]

use std::process::Command;

#[test]
fn no_token_is_lost_or_comes_twice() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_conformance")).args(["storm", "--round-trips", "50000"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let sum = text.lines().last().unwrap_or_default();
    assert!(sum.starts_with("50000 round trips and ") && sum.ends_with("none lost, none twice"), "{text}");
    assert!(!sum.contains(" and 0 signals"), "there was no storm: {text}");
}
