//! Ninja as a client of our server, whose jobs are our clients, too.

use std::{path::Path, sync::Arc};

use sockpipe::jobs::JobServer;

use crate::{JOBS, client_of, command, common::one_at_a_time, said, version, write};

/// Whether there is one that knows of tokens, and a line that says so if not.
fn is_here() -> bool {
    let version = version("ninja");
    if let Some(old) = version.filter(|version| *version < (1, 13)) {
        println!("skipped: ninja {old:?} is older than 1.13");
    }
    version >= Some((1, 13))
}

/// Sixty rules that are clients and do ten jobs each, or fewer, as the fifth ends some of them by a signal.
fn rules(place: &Path) {
    let mut text = format!(
        "rule work\n command = {JOBS} 10 /bin/true && touch $out\n\
         rule stop\n command = {JOBS} 10 sh -c 'test {{}} = 5 && kill $signal $$PPID; true'; \
         test $$? = $status && touch $out\n"
    );
    for n in 0..60 {
        text += &match n % 10 {
            3 => format!("build o{n}: stop\n signal = -TERM\n status = 143\n"),
            7 => format!("build o{n}: stop\n signal = -INT\n status = 130\n"),
            _ => format!("build o{n}: work\n"),
        };
    }
    write(&place.join("build.ninja"), &text);
}

#[test]
fn ninja_gives_every_token_back_to_a_fifo() {
    let _turn = one_at_a_time();
    if !is_here() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    rules(place.path());
    let path = place.path().join("tokens");
    let server = JobServer::fifo(path.to_str().unwrap(), 6).unwrap();
    let mut ninja = command("ninja");
    let output = ninja.env("MAKEFLAGS", server.makeflags().to_string()).arg("-C").arg(place.path()).output().unwrap();
    let text = said(&output);
    assert!(output.status.success(), "{}: {text}", output.status);
    assert!(text.contains("Jobserver mode detected") && !text.contains("one job at a time"), "{text}");
    assert_eq!(server.count_back(), Ok(()));
}

/// Ninja itself takes tokens from a FIFO only; there are builds of it that know pipes. Its rules are clients either way.
#[test]
fn ninja_gives_every_token_back_to_a_pipe() {
    let _turn = one_at_a_time();
    if !is_here() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    rules(place.path());
    let server = Arc::new(JobServer::new(6).unwrap());
    let output = client_of(&server, "ninja").arg("-C").arg(place.path()).output().unwrap();
    let text = said(&output);
    assert!(output.status.success(), "{}: {text}", output.status);
    assert_eq!(server.count_back(), Ok(()));
}
