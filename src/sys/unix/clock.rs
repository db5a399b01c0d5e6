//! The monotonic clock.

use rustix::time::{ClockId, DynamicClockId, clock_gettime_dynamic};

use crate::Instant;

/// CLOCK_MONOTONIC. See clock_gettime(2).
pub(crate) fn now() -> Instant {
    // Every system has this clock. A sandbox that forbids to read it must not make anybody wait for ever.
    let Ok(time) = clock_gettime_dynamic(DynamicClockId::Known(ClockId::Monotonic)) else { return Instant::MAX };
    Instant::from_nanos((time.tv_sec as u64).saturating_mul(1_000_000_000).saturating_add(time.tv_nsec as u64))
}
