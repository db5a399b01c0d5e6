//! The cases, one file a group of the reference.

pub mod recv;
pub mod send;
