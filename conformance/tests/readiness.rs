//! What a child says to its parent, with real processes: G-10 to G-15.
#![cfg(target_os = "linux")]

mod common;

use std::{process::Command, time::Duration};

use common::{in_a_process_of_its_own, one_at_a_time};
use sockpipe::{
    Deadline, Errno, Events, Never, Readiness, ReadinessError, ReadinessNotifier, TokenError, TokenPipe, TokenWriter,
    Wait,
};

/// More than any machine needs.
const SOON: Deadline = Deadline::Within(Duration::from_secs(30));
const A_MOMENT: Deadline = Deadline::Within(Duration::from_millis(50));

fn exit(status: i32) -> ! {
    // SAFETY: always possible.
    unsafe { libc::_exit(status) }
}

/// Forks. The child does `work`, and then ends.
fn fork(work: impl FnOnce()) -> i32 {
    // SAFETY: the children of this file make async-signal-safe calls only, and run nothing else of this process; there is no
    // other thread that could hold a lock but the test runner's, which waits.
    match unsafe { libc::fork() } {
        0 => {
            work();
            exit(0)
        }
        child => child,
    }
}

/// The child's status, as waitpid(2) gives it.
fn status_of(child: i32) -> i32 {
    let mut status = -1;
    // SAFETY: `status` can be written to.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    status
}

/// What the parent of a daemon hears that does this, and the daemon's status.
fn daemon(work: impl FnOnce(ReadinessNotifier)) -> (Result<(), ReadinessError>, i32) {
    let (parent, notifier) = Readiness::pair().unwrap();
    let mut both = Some((parent, notifier));
    let child = fork(|| {
        if let Some((parent, notifier)) = both.take() {
            drop(parent);
            work(notifier);
        }
    });
    let (parent, notifier) = both.take().unwrap();
    drop(notifier);
    let heard = parent.wait(SOON, &Never);
    (heard, status_of(child))
}

#[test]
fn a_daemon_starts_or_does_not() {
    let _turn = one_at_a_time();
    in_a_process_of_its_own("a_daemon_starts_or_does_not", || {
        assert_eq!(daemon(|notifier| exit(i32::from(notifier.ready().is_err()))), (Ok(()), 0));

        let failed = Err(ReadinessError::ChildFailed(Errno::ADDRINUSE));
        assert_eq!(daemon(|notifier| exit(i32::from(notifier.failed(Errno::ADDRINUSE).is_err()))), (failed, 0));

        // However it dies: by ending early, also with success, or of a signal.
        let died = Err(ReadinessError::ChildDied);
        assert_eq!(daemon(|_| exit(0)), (died, 0));
        assert_eq!(daemon(|_| exit(1)), (died, 1 << 8));
        // SAFETY: always possible.
        let (heard, status) = daemon(|_| unsafe { libc::abort() });
        assert_eq!((heard, status & 0x7F), (died, libc::SIGABRT));
        let (heard, status) = daemon(|_| {
            // SAFETY: the default action of this signal ends the process.
            unsafe { libc::raise(libc::SIGKILL) };
        });
        assert_eq!((heard, status & 0x7F), (died, libc::SIGKILL));

        // What it does after it was ready is another matter.
        let (heard, status) = daemon(|notifier| {
            let _ = notifier.ready();
            exit(3);
        });
        assert_eq!((heard, status), (Ok(()), 3 << 8));
    });
}

/// G-14: the daemon hears that nobody waits any more, and lives.
#[test]
fn the_parent_is_killed() {
    let _turn = one_at_a_time();
    in_a_process_of_its_own("the_parent_is_killed", || {
        // SAFETY: no handler is installed, only the default action.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        let (verdict, says) = TokenPipe::pair().unwrap();
        let parent = fork(|| {
            let Ok((readiness, notifier)) = Readiness::pair() else { exit(2) };
            let mut ours = Some(readiness);
            fork(|| {
                drop(ours.take());
                // The descriptors of who is killed are closed a little later than it dies.
                let writer = TokenWriter::from(notifier);
                let _ = writer.wait_for(Events::NONE, SOON, &Never);
                let broken = ReadinessNotifier::from(writer).ready() == Err(TokenError::BrokenPipe);
                let _ = says.try_token_write(u8::from(broken));
            });
            // SAFETY: the default action of this signal ends the process.
            unsafe { libc::raise(libc::SIGKILL) };
        });
        assert_eq!(status_of(parent) & 0x7F, libc::SIGKILL);
        assert_eq!(verdict.token_read(SOON, &Never), Ok(Some(1)));
    });
}

/// G-15: a helper that the child has forked keeps its end open, and one that it has started by exec does not.
#[test]
fn a_helper_outlives_the_child() {
    let _turn = one_at_a_time();
    in_a_process_of_its_own("a_helper_outlives_the_child", || {
        let (parent, notifier) = Readiness::pair().unwrap();
        let (until, let_go) = TokenPipe::pair().unwrap();
        let child = fork(|| {
            fork(|| {
                let _ = until.token_read(SOON, &Never);
            });
        });
        drop(notifier);
        assert_eq!(status_of(child), 0);
        assert_eq!(parent.wait(A_MOMENT, &Never), Err(ReadinessError::TimedOut));
        let_go.try_token_write(0).unwrap();
        assert_eq!(parent.wait(SOON, &Never), Err(ReadinessError::ChildDied));

        let (parent, notifier) = Readiness::pair().unwrap();
        let mut helper = Command::new("/bin/sh").args(["-c", "exec sleep 60"]).spawn().unwrap();
        drop(notifier);
        assert_eq!(parent.wait(SOON, &Never), Err(ReadinessError::ChildDied));
        helper.kill().unwrap();
        helper.wait().unwrap();
    });
}
