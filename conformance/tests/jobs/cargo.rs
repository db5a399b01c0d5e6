//! Cargo as a client of our server, by a pipe and by a FIFO.

use std::{path::Path, process::Command, sync::Arc};

use sockpipe::{Never, TokenReader, TokenWriter, jobs::JobServer};

use crate::{JOBS, SOON, client_of, command, common::one_at_a_time, said, write};

const JOBS_AT_A_TIME: u32 = 4;

/// Two crates whose build scripts say that they run, wait until they may go on, and use what tokens there are; and one that needs both.
fn crates(place: &Path) {
    let manifest = |name: &str, more: &str| {
        let text = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{more}");
        write(&place.join(name).join("Cargo.toml"), &text);
    };
    for name in ["one", "two"] {
        manifest(name, "");
        write(&place.join(name).join("src/lib.rs"), "pub fn number() -> u32 { 1 }\n");
        let script = format!(
            r#"use std::{{env, fs::{{File, OpenOptions}}, io::{{Read, Write}}, process::Command}};
            fn main() {{
                OpenOptions::new().write(true).open({ready:?}).unwrap().write_all(b"r").unwrap();
                File::open({go:?}).unwrap().read_exact(&mut [0]).unwrap();
                let mut client = Command::new({JOBS:?});
                client.args(["30", "/bin/true"]).env("MAKEFLAGS", env::var_os("CARGO_MAKEFLAGS").unwrap());
                assert!(client.status().unwrap().success());
            }}"#,
            ready = place.join("ready"),
            go = place.join("go"),
        );
        write(&place.join(name).join("build.rs"), &script);
    }
    manifest("all", "[dependencies]\none = { path = \"../one\" }\ntwo = { path = \"../two\" }\n[workspace]\n");
    write(&place.join("all/src/main.rs"), "fn main() { assert_eq!(one::number() + two::number(), 2); }\n");
}

fn build(server: &JobServer<'_>, mut cargo: Command, place: &Path) {
    crates(place);
    let fifo = |name| {
        let path = place.join(name);
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
        rustix::fd::OwnedFd::from(std::fs::File::options().read(true).write(true).open(path).unwrap())
    };
    let (ready, go) = (TokenReader::from(fifo("ready")), TokenWriter::from(fifo("go")));
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_JOBS", "RUSTC_WRAPPER", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(name);
    }
    cargo.args(["run", "--offline", "--quiet", "--manifest-path"]).arg(place.join("all/Cargo.toml"));
    let child = cargo
        .env("CARGO_TARGET_DIR", place.join("target"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Both run at the same time. One of them under the implicit token, so cargo has taken one for the other, if not
    // more, for what else it has to do.
    let run = [ready.token_read(SOON, &Never), ready.token_read(SOON, &Never)];
    let available = server.available();
    for _ in run {
        go.try_token_write(b'g').unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let text = said(&output);
    assert!(output.status.success(), "{}: {text}", output.status);
    assert!(!text.contains("one job at a time"), "{text}");
    assert_eq!(run, [Ok(Some(b'r')), Ok(Some(b'r'))]);
    assert!(available.is_ok_and(|tokens| tokens <= JOBS_AT_A_TIME - 2), "{available:?}");
    assert_eq!(server.count_back(), Ok(()));
}

#[test]
fn cargo_gives_every_token_back_to_a_pipe() {
    let _turn = one_at_a_time();
    let place = tempfile::tempdir().unwrap();
    let server = Arc::new(JobServer::new(JOBS_AT_A_TIME).unwrap());
    build(&server, client_of(&server, env!("CARGO")), place.path());
}

#[test]
fn cargo_gives_every_token_back_to_a_fifo() {
    let _turn = one_at_a_time();
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("tokens");
    let server = JobServer::fifo(path.to_str().unwrap(), JOBS_AT_A_TIME).unwrap();
    let mut cargo = command(env!("CARGO"));
    cargo.env("MAKEFLAGS", server.makeflags().to_string());
    build(&server, cargo, place.path());
}
