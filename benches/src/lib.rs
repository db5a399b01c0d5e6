//! What the benches and the counts share: connections, Core's algorithms as peers, and the way to compare.

mod as_core_does;
mod compare;
mod connections;

pub use as_core_does::CoreSock;
pub use compare::{Case, compare};
pub use connections::{tcp, unix};
