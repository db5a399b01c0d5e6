//! E: what an error says.

use core::fmt::Write as _;

use heapless::String;
use sockpipe::{Errno, network_error_string};

use crate::{Verdict, World, claim};

/// E-01: with another C library than glibc, Core says other things.
pub fn no_error<W: World>(_: &W) -> Verdict {
    claim!(network_error_string(Errno::from_raw(0)), "Success (0)");
    claim!(Errno::from_raw(0).text(), Some("Success"));
    Ok(())
}

/// E-02
pub fn unknown_number<W: World>(_: &W) -> Verdict {
    for (number, says) in [
        (12345, "Unknown error 12345 (12345)"),
        (134, "Unknown error 134 (134)"),
        (-1, "Unknown error -1 (-1)"),
        (-104, "Unknown error -104 (-104)"),
        (i32::MAX, "Unknown error 2147483647 (2147483647)"),
        (i32::MIN, "Unknown error -2147483648 (-2147483648)"),
    ] {
        claim!(network_error_string(Errno::from_raw(number)), says);
        claim!(Errno::from_raw(number).text(), None);
    }
    Ok(())
}

/// E-03: what Core says follows LC_MESSAGES. Here nobody is asked for a locale.
pub fn no_locale<W: World>(_: &W) -> Verdict {
    for (number, says) in [
        (4, "Interrupted system call (4)"),
        (11, "Resource temporarily unavailable (11)"),
        (32, "Broken pipe (32)"),
        (104, "Connection reset by peer (104)"),
        (111, "Connection refused (111)"),
    ] {
        claim!(network_error_string(Errno::from_raw(number)), says);
    }
    for number in -10..200 {
        claim!(network_error_string(Errno::from_raw(number)).is_ascii());
    }
    Ok(())
}

/// E-04: strerror(3) has one buffer for all.
pub fn text_is_a_value<W: World>(_: &W) -> Verdict {
    fn goes_to_other_threads<T: Send + Sync + 'static>(of: T) -> T {
        of
    }
    let unknown = goes_to_other_threads(network_error_string(Errno::from_raw(12345)));
    let first = goes_to_other_threads(network_error_string(Errno::CONNRESET));
    let text = goes_to_other_threads(Errno::CONNRESET.text());
    for number in -10..200 {
        let _ = network_error_string(Errno::from_raw(number));
    }
    claim!(first, "Connection reset by peer (104)");
    claim!(unknown, "Unknown error 12345 (12345)");
    claim!(text, Some("Connection reset by peer"));
    Ok(())
}

/// E-07: Rust's own puts "(os error 104)" there.
pub fn number_in_brackets<W: World>(_: &W) -> Verdict {
    for number in (-200..200).chain([i32::MIN, i32::MAX]) {
        let says = network_error_string(Errno::from_raw(number));
        let mut suffix = String::<16>::new();
        // The longest number of all fits.
        let _ = write!(suffix, " ({number})");
        claim!(says.strip_suffix(suffix.as_str()).is_some_and(|text| !text.is_empty() && !text.contains('(')));
        claim!(!says.contains("os error"));
    }
    Ok(())
}
