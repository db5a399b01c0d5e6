//! G: how a program is told to end, and how a daemon tells that it has begun. With real processes: `tests/readiness.rs` and
//! `tests/supervisors.rs`.

#[cfg(target_os = "linux")]
mod latch;
#[cfg(target_os = "linux")]
mod readiness;
#[cfg(target_os = "linux")]
mod supervisor;

kernel_cases! {
    latch: rung_once wait_again two_waiters reset_after_wait reset_of_nothing refused_write foreign_bytes same_descriptor;
    readiness: ready failed_with_errno ready_later died parent_gone kept_by_a_helper;
    supervisor: newline_then_close supervisor_gone notification_full;
}

on_linux_apart! { latch:
    /// G-08
    no_descriptors_left
}

on_linux_apart! { supervisor:
    /// G-19
    notification_closed
}
