//! Ninja as a client of our FIFO, whose jobs are our clients, too.

use sockpipe::jobs::JobServer;

use crate::{JOBS, command, common::one_at_a_time, said, version, write};

#[test]
fn ninja_gives_every_token_back() {
    let _turn = one_at_a_time();
    // Older ones do not know of tokens.
    match version("ninja") {
        Some(version) if version >= (1, 13) => {}
        Some(version) => return println!("skipped: ninja {version:?} is older than 1.13"),
        None => return,
    }
    let place = tempfile::tempdir().unwrap();
    let mut text = format!(
        "rule work\n command = {JOBS} 10 /bin/true && touch $out\n\
         rule stop\n command = {JOBS} 10 sh -c 'test {{}} = 5 && kill $signal $$PPID; true'; test $$? = $status && touch $out\n"
    );
    for n in 0..60 {
        text += &match n % 10 {
            3 => format!("build o{n}: stop\n signal = -TERM\n status = 143\n"),
            7 => format!("build o{n}: stop\n signal = -INT\n status = 130\n"),
            _ => format!("build o{n}: work\n"),
        };
    }
    write(&place.path().join("build.ninja"), &text);
    let path = place.path().join("tokens");
    let server = JobServer::fifo(path.to_str().unwrap(), 6).unwrap();
    let output =
        command("ninja").arg("-C").arg(place.path()).env("MAKEFLAGS", server.makeflags().to_string()).output().unwrap();
    let text = said(&output);
    assert!(output.status.success(), "{}: {text}", output.status);
    assert!(text.contains("Jobserver mode detected") && !text.contains("one job at a time"), "{text}");
    assert_eq!(server.count_back(), Ok(()));
}
