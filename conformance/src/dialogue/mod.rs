//! Clients of real protocols, as a user of sockpipe would write them: over any [`Stream`](sockpipe::Stream), without an allocator.
//!
//! They are what the cases P are about: where Core's drivers over `Sock` go wrong, these show what the crate makes easy to get right.

pub mod sam;
pub mod socks5;
pub mod tor;
