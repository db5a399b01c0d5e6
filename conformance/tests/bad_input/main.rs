//! Bad input, and input at the limits: each gets a typed error or the documented answer, and nothing is lost.
#![cfg(target_os = "linux")]

mod accept;
mod connect;
mod names;
mod options;
mod streams;
mod time;
mod tokens;
mod wait_set;

use std::{
    path::PathBuf,
    thread::{self, JoinHandle},
    time::Duration,
};

use conformance::worlds::{
    kernel::{Kind, Tcp, Unix},
    threads::Threads,
};
use rustix::{
    fd::AsFd,
    fs::{OFlags, fcntl_getfl},
    time::{ClockId, clock_gettime},
};
use sockpipe::{Deadline, Events, Never, Sink, Sock, TokenPipe, TokenReader, Wait};

/// More than anything here needs, on any machine.
const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
/// A deadline that is expected to pass, and how long it is.
const SHORTLY: Deadline = Deadline::Within(SHORT);
const SHORT: Duration = Duration::from_millis(30);

/// Tries it with a Unix and a TCP connection, both ends in blocking mode, and with SIGPIPE deadly.
fn both(test: impl Fn(Sock, Sock)) {
    drop(Threads::default());
    for (a, b) in [Unix::pair(), Tcp::pair()].map(|pair| pair.expect("this kernel has both")) {
        test(a, b);
    }
}

/// Sends it, and returns once it has arrived.
fn say(from: &Sock, to: &Sock, bytes: &[u8]) {
    from.send_complete(bytes, SOON, &Never).unwrap();
    to.wait_for(Events::RECV, SOON, &Never).unwrap();
}

/// Closes it, and returns once the other end has noticed.
fn hang_up(from: Sock, to: &Sock) {
    drop(from);
    to.wait_for(Events::HANGUP, SOON, &Never).unwrap();
}

/// An interrupt that is set after a while, and stays set. Join the thread.
fn interrupt_shortly() -> (TokenReader, JoinHandle<()>) {
    let (bell, rope) = TokenPipe::pair().unwrap();
    let ringer = thread::spawn(move || {
        thread::sleep(SHORT);
        rope.try_token_write(0).unwrap();
    });
    (bell, ringer)
}

/// What the job gives, and how much CPU time it took.
fn on_the_cpu<T>(job: impl FnOnce() -> T) -> (T, Duration) {
    let cpu = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    };
    let before = cpu();
    let done = job();
    (done, cpu() - before)
}

fn is_blocking(fd: impl AsFd) -> bool {
    !fcntl_getfl(fd).unwrap().contains(OFlags::NONBLOCK)
}

/// A directory of its own for one test, which is removed with what is in it.
struct Directory(PathBuf);

impl Directory {
    fn new(of: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sockpipe-{of}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The path of a file in it.
    fn file(&self, name: &str) -> Vec<u8> {
        self.0.join(name).into_os_string().into_encoded_bytes()
    }

    /// The path of a file in it that is so many bytes long.
    fn file_of_length(&self, length: usize) -> Vec<u8> {
        let name = "x".repeat(length - self.file("").len());
        self.file(&name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
