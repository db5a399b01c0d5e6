//! What only the descriptors of a real kernel show.

#[cfg(target_os = "linux")]
use super::linux;

on_linux! { linux:
    ///
    blocking_descriptor
    ///
    out_of_band_byte
    ///
    records
    ///
    peek_offset
    ///
    low_water_mark
    ///
    not_a_socket
    ///
    never_connected
}
