//! The list in memory, with a clock of its own.

use conformance::worlds::Loopback;

conformance::for_each_case!(conformance::as_tests, Loopback);
