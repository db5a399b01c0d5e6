//! The conversation that the tests have on tokio, and those of `conformance/tests/embedded` without a runtime.

#[path = "../../tests/embedded/scenario.rs"]
#[allow(missing_docs)]
pub mod scenario;
