//! The C library's errno: what a call has left there, and leaving it alone, as what a signal handler may call should.
//!
//! # Safety
//! This file reads and writes this thread's errno where the C library says that it is.
#![allow(unsafe_code)]

use core::ffi::c_int;

#[cfg(any(target_os = "netbsd", target_os = "openbsd", target_os = "android"))]
use libc::__errno as location;
#[cfg(target_os = "linux")]
use libc::__errno_location as location;
#[cfg(any(target_vendor = "apple", target_os = "freebsd", target_os = "dragonfly"))]
use libc::__error as location;

fn place() -> *mut c_int {
    // SAFETY: it is always possible.
    unsafe { location() }
}

/// What the last call that failed has left.
#[cfg(any(target_vendor = "apple", target_os = "netbsd"))]
pub(super) fn last() -> crate::Errno {
    // SAFETY: it is this thread's, and nobody else's.
    crate::Errno::from_raw(unsafe { *place() })
}

/// Runs `body`, and leaves errno as it was before.
pub(super) fn kept<T>(body: impl FnOnce() -> T) -> T {
    let place = place();
    // SAFETY: it is this thread's, and nobody else's.
    let before = unsafe { *place };
    let result = body();
    // SAFETY: as above.
    unsafe { *place = before };
    result
}
