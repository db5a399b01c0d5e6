//! The monotonic clock.
//!
//! A bare system call: rustix's clock brings a parser for the vDSO, three kilobytes and code that can panic. It is read only once
//! something has to wait, so its 150 ns stand beside a sleep. Under `std`, or where there is no assembly of ours, rustix's.
//!
//! # Safety
//! This file hands the kernel a pointer to a timespec to fill.
#![allow(unsafe_code)]

use crate::Instant;

/// CLOCK_MONOTONIC. See clock_gettime(2).
#[cfg(all(not(feature = "std"), any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
pub(crate) fn now() -> Instant {
    const CLOCK_MONOTONIC: usize = 1;
    let mut time = [0_i64; 2];
    // SAFETY: clock_gettime writes one timespec, on 64-bit Linux two 64-bit numbers, which `time` is.
    let result = unsafe {
        super::raw::syscall4(
            super::raw::nr::CLOCK_GETTIME,
            CLOCK_MONOTONIC,
            core::ptr::from_mut(&mut time).addr(),
            0,
            0,
        )
    };
    // This clock has existed since Linux 2.6; the call has no way to fail.
    debug_assert_eq!(result, 0);
    Instant::from_nanos((time[0] as u64).saturating_mul(1_000_000_000).saturating_add(time[1] as u64))
}

/// CLOCK_MONOTONIC. See clock_gettime(2).
#[cfg(not(all(not(feature = "std"), any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))))]
pub(crate) fn now() -> Instant {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Instant::from_nanos((time.tv_sec as u64).saturating_mul(1_000_000_000).saturating_add(time.tv_nsec as u64))
}
