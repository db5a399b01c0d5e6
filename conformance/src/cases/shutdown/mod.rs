//! G: how a program is told to end, and how a daemon tells that it has begun. With real processes: `tests/readiness.rs` and
//! `tests/supervisors.rs`.

#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
mod latch;
#[cfg(target_os = "linux")]
mod readiness;
#[cfg(target_os = "linux")]
mod supervisor;

#[cfg(not(all(target_os = "linux", target_has_atomic = "64")))]
use crate::Skip;
use crate::{Verdict, World};

interrupt_cases! {
    latch: rung_once wait_again two_waiters reset_after_wait reset_of_nothing refused_write foreign_bytes same_descriptor;
}

kernel_cases! {
    readiness: ready failed_with_errno ready_later died parent_gone kept_by_a_helper;
    supervisor: newline_then_close supervisor_gone notification_full;
}

/// G-08
pub fn no_descriptors_left<W: World>(w: &W) -> Verdict {
    w.system()?;
    #[cfg(all(target_os = "linux", target_has_atomic = "64"))]
    return w.in_a_process_of_its_own(latch::no_descriptors_left);
    #[cfg(not(all(target_os = "linux", target_has_atomic = "64")))]
    Err(Skip("sockpipe has none of this for this operating system or CPU").into())
}

on_linux_apart! { supervisor:
    /// G-19
    notification_closed
}
