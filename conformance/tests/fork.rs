//! T-19 and T-20 with real processes: what a child inherits, what it says, and that its end is seen.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    os::fd::{AsRawFd, OwnedFd},
    process::{Child, Command, Stdio},
    time::Duration,
};

use common::{again, in_a_process_of_its_own, is_the_child, one_at_a_time};
use rustix::{
    fd::AsFd,
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::fcntl_dupfd_cloexec,
};
use sockpipe::{
    Address, Deadline, Events, Family, Never, Sock, TokenError, TokenPipe, TokenReader, TokenWriter, Wait,
    make_socket_pair,
};

/// More than any machine needs.
const SOON: Deadline = Deadline::Within(Duration::from_secs(60));

/// A child that does `what` in a shell, with this as its standard output and nothing else of ours.
fn shell(what: &str, output: impl Into<Stdio>) -> Child {
    Command::new("/bin/sh").args(["-c", what]).stdin(Stdio::null()).stdout(output).spawn().unwrap()
}

fn shell_with_writer(what: &str) -> (TokenReader, Child) {
    let (reader, writer) = TokenPipe::pair().unwrap();
    // Our copy of the write end goes with the command.
    (reader, shell(what, OwnedFd::from(writer)))
}

#[test]
fn a_token_from_the_child_and_its_end() {
    let _turn = one_at_a_time();
    let (reader, mut child) = shell_with_writer("printf ok");
    assert_eq!(reader.token_read(SOON, &Never), Ok(Some(b'o')));
    assert_eq!(reader.token_read(SOON, &Never), Ok(Some(b'k')));
    assert_eq!(reader.token_read(SOON, &Never), Ok(None));
    assert!(child.wait().unwrap().success());
}

#[test]
fn last_words_outlive_the_child() {
    let _turn = one_at_a_time();
    let (reader, mut child) = shell_with_writer("printf x");
    assert!(child.wait().unwrap().success());
    let occurred = reader.wait_for(Events::RECV, SOON, &Never).unwrap();
    assert!(occurred.contains(Events::RECV | Events::HANGUP), "{occurred:?}");
    assert_eq!(reader.try_token_read(), Ok(Some(b'x')));
    assert_eq!(reader.try_token_read(), Ok(None));
}

#[test]
fn a_killed_child_is_the_end() {
    let _turn = one_at_a_time();
    let (reader, mut child) = shell_with_writer("printf r; exec sleep 60");
    assert_eq!(reader.token_read(SOON, &Never), Ok(Some(b'r')));
    assert_eq!(reader.token_read(Deadline::Within(Duration::from_millis(20)), &Never), Err(TokenError::TimedOut));
    child.kill().unwrap();
    assert_eq!(reader.token_read(SOON, &Never), Ok(None));
    child.wait().unwrap();
}

#[test]
fn a_dead_reader_breaks_the_pipe() {
    let _turn = one_at_a_time();
    let (reader, writer) = TokenPipe::pair().unwrap();
    // A shell expects it in blocking mode, in which it is on Linux already.
    fcntl_setfl(&reader, fcntl_getfl(&reader).unwrap() - OFlags::NONBLOCK).unwrap();
    let mut child = Command::new("/bin/sh").args(["-c", "read line"]).stdin(OwnedFd::from(reader)).spawn().unwrap();
    assert_eq!(writer.token_write(b'\n', SOON, &Never), Ok(()));
    assert!(child.wait().unwrap().success());
    assert_eq!(writer.token_write(b'\n', SOON, &Never), Err(TokenError::BrokenPipe));
}

/// A grandchild that keeps the write end open delays the end: what the child does not close, counts.
#[test]
fn a_grandchild_delays_the_end() {
    let _turn = one_at_a_time();
    let (reader, writer) = TokenPipe::pair().unwrap();
    let mut child = Command::new("/bin/sh")
        .args(["-c", "exec 3<&0; { read line <&3; } & printf c"])
        .stdin(Stdio::piped())
        .stdout(OwnedFd::from(writer))
        .spawn()
        .unwrap();
    let stays = child.stdin.take();
    assert!(child.wait().unwrap().success());
    assert_eq!(reader.token_read(SOON, &Never), Ok(Some(b'c')));
    assert_eq!(reader.try_token_read(), Err(TokenError::WouldBlock));
    drop(stays);
    assert_eq!(reader.token_read(SOON, &Never), Ok(None));
}

/// A fork without exec: both processes hold both ends, and each drops the one that it does not use.
#[test]
fn forked() {
    let _turn = one_at_a_time();
    in_a_process_of_its_own("forked", || {
        let (reader, writer) = TokenPipe::pair().unwrap();
        // SAFETY: the child makes async-signal-safe calls only, and ends without running anything else of this process.
        match unsafe { libc::fork() } {
            0 => {
                drop(reader);
                let written = writer.token_write(42, Deadline::Never, &Never);
                // SAFETY: always possible.
                unsafe { libc::_exit(i32::from(written.is_err())) };
            }
            child => {
                drop(writer);
                assert_eq!(reader.token_read(SOON, &Never), Ok(Some(42)));
                assert_eq!(reader.token_read(SOON, &Never), Ok(None));
                let mut status = -1;
                // SAFETY: `status` can be written to.
                assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
                assert_eq!(status, 0);
            }
        }
    });
}

/// What `/proc/self/fd` says of these descriptors: names that are the same in every process that has them.
fn names(descriptors: &[&dyn AsFd]) -> Vec<String> {
    let name = |fd: &&dyn AsFd| fs::read_link(format!("/proc/self/fd/{}", fd.as_fd().as_raw_fd())).unwrap();
    descriptors.iter().map(|fd| name(fd).to_string_lossy().into_owned()).collect()
}

#[test]
fn an_exec_inherits_nothing() {
    let _turn = one_at_a_time();
    const NAME: &str = "an_exec_inherits_nothing";
    if is_the_child(NAME) {
        for entry in fs::read_dir("/proc/self/fd").unwrap() {
            if let Ok(name) = fs::read_link(entry.unwrap().path()) {
                println!("has {}", name.display());
            }
        }
        return;
    }
    let (reader, writer) = TokenPipe::pair().unwrap();
    let (a, b) = make_socket_pair().unwrap();
    let listener = Sock::stream(Family::Inet).unwrap();
    listener.bind(&Address::from((core::net::Ipv4Addr::LOCALHOST, 0))).unwrap();
    listener.listen(1).unwrap();
    let client = Sock::stream(Family::Inet).unwrap();
    client.connect(&listener.get_sock_name().unwrap(), SOON, &Never).unwrap();
    let (server, _) = listener.accept(SOON, &Never).unwrap();
    // Ends with twins.
    let (read, write) = common::fifo();
    let (fifo_reader, fifo_writer) = (TokenReader::from(read), TokenWriter::from(write));
    fifo_writer.try_token_write(1).unwrap();
    fifo_reader.try_token_read().unwrap();

    let ours = names(&[&reader, &writer, &a, &b, &listener, &client, &server, &fifo_reader, &fifo_writer]);
    let has = |child: &str| ours.iter().filter(|name| child.contains(&format!("has {name}\n"))).count();

    let output = again(NAME).output().unwrap();
    assert!(output.status.success());
    let child = String::from_utf8_lossy(&output.stdout);
    assert!(child.contains("has "), "{child}");
    assert_eq!(has(&child), 0, "{child}");

    // It would be seen: one that is handed over on purpose.
    let output = again(NAME).stdin(fcntl_dupfd_cloexec(&reader, 0).unwrap()).output().unwrap();
    assert_eq!(has(&String::from_utf8_lossy(&output.stdout)), 2, "both ends of a pipe have one name");
}
