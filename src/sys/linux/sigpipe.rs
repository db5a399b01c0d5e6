//! Writing where nobody may be reading, without dying of SIGPIPE, on kernels before 6.18, which have no RWF_NOSIGNAL.
//!
//! The signal goes to the thread that wrote, and nothing process-wide is changed: it is masked for this thread, a new one that
//! the write left pending is taken off, and the mask is put back. A SIGPIPE that was pending before stays pending. All of it is
//! async-signal-safe.
//!
//! # Safety
//! This file hands the kernel pointers to signal sets of its own (8 bytes, all signals of these architectures).
#![allow(unsafe_code)]

use core::ptr;

use super::{nr, raw::syscall4};
use crate::Errno;

/// The kernel's set of signals: 64 bits, as longs, lowest signals first.
type Signals = [usize; 64 / usize::BITS as usize];

const SIGPIPE: usize = 1 << (13 - 1);
const ONLY_SIGPIPE: Signals = {
    let mut signals = NONE;
    signals[0] = SIGPIPE;
    signals
};
const NONE: Signals = [0; 64 / usize::BITS as usize];
const SIG_BLOCK: usize = 0;
const SIG_SETMASK: usize = 2;

/// Runs `write`; if it fails with EPIPE, the SIGPIPE that comes with it is taken away.
///
/// Where a sandbox forbids to mask the signal, `write` is not run, and the error is the sandbox's.
pub(super) fn without_sigpipe<T>(write: impl FnOnce() -> Result<T, Errno>) -> Result<T, Errno> {
    let was_pending = pending()?[0] & SIGPIPE != 0;
    let old = mask(SIG_BLOCK, &ONLY_SIGPIPE)?;
    let result = write();
    if !was_pending && matches!(result, Err(Errno::PIPE)) && take_off().is_err_and(|errno| errno != Errno::AGAIN) {
        // A sandbox again. The signal would kill as soon as it is let through, so for this thread it stays masked.
        return result;
    }
    if old[0] & SIGPIPE == 0 {
        // What was permitted a moment ago still is, and the write's result is the one that counts.
        let _ = mask(SIG_SETMASK, &old);
    }
    result
}

/// Changes this thread's signal mask, and returns what it was. rt_sigprocmask(2).
fn mask(how: usize, signals: &Signals) -> Result<Signals, Errno> {
    let mut old = NONE;
    let (from, into) = (ptr::from_ref(signals).expose_provenance(), ptr::from_mut(&mut old).expose_provenance());
    // SAFETY: the kernel reads one signal set and writes the other, each of the size that it is told.
    let result = unsafe { syscall4(nr::RT_SIGPROCMASK, how, from, into, size_of::<Signals>()) };
    checked(result).map(|()| old)
}

/// The signals that are masked and have come. rt_sigpending(2).
fn pending() -> Result<Signals, Errno> {
    let mut signals = NONE;
    let into = ptr::from_mut(&mut signals).expose_provenance();
    // SAFETY: the kernel writes one signal set of the size that it is told.
    let result = unsafe { syscall4(nr::RT_SIGPENDING, into, size_of::<Signals>(), 0, 0) };
    checked(result).map(|()| signals)
}

/// Takes a pending SIGPIPE off without waiting for one; EAGAIN if there is none. rt_sigtimedwait(2).
fn take_off() -> Result<(), Errno> {
    let no_time = [0_u64; 2];
    let (signals, time) =
        (ptr::from_ref(&ONLY_SIGPIPE).expose_provenance(), ptr::from_ref(&no_time).expose_provenance());
    loop {
        // SAFETY: the kernel reads a signal set of the size that it is told and a timespec, of which 16 bytes of zeros are one
        // in every layout; the null pointer tells it to report nothing.
        let result = unsafe { syscall4(nr::RT_SIGTIMEDWAIT, signals, 0, time, size_of::<Signals>()) };
        match checked(result) {
            Err(Errno::INTR) => {}
            taken => return taken,
        }
    }
}

fn checked(result: isize) -> Result<(), Errno> {
    if result < 0 { Err(Errno::from_raw(-result as i32)) } else { Ok(()) }
}
