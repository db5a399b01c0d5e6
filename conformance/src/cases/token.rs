//! T: token pipes.
//!
//! They are about descriptors, so they ask for an operating system: elsewhere each of them skips.

#[cfg(target_os = "linux")]
mod blocking;
#[cfg(target_os = "linux")]
mod broken;
#[cfg(target_os = "linux")]
mod ends;
#[cfg(target_os = "linux")]
mod flow;

kernel_cases! {
    flow: every_byte_is_a_token in_order_until_full left_then_end copies_delay_the_end signals_are_survived
        forked_ends_are_dropped last_words many_writers many_readers;
    blocking: full_pipe_ends_in_time empty_pipe_ends_in_time nonblocking_ends a_token_wakes;
    broken: no_readers_no_death no_readers_has_a_name wrong_direction errno_stays;
    ends: closed_end_is_none taken_once untaken_end_is_closed closed_twice close_on_exec only_owned_descriptors;
}

on_linux_apart! { ends:
    /// T-17
    no_descriptors_left
}
