//! What the tests of whole processes share.
#![allow(dead_code)]

use std::{
    env,
    os::fd::OwnedFd,
    process::{Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustix::fs::{CWD, Mode, OFlags, fcntl_getfl, fcntl_setfl, mkfifoat, open};

/// Says which test this process was started for.
const CHILD: &str = "SOCKPIPE_CHILD";

/// Runs `body` in a process of its own, which it may change or ruin: this test, started again. It is killed after a minute.
///
/// The name is that of the calling test, as the test runner knows it.
pub fn in_a_process_of_its_own(name: &str, body: impl FnOnce()) {
    if is_the_child(name) {
        return body();
    }
    let output = again(name).output().expect("the test can be started again");
    print!("{}", String::from_utf8_lossy(&output.stdout));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "there is no test {name}");
}

/// The command that starts the test of this name in a process of its own.
pub fn again(name: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("this program has a name"));
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(CHILD, name).stdin(Stdio::null());
    command
}

/// Whether this process was started for that test. If so, it is killed after a minute.
pub fn is_the_child(name: &str) -> bool {
    let is = env::var_os(CHILD).is_some_and(|child| child == name);
    if is {
        // SAFETY: an alarm without a handler ends the process, and does nothing else.
        unsafe { libc::alarm(60) };
    }
    is
}

/// A FIFO, both its ends in blocking mode: the read end and the write end. Its name is gone.
pub fn fifo() -> (OwnedFd, OwnedFd) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("fifo");
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).unwrap();
    // Opening one end in blocking mode waits for the other.
    let reader = open(&path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).unwrap();
    let writer = open(&path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty()).unwrap();
    fcntl_setfl(&reader, fcntl_getfl(&reader).unwrap() - OFlags::NONBLOCK).unwrap();
    (reader, writer)
}

/// One test at a time: while one starts a process, that has for a moment a copy of every descriptor, and others would see an end
/// that is not closed.
pub fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
