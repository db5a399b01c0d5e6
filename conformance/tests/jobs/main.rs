//! Job tokens: the client and the server alone, and with make, ninja and cargo.
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;

mod cargo;
mod client;
mod herd;
mod make;
mod ninja;
mod open;
mod server;
mod waiting;

use std::{
    fs, io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
    time::Duration,
};

use rustix::fd::AsFd;
use sockpipe::{
    Deadline, TokenPipe, TokenReader, TokenWriter,
    jobs::{JobClient, JobServer},
};

/// More than anything here needs, on any machine.
const SOON: Deadline = Deadline::Within(Duration::from_secs(60));
const A_MOMENT: Deadline = Deadline::Within(Duration::from_millis(30));

/// The example, which runs a command many times under tokens.
const JOBS: &str = env!("CARGO_BIN_EXE_jobs");

/// A pipe with these bytes in it.
fn pipe(tokens: &[u8]) -> (TokenReader, TokenWriter) {
    let (reader, writer) = TokenPipe::pair().unwrap();
    for token in tokens {
        writer.try_token_write(*token).unwrap();
    }
    (reader, writer)
}

/// A client of a pipe with these bytes in it, and somebody else who can look into that, and write.
fn client_of_pipe(tokens: &[u8]) -> (JobClient, TokenReader, TokenWriter) {
    let (reader, writer) = pipe(tokens);
    let [reading, writing] = [reader.as_fd(), writer.as_fd()].map(|fd| fd.try_clone_to_owned().unwrap());
    (JobClient::from((reader, writer)), reading.into(), writing.into())
}

/// What is left in a pipe, in order of the bytes.
fn left(reader: &TokenReader) -> Vec<u8> {
    let mut tokens = vec![];
    while let Ok(Some(token)) = reader.try_token_read() {
        tokens.push(token);
    }
    tokens.sort_unstable();
    tokens
}

/// A command that knows nothing of whoever runs these tests, and is ended after two minutes.
fn command(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["-k", "5", "120", program]).stdin(Stdio::null());
    for name in ["MAKEFLAGS", "MFLAGS", "CARGO_MAKEFLAGS", "MAKELEVEL", "GNUMAKEFLAGS"] {
        command.env_remove(name);
    }
    command
}

/// The same for a client of this server.
fn client_of(server: &Arc<JobServer<'static>>, program: &str) -> Command {
    let mut command = command(program);
    command.env("MAKEFLAGS", server.makeflags().to_string());
    let inherited = server.clone();
    // SAFETY: it makes two system calls, and nothing else.
    unsafe {
        command
            .pre_exec(move || inherited.keep_across_exec().map_err(|errno| io::Error::from_raw_os_error(errno.raw())));
    }
    command
}

/// Both streams of what it says, in one.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What a program says its version is, as "4.3" from "GNU Make 4.3". `None`, and a line that says so, if it is not here.
fn version(program: &str) -> Option<(u32, u32)> {
    let output = command(program).arg("--version").output().ok();
    let text = output.filter(|output| output.status.success()).map(|output| said(&output)).unwrap_or_default();
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .find(|word| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or_default()
        .split('.')
        .map_while(|number| number.parse().ok());
    let version = numbers.next().zip(numbers.next());
    if version.is_none() {
        println!("skipped: no {program} here");
    }
    version
}

fn write(path: &Path, text: &str) {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).unwrap();
    }
    fs::write(path, text).unwrap();
}
