//! L and C: what only descriptors have: flags, options, urgent bytes.

#[cfg(target_os = "linux")]
use super::linux;

on_linux! { linux:
    /// L-11
    close_on_exec
    /// L-12
    accepted_is_non_blocking
    /// L-16
    non_blocking_keeps_flags
    /// L-17
    shutdown_of_unconnected
    /// L-18
    asking_clears_the_error
    /// L-20
    bind_fails_once
    /// C-14
    urgent_byte
}
