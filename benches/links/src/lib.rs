//! The peer of links whose tree is heavy.
//!
//! ```sh
//! cargo bench                                    # curves, and tables of ratios
//! cargo run --release --bin ratios -- frames     # as in ../, and with vox-stream
//! ```
#![allow(missing_docs)]

pub mod vox;
