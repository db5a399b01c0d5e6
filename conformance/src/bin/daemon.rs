//! A daemon for `tests/supervisors.rs`: says at once that it is ready, or does not, and then does nothing until it is killed.
//!
//! ```text
//! daemon ready 3           # on this descriptor, as under s6 and OpenRC
//! daemon ready READY_FD    # on the one that this environment variable names, as under dinit
//! daemon silent 3          # says nothing
//! daemon careless 3        # closes all descriptors above 2 first
//! ```
#![cfg_attr(not(target_os = "linux"), allow(unused))]

use std::{env, io::Write, process::ExitCode, thread};

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use sockpipe::fd::{FromRawFd, OwnedFd};

    let mut arguments = env::args().skip(1);
    let (Some(what), Some(place)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: daemon ready|silent|careless NUMBER|VARIABLE");
        return ExitCode::from(2);
    };
    let Ok(number) = env::var(&place).unwrap_or(place).parse() else {
        eprintln!("this is neither the number of a descriptor nor an environment variable that holds one");
        return ExitCode::from(2);
    };
    // SAFETY: the supervisor has opened it for this program, and nothing else here owns it.
    let notification = unsafe { OwnedFd::from_raw_fd(number) };
    match what.as_str() {
        "silent" => say("started", &"and says nothing"),
        "careless" => {
            // SAFETY: that something is closed under its owner is what is tried here.
            unsafe { libc::close_range(3, u32::MAX, 0) };
            say("started", &sockpipe::ready(notification));
        }
        _ => say("started", &sockpipe::ready(notification)),
    }
    loop {
        thread::park();
    }
}

/// A supervisor that has closed its end of our output is no reason to end.
fn say(what: &str, how: &dyn std::fmt::Debug) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{what} {how:?}").and_then(|()| out.flush());
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
