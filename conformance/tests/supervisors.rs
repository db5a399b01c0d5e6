//! `ready`, on every kind of descriptor, and under real supervisors, where these are installed.
//!
//! OpenRC is not among them: it knows `notify=fd:N` since 0.60, and runs services only on a system that it has booted.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{fs::PermissionsExt, net::UnixStream},
    },
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use common::{fifo, one_at_a_time};
use rustix::{
    io::dup,
    pipe::{PipeFlags, pipe_with},
};
use sockpipe::{Deadline, Never, Sink, TokenError, TokenReader, TokenWriter, ready};

/// More than any machine needs.
const SOON: Deadline = Deadline::Within(Duration::from_secs(30));

const DAEMON: &str = env!("CARGO_BIN_EXE_daemon");

/// What a supervisor makes for its daemon: both ends.
fn kinds() -> [(&'static str, (OwnedFd, OwnedFd)); 4] {
    [
        ("pipe", pipe_with(PipeFlags::empty()).unwrap()),
        ("non-blocking pipe", pipe_with(PipeFlags::NONBLOCK).unwrap()),
        ("FIFO", fifo()),
        ("socket", UnixStream::pair().map(|(a, b)| (a.into(), b.into())).unwrap()),
    ]
}

/// Kernels that lack a flag refuse to write into a blocking socket, which has no twin.
fn refused(kind: &str) -> bool {
    kind == "socket" && cfg!(any(sockpipe_force_no_nosignal, sockpipe_force_no_nowait))
}

#[test]
fn on_every_kind_of_descriptor() {
    let _turn = one_at_a_time();
    for (kind, (reader, writer)) in kinds().into_iter().filter(|(kind, _)| !refused(kind)) {
        let supervisor = TokenReader::from(reader);
        assert_eq!(ready(writer), Ok(()), "{kind}");
        assert_eq!(supervisor.token_read(Deadline::Never, &Never), Ok(Some(b'\n')), "{kind}");
        assert_eq!(supervisor.token_read(Deadline::Never, &Never), Ok(None), "{kind}");
    }
    for (kind, (reader, writer)) in kinds().into_iter().filter(|(kind, _)| !refused(kind)) {
        drop(reader);
        assert_eq!(ready(writer), Err(TokenError::BrokenPipe), "{kind}");
    }
    for (kind, (_reader, writer)) in kinds().into_iter().filter(|(kind, _)| !refused(kind)) {
        let filler = TokenWriter::from(dup(writer.as_fd()).unwrap());
        while filler.send(&[b'.'; 4096]).or_else(|_| filler.send(b".")).is_ok() {}
        assert_eq!(ready(writer), Err(TokenError::WouldBlock), "{kind}");
    }
}

/// Whether this program is there; if not, says so.
fn installed(program: &str) -> bool {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join(program).is_file());
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

/// A program that is ended when the test is over, however it is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What it says first, up to this byte.
fn first_words(of: &mut Running, end: u8) -> String {
    let output = TokenReader::from(OwnedFd::from(of.0.stdout.take().unwrap()));
    let mut words = Vec::new();
    while let Some(byte) = output.token_read(SOON, &Never).unwrap().filter(|byte| *byte != end) {
        words.push(byte);
    }
    String::from_utf8(words).unwrap()
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    Command::new(program).args(arguments).arg(folder).stdin(Stdio::null()).output().unwrap()
}

/// What s6 knows of a daemon in this mode: whether it is up, whether it is ready, and what the daemon says.
fn under_s6(mode: &str, patience: &str) -> (String, bool, String) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("service");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("run"), format!("#!/bin/sh\nexec {DAEMON} {mode} 3\n")).unwrap();
    fs::set_permissions(folder.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.join("notification-fd"), "3\n").unwrap();

    let supervisor = Command::new("s6-supervise").arg(&folder).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut supervisor = Running(supervisor.unwrap());
    // The daemon's own words: by then the supervisor has begun.
    let said = first_words(&mut supervisor, b'\n');

    let waited = run("s6-svwait", &["-U", "-t", patience], &folder);
    let known = run("s6-svstat", &["-o", "up,ready"], &folder);
    // Down, and no more: the supervisor ends with its daemon.
    assert!(run("s6-svc", &["-dx"], &folder).status.success());
    assert!(supervisor.0.wait().unwrap().success());
    (String::from_utf8_lossy(&known.stdout).trim().into(), waited.status.success(), said)
}

#[test]
fn s6_hears_it() {
    let _turn = one_at_a_time();
    if !["s6-supervise", "s6-svwait", "s6-svstat", "s6-svc"].into_iter().all(installed) {
        return;
    }
    assert_eq!(under_s6("ready", "30000"), ("true true".into(), true, "started Ok(())".into()));
    // It waits for as long as it is told to.
    assert_eq!(under_s6("silent", "300"), ("true false".into(), false, "started \"and says nothing\"".into()));
    let (known, waited, said) = under_s6("careless", "300");
    assert_eq!((known.as_str(), waited), ("true false", false));
    assert!(said.contains("Failed(") && said.contains('9'), "{said}");
}

/// Whether dinit takes a daemon in this mode for started. It runs as one for a user, which manages nothing of the system.
fn under_dinit(mode: &str, notification: &str, place_of_number: &str) -> bool {
    let place = tempfile::tempdir().unwrap();
    let (services, control) = (place.path().join("services"), place.path().join("control"));
    fs::create_dir(&services).unwrap();
    fs::write(services.join("boot"), "type = internal\n").unwrap();
    // Only who never says it is waited for in vain.
    let patience = if mode == "ready" { 30 } else { 2 };
    let service = format!(
        "type = process\ncommand = {DAEMON} {mode} {place_of_number}\nready-notification = {notification}\n\
         start-timeout = {patience}\nrestart = false\n"
    );
    fs::write(services.join("daemon"), service).unwrap();
    let dinit = Command::new("dinit")
        .args(["--user", "--quiet", "--services-dir"])
        .arg(&services)
        .arg("--socket-path")
        .arg(&control)
        // It says there that it takes commands.
        .args(["--ready-fd", "1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    let mut dinit = Running(dinit.unwrap());
    first_words(&mut dinit, 0);

    let control = control.to_str().unwrap();
    let command = |arguments: &[&str]| {
        Command::new("dinitctl").args(["--socket-path", control]).args(arguments).output().unwrap()
    };
    let started = command(&["start", "daemon"]);
    assert!(command(&["shutdown"]).status.success());
    let _ = dinit.0.wait();
    started.status.success()
}

#[test]
fn dinit_hears_it() {
    let _turn = one_at_a_time();
    if !["dinit", "dinitctl"].into_iter().all(installed) {
        return;
    }
    assert!(under_dinit("ready", "pipefd:5", "5"));
    assert!(under_dinit("ready", "pipevar:READY_FD", "READY_FD"));
    assert!(!under_dinit("silent", "pipefd:5", "5"));
    assert!(!under_dinit("careless", "pipevar:READY_FD", "READY_FD"));
}
