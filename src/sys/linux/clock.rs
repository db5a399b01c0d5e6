//! The monotonic clock.
//!
//! A bare system call: rustix's clock brings a parser for the vDSO, three kilobytes and code that can panic. It is read only once
//! something has to wait, so its cost stands beside a sleep. Under `std`, or where there is no assembly of ours, rustix's.
//!
//! # Safety
//! This file hands the kernel a pointer to a timespec to fill.
#![allow(unsafe_code)]

use super::{nr, raw};
use crate::Instant;

/// Whether the call is ours.
const OURS: bool = raw::KNOWN && !cfg!(feature = "std");
const CLOCK_MONOTONIC: usize = 1;

/// CLOCK_MONOTONIC. See clock_gettime(2).
pub(crate) fn now() -> Instant {
    let [seconds, nanos] = if OURS {
        // Every kernel has this clock. A sandbox that forbids to read it must not make anybody wait for ever.
        let Some(time) = read() else { return Instant::MAX };
        time
    } else {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        [time.tv_sec as i64, time.tv_nsec as i64]
    };
    // It fits for 584 years.
    Instant::from_nanos((seconds as u64).wrapping_mul(1_000_000_000).wrapping_add(nanos as u64))
}

/// Seconds and nanoseconds, by 64-bit numbers.
fn read() -> Option<[i64; 2]> {
    const NUMBER: usize = if usize::BITS == 64 { nr::CLOCK_GETTIME } else { nr::CLOCK_GETTIME64 };
    let mut time = [0_i64; 2];
    let into = core::ptr::from_mut(&mut time).expose_provenance();
    // SAFETY: the call writes one timespec of two 64-bit numbers, which `time` is.
    match unsafe { raw::syscall4(NUMBER, CLOCK_MONOTONIC, into, 0, 0) } {
        0 => Some(time),
        _ if usize::BITS == 64 => None,
        _ => read_32(),
    }
}

/// The same by 32-bit numbers, for 32-bit kernels before 5.1. The clock begins with the machine, and fits for 68 years.
fn read_32() -> Option<[i64; 2]> {
    let mut time = [0_i32; 2];
    let into = core::ptr::from_mut(&mut time).expose_provenance();
    // SAFETY: on 32-bit machines, where alone this is called, the call writes one timespec of two 32-bit numbers, which `time` is.
    let result = unsafe { raw::syscall4(nr::CLOCK_GETTIME, CLOCK_MONOTONIC, into, 0, 0) };
    (result == 0).then_some(time.map(i64::from))
}
