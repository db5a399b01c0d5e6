//! N: making sockets and connecting them.

#[cfg(target_os = "linux")]
mod errors;
#[cfg(target_os = "linux")]
mod listener;
#[cfg(target_os = "linux")]
mod names;
#[cfg(all(target_os = "linux", feature = "std"))]
mod signal;
#[cfg(target_os = "linux")]
mod wait;

use crate::{Verdict, World};

on_linux! { names:
    /// N-01
    new_socket
    /// N-02
    made_at_once
    /// N-13
    connected_to_itself
    /// N-14
    name_too_long
}

on_linux! { wait:
    /// N-05
    full_unix_listener
    /// N-06
    interrupted
    /// N-07
    wait_fails
    /// N-08
    timed_out
    /// N-12
    second_connect
}

on_linux! { errors:
    /// N-03
    invalid_argument
    /// N-09
    refused
    /// N-10
    error_taken_by_another
    /// N-11
    failed_at_once
}

/// N-04
pub fn signals<W: World>(w: &W) -> Verdict {
    w.system()?;
    #[cfg(all(target_os = "linux", feature = "std"))]
    return w.in_a_process_of_its_own(signal::signals);
    #[cfg(not(all(target_os = "linux", feature = "std")))]
    Err(crate::Skip("only the C library can set a handler").into())
}
