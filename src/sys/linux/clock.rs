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

/// Whether the call is ours. On 32-bit machines there are two of them, and rustix knows which the kernel has.
const OURS: bool = raw::KNOWN && usize::BITS == 64 && !cfg!(feature = "std");

/// CLOCK_MONOTONIC. See clock_gettime(2).
pub(crate) fn now() -> Instant {
    const CLOCK_MONOTONIC: usize = 1;
    let [seconds, nanos] = if OURS {
        let mut time = [0_i64; 2];
        let into = core::ptr::from_mut(&mut time).expose_provenance();
        // SAFETY: clock_gettime writes one timespec, on 64-bit Linux two 64-bit numbers, which `time` is.
        let result = unsafe { raw::syscall4(nr::CLOCK_GETTIME, CLOCK_MONOTONIC, into, 0, 0) };
        // Every kernel has this clock. A sandbox that forbids to read it must not make anybody wait for ever.
        if result != 0 {
            return Instant::MAX;
        }
        time
    } else {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        [time.tv_sec as i64, time.tv_nsec as i64]
    };
    Instant::from_nanos((seconds as u64).saturating_mul(1_000_000_000).saturating_add(nanos as u64))
}
