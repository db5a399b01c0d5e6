//! A process of its own for one case, which it may spoil, and how what it found comes back.

use core::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use sockpipe::{Deadline, Never, RecvExactError, Sink, Sock, Source, make_socket_pair};

use crate::{Outcome, Skip, Verdict, failed};

/// More than any case needs. Whoever takes longer is killed.
const LONG: Deadline = Deadline::Within(Duration::from_secs(60));

const PASSED: &[u8] = b"p";
const SKIPPED: &[u8] = b"s";
const FAILED: &[u8] = b"f";

/// Runs `body` in the process that `fork` makes, which returns its number here, 0 there, and something negative if there is none.
/// There, `exit` ends it.
pub fn run(body: fn() -> Verdict, fork: impl FnOnce() -> i32, exit: fn() -> !) -> Verdict {
    let (here, there) = make_socket_pair().map_err(|_| Skip("no descriptors for another process"))?;
    let pid = fork();
    if pid == 0 {
        drop(here);
        tell(body(), &there);
        exit();
    }
    let pid = Pid::from_raw(pid.max(0)).ok_or(Skip("this kernel gives no other process"))?;
    drop(there);
    let verdict = hear(&here);
    // It has ended, or has not ended in time. In both cases nothing more is to be known.
    let _ = kill_process(pid, Signal::KILL);
    let _ = waitpid(Some(pid), WaitOptions::empty());
    verdict
}

fn tell(verdict: Verdict, to: &Sock) {
    let (kind, outcome) = match verdict {
        Ok(()) => (PASSED, None),
        Err(Outcome::Skipped(_)) => (SKIPPED, None),
        Err(Outcome::Failed { file, line, what }) => {
            (FAILED, Some(failed(file, line, format_args!("{file}:{line}: {what}"))))
        }
    };
    // If nothing can be said, that is heard, too.
    let _ = to.send_complete(kind, LONG, &Never);
    if let Some(Outcome::Failed { what, .. }) = outcome {
        let _ = to.send_complete(what.as_bytes(), LONG, &Never);
    }
}

fn hear(from: &Sock) -> Verdict {
    let mut said = [0; 256];
    let n = match from.recv_exact(&mut said, LONG, &Never) {
        Err(RecvExactError::Closed { received }) => received,
        _ => 0,
    };
    match said[..n].split_at_checked(1) {
        Some((PASSED, _)) => Ok(()),
        Some((SKIPPED, _)) => Err(Skip("it cannot be tried here, not even in a process of its own").into()),
        Some((_, what)) => Err(failed(file!(), line!(), format_args!("{}", what.escape_ascii()))),
        None => Err(failed(file!(), line!(), format_args!("its process ended without a word"))),
    }
}
