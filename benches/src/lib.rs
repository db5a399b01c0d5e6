//! What the benches and the counts share: connections, Core's algorithms as a peer, and the way to compare.
//!
//! ```sh
//! cargo run --release -p benches --bin ratios     # what is to be reached, and what is
//! cargo bench -p benches    # minutes; the tables of ratios are what to look at
//! cargo test -p benches     # the exact counts of system calls, and each bench once
//! cargo test --release -p benches --test instructions -- --nocapture     # the exact counts of instructions
//! ```
//!
//! Time is information; the counts are what must hold.

mod as_core_does;
mod compare;
pub mod connections;
mod latency;
mod pinned;
pub mod ratios;
pub mod raw;
pub mod works;

pub use as_core_does::CoreSock;
pub use compare::{Case, compare, settings};
pub use connections::{tcp, unix};
pub use latency::{Latency, compare_latencies, is_asleep};
pub use pinned::pinned;
pub use ratios::{Goal, Plan};
