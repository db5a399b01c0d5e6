//! The list on this kernel, with TCP over the loopback interface.
#![cfg(target_os = "linux")]

use conformance::worlds::threads::Tcp;

conformance::for_each_case!(conformance::as_tests, Tcp);
