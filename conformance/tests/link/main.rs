//! Links on real sockets and pipes, with real threads; and their decoder against a reference.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]

mod batch;
mod decoder;
mod faults;
mod hostile;
#[cfg(feature = "fd-passing")]
mod large;
mod reference;
mod senders;

use sockpipe::link::Format;

/// The three profiles, with frames of at most a thousand bytes.
const FORMATS: [Format; 3] = [Format::bare(1000), Format::plain(1000), Format::fd(1000)];
