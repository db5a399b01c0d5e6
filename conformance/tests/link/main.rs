//! Links on real sockets and pipes, with real threads.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]

mod senders;
