//! What only descriptors have.

#[cfg(target_os = "linux")]
use super::linux;

on_linux! { linux:
    /// W-09
    not_open
    /// W-18
    urgent_byte
    /// W-23
    empty_set
    /// W-24
    same_descriptor_twice
}

on_linux_apart! { linux:
    /// W-21
    high_numbers
    /// W-22
    more_than_a_thousand
    /// W-28
    stale_events
    /// W-29
    more_entries_than_descriptors
}
