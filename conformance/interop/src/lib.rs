//! sockpipe's links against other programs that speak their wire: each in both roles, over Unix sockets and TCP, in every profile.
//!
//! A [`Cell`] is two ends, a transport and a profile each. One end connects, the other serves, and both hold the same
//! conversation ([`talk`]) over whatever [`Link`] they have; a watchdog ends it. [`cells`] lists them all. Where neither end is ours,
//! the cell shows that it is not the peers who are wrong.

mod ends;
mod loan;
mod matrix;
mod peer;
mod peers;
pub mod talk;
mod wire;

pub use matrix::{Cell, Verdict, cells};
pub use peer::{Error, Kind, Link, Peer};
pub use peers::peers;
pub use wire::{Address, MAX, Profile, Transport};
