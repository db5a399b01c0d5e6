//! L: the numbers of descriptors, and who has them next.

#[cfg(target_os = "linux")]
mod linux;

on_linux_apart! { linux:
    /// L-07
    closing_frees_the_number
    /// L-10
    numbers_of_standard_streams
}
