//! Writing where nobody may be reading, without dying of SIGPIPE, on kernels before 6.18, which have no RWF_NOSIGNAL.
//!
//! The signal goes to the thread that wrote, and nothing process-wide is changed: it is masked for this thread, a new one that
//! the write left pending is taken off, and the mask is put back. A SIGPIPE that was pending before stays pending. All of it is
//! async-signal-safe.
//!
//! # Safety
//! This file hands the kernel pointers to signal sets of its own (8 bytes, all signals of these architectures).
#![allow(unsafe_code)]

use super::raw::syscall4;
use crate::Errno;

/// The numbers of the calls, from the kernel's tables. The 32-bit rt_sigtimedwait has 32-bit times; the only one it gets is zero.
const NUMBERS: [usize; 3] = if cfg!(target_arch = "x86_64") {
    [14, 127, 128]
} else if cfg!(any(target_arch = "aarch64", target_arch = "riscv64")) {
    [135, 136, 137]
} else {
    [175, 176, 177]
};
const RT_SIGPROCMASK: usize = NUMBERS[0];
const RT_SIGPENDING: usize = NUMBERS[1];
const RT_SIGTIMEDWAIT: usize = NUMBERS[2];

const SIGPIPE: u64 = 1 << (13 - 1);
const SET_BYTES: usize = size_of::<u64>();
const SIG_BLOCK: usize = 0;
const SIG_SETMASK: usize = 2;

/// Runs `write`; if it fails with EPIPE, the SIGPIPE that comes with it is taken away.
///
/// Where a sandbox forbids to mask the signal, `write` is not run, and the error is the sandbox's.
pub(super) fn without_sigpipe<T>(write: impl FnOnce() -> Result<T, Errno>) -> Result<T, Errno> {
    let was_pending = pending()? & SIGPIPE != 0;
    let old = mask(SIG_BLOCK, SIGPIPE)?;
    let result = write();
    if !was_pending && matches!(result, Err(Errno::PIPE)) && take_off().is_err_and(|errno| errno != Errno::AGAIN) {
        // A sandbox again. The signal would kill as soon as it is let through, so for this thread it stays masked.
        return result;
    }
    if old & SIGPIPE == 0 {
        // What was permitted a moment ago still is, and the write's result is the one that counts.
        let _ = mask(SIG_SETMASK, old);
    }
    result
}

/// Changes this thread's signal mask, and returns what it was. rt_sigprocmask(2).
fn mask(how: usize, set: u64) -> Result<u64, Errno> {
    let (set, mut old) = (from_word(set), from_word(0));
    // SAFETY: the kernel reads one signal set and writes the other, each of the size that it is told.
    let result = unsafe {
        syscall4(RT_SIGPROCMASK, how, core::ptr::from_ref(&set).addr(), core::ptr::from_mut(&mut old).addr(), SET_BYTES)
    };
    checked(result).map(|()| to_word(old))
}

/// The signals that are masked and have come. rt_sigpending(2).
fn pending() -> Result<u64, Errno> {
    let mut set = from_word(0);
    // SAFETY: the kernel writes one signal set of the size that it is told.
    let result = unsafe { syscall4(RT_SIGPENDING, core::ptr::from_mut(&mut set).addr(), SET_BYTES, 0, 0) };
    checked(result).map(|()| to_word(set))
}

/// Takes a pending SIGPIPE off without waiting for one; EAGAIN if there is none. rt_sigtimedwait(2).
fn take_off() -> Result<(), Errno> {
    let (set, no_time) = (from_word(SIGPIPE), [0_u64; 2]);
    loop {
        // SAFETY: the kernel reads a signal set of the size that it is told and a timespec, of which 16 bytes of zeros are one
        // in every layout; the null pointer tells it to report nothing.
        let result = unsafe {
            syscall4(
                RT_SIGTIMEDWAIT,
                core::ptr::from_ref(&set).addr(),
                0,
                core::ptr::from_ref(&no_time).addr(),
                SET_BYTES,
            )
        };
        match checked(result) {
            Err(Errno::INTR) => {}
            taken => return taken,
        }
    }
}

fn checked(result: isize) -> Result<(), Errno> {
    if result < 0 { Err(Errno::from_raw(-result as i32)) } else { Ok(()) }
}

/// The kernel's set is an array of longs, lowest signals first.
fn from_word(set: u64) -> [usize; SET_BYTES / size_of::<usize>()] {
    core::array::from_fn(|n| (set >> (n as u32 * usize::BITS)) as usize)
}

fn to_word(set: [usize; SET_BYTES / size_of::<usize>()]) -> u64 {
    set.iter().rev().fold(0, |word, part| word.checked_shl(usize::BITS).unwrap_or(0) | *part as u64)
}
