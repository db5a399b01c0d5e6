//! Job tokens: GNU make's jobserver protocol, both sides of it, on token pipes.
//!
//! Make, ninja, cargo and compilers that run at the same time share one number of jobs: as many bytes lie in a pipe as
//! there may be further jobs; who starts one takes a byte out, and puts it back when the job is done. The environment variable MAKEFLAGS
//! says where the pipe is.
//!
//! * [`MakeFlags`] reads that variable.
//! * [`JobClient`] takes tokens, [`JobToken`] gives each back.
//! * `JobServer` makes such a pipe, says what to put into MAKEFLAGS, and counts what came back.
//!
//! This is a module of the crate, and not an example: there is no other client without an allocator, programs that do not use it do
//! not carry a byte of it, and what has to be right here (the same byte back on every way out, deadlines on a pipe that is
//! shared with programs that want it blocking) is what token pipes are for.
//!
//! What it does not do: it does not install signal handlers, does not start processes, and reads no environment, which takes a C
//! library or `std`.
//!
//! Source: "Sharing Job Slots with GNU make" in make's manual.
//!
//! ```
//! # #[cfg(unix)] {
//! use sockpipe::jobs::{JobClient, MakeFlags};
//! # use std::os::unix::ffi::OsStrExt;
//!
//! let flags = std::env::var_os("MAKEFLAGS").unwrap_or_default();
//! let client = match MakeFlags::new(flags.as_bytes()).auth() {
//!     Some(auth) => JobClient::open(auth).unwrap_or_else(|error| {
//!         eprintln!("{error}; going on with one job at a time");
//!         JobClient::default()
//!     }),
//!     None => JobClient::default(), // one job at a time
//! };
//! let token = client.implicit();
//! # assert!(token.is_some());
//! # }
//! ```

#[cfg(target_has_atomic = "8")]
mod client;
mod makeflags;
#[cfg(unix)]
mod open;
#[cfg(unix)]
mod server;
#[cfg(target_has_atomic = "8")]
mod token;

#[cfg(target_has_atomic = "8")]
pub use client::JobClient;
pub use makeflags::{Auth, FifoPath, MakeFlags};
#[cfg(unix)]
pub use server::JobServer;
#[cfg(target_has_atomic = "8")]
pub use token::JobToken;

pub use crate::error::{JobCountError, JobError, JobOpenError, JobServerError};
