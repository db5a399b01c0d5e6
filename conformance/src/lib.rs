//! The edge cases of Bitcoin Core's `Sock` and `TokenPipe`, as one list for every target.
//!
//! A case is a function over a [`World`]: it asks the world for streams and pipes, uses them as a user of sockpipe would, and says
//! with `claim!` what must be true. It has no threads, no allocator, and does not panic, so that the same list is
//!
//! * one `#[test]` each in this world and that (`tests/`),
//! * a program that prints TAP (`src/main.rs`), also one without an operating system's library (`targets/linux-static`), and one without an
//!   operating system (`targets/bare-metal`),
//! * the table `CASES.md`.
//!
//! Its name is the case's id, with `_` for `-`; its claim says what a user can rely on. Where Core does something else, and we
//! think that it is wrong, the claim begins with `differs:`.
#![no_std]
// What a failed claim found travels in the error, as there is nowhere else to put it without an allocator.
#![allow(clippy::result_large_err, clippy::large_enum_variant)]

#[cfg(feature = "std")]
extern crate std;

mod case;
pub mod cases;
pub mod dialogue;
pub mod doubles;
#[cfg(feature = "std")]
pub mod faults;
pub mod faulty;
mod groups;
mod list;
#[cfg(feature = "std")]
pub mod mutants;
mod not_replayed;
pub mod nth;
#[cfg(all(feature = "std", target_os = "linux"))]
pub mod storm;
#[cfg(feature = "std")]
pub mod table;
pub mod tap;
pub mod vectors;
mod world;
pub mod worlds;

pub use case::{Case, Outcome, Verdict, failed};
pub use groups::{GROUPS, Group};
pub use list::Suite;
pub use not_replayed::NOT_REPLAYED;
pub use world::{Act, Skip, State, World};
