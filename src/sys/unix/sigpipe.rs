//! Writing where nobody may be reading, without dying of SIGPIPE: as Linux before 6.18, by the thread's mask.
//!
//! The signal goes to the thread that wrote (on FreeBSD, as on Linux), and nothing process-wide is changed: it is masked for this thread, a new
//! one that the write left pending is taken off, and the mask is put back. A SIGPIPE that was pending before stays pending. All of it is
//! async-signal-safe.
//!
//! # Safety
//! This file calls the C library with signal sets of its own, which sigemptyset(3) or the kernel has filled before they are read.
#![allow(unsafe_code)]

use core::{mem::MaybeUninit, ptr};

use libc::{SIG_BLOCK, SIG_SETMASK, SIGPIPE, c_int, sigset_t, timespec};
use rustix::fd::BorrowedFd;

use crate::Errno;

/// Runs `write`; if it fails with EPIPE, the SIGPIPE that comes with it is taken away.
///
/// Where a sandbox forbids to mask the signal, `write` is not run, and the error is the sandbox's.
pub(super) fn without_sigpipe<T>(_fd: BorrowedFd<'_>, write: impl FnOnce() -> Result<T, Errno>) -> Result<T, Errno> {
    let only_sigpipe = only_sigpipe();
    let was_pending = is_pending()?;
    let old = mask(SIG_BLOCK, &only_sigpipe)?;
    let result = write();
    if !was_pending && matches!(result, Err(Errno::PIPE)) && !take_off(&only_sigpipe) {
        // A sandbox again. The signal would kill as soon as it is let through, so for this thread it stays masked.
        return result;
    }
    if !contains_sigpipe(&old) {
        // What was permitted a moment ago still is, and the write's result is the one that counts.
        let _ = mask(SIG_SETMASK, &old);
    }
    result
}

fn only_sigpipe() -> sigset_t {
    let mut signals = MaybeUninit::uninit();
    // SAFETY: it fills the set.
    unsafe { libc::sigemptyset(signals.as_mut_ptr()) };
    // SAFETY: it was filled, and SIGPIPE is a signal.
    unsafe { libc::sigaddset(signals.as_mut_ptr(), SIGPIPE) };
    // SAFETY: it was filled.
    unsafe { signals.assume_init() }
}

fn contains_sigpipe(signals: &sigset_t) -> bool {
    // SAFETY: it reads the set.
    unsafe { libc::sigismember(signals, SIGPIPE) == 1 }
}

/// Changes this thread's signal mask, and returns what it was. pthread_sigmask(3).
fn mask(how: c_int, signals: &sigset_t) -> Result<sigset_t, Errno> {
    let mut old = MaybeUninit::uninit();
    // SAFETY: it reads one set, and fills the other unless it says that it has failed.
    match unsafe { libc::pthread_sigmask(how, signals, old.as_mut_ptr()) } {
        // SAFETY: it has filled it.
        0 => Ok(unsafe { old.assume_init() }),
        errno => Err(Errno::from_raw(errno)),
    }
}

/// Whether a SIGPIPE is masked and has come. sigpending(2).
fn is_pending() -> Result<bool, Errno> {
    let mut signals = MaybeUninit::uninit();
    // SAFETY: it fills the set unless it says that it has failed.
    match unsafe { libc::sigpending(signals.as_mut_ptr()) } {
        // SAFETY: it has filled it.
        0 => Ok(contains_sigpipe(unsafe { signals.assume_init_ref() })),
        // Only a sandbox makes it fail.
        _ => Err(Errno::PERM),
    }
}

/// How often another signal may come while SIGPIPE is being taken off.
const DISTURBED: u32 = 100;

/// Takes a pending SIGPIPE off without waiting for one. sigtimedwait(2). False if it does not go away.
fn take_off(only_sigpipe: &sigset_t) -> bool {
    let no_time = timespec { tv_sec: 0, tv_nsec: 0 };
    for _ in 0..DISTURBED {
        if is_pending() == Ok(false) {
            return true;
        }
        // SAFETY: it reads the set and the time, and reports nothing.
        unsafe { libc::sigtimedwait(only_sigpipe, ptr::null_mut(), &no_time) };
    }
    false
}
