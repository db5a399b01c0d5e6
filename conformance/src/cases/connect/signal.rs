//! The body of the case about signals.
//!
//! # Safety
//! This file sets the action of a signal, in a process of its own.
#![allow(unsafe_code)]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use sockpipe::{ConnectError, Deadline, Disconnected, Family, Peek, Sock, Wait, When};

use super::{super::common::ms, listener::full};
use crate::{Verdict, claim, must};

static SIGNALS: AtomicU32 = AtomicU32::new(0);

extern "C" fn count(_: i32) {
    SIGNALS.fetch_add(1, Relaxed);
}

/// Sends this process a signal every 5 ms, whose handler does not restart what it interrupts.
fn begin_a_storm() {
    // SAFETY: a plain C struct, for which zeros are a value: no flags, so no SA_RESTART.
    let mut action: libc::sigaction = unsafe { core::mem::zeroed() };
    action.sa_sigaction = count as extern "C" fn(i32) as libc::sighandler_t;
    // SAFETY: the handler only counts.
    unsafe { libc::sigaction(libc::SIGALRM, &action, core::ptr::null_mut()) };
    let time = libc::timeval { tv_sec: 0, tv_usec: 5000 };
    // SAFETY: the old value is not asked for.
    unsafe {
        libc::setitimer(
            libc::ITIMER_REAL,
            &libc::itimerval { it_interval: time, it_value: time },
            core::ptr::null_mut(),
        )
    };
}

/// N-04: Core gives up, although the connection is being made all the same.
///
/// A connect(2) that does not block is not interrupted. But somebody else may put the descriptor into blocking mode: here the
/// interrupt does when it is asked, so that the second connect(2) hangs until a signal ends it.
pub(super) fn signals() -> Verdict {
    let there = full(Family::Inet)?;
    let sock = must!(Sock::stream(Family::Inet));
    begin_a_storm();
    let to_blocking = When(|| fcntl_getfl(&sock).and_then(|mode| fcntl_setfl(&sock, mode - OFlags::NONBLOCK)).is_err());
    let begin = sock.now();
    let result = sock.connect(&there.address, Deadline::Within(ms(100)), &to_blocking);
    claim!(result, Err(ConnectError::TimedOut));
    claim!(sock.now().saturating_duration_since(begin) >= ms(100));
    claim!(SIGNALS.load(Relaxed) > 1);
    claim!(sock.is_connected(), Err(Disconnected::Connecting));
    Ok(())
}
