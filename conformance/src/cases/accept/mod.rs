//! L: accepting.

#[cfg(target_os = "linux")]
mod linux;

on_linux! { linux:
    /// L-14
    nothing_can_fail_afterwards
    /// L-15
    address_comes_along
}

on_linux_apart! { linux:
    /// L-13
    errors_are_sorted
}
