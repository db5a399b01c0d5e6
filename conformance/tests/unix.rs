//! The list on this kernel, with Unix sockets.
#![cfg(target_os = "linux")]

use conformance::worlds::threads::Unix;

conformance::for_each_case!(conformance::as_tests, Unix);
