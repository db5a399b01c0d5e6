//! Links.

#[cfg(target_os = "linux")]
mod any_fd;
#[cfg(target_os = "linux")]
pub mod local;
#[cfg(target_os = "linux")]
mod stdio;
#[cfg(target_os = "linux")]
pub mod tcp;

#[cfg(target_os = "linux")]
pub use any_fd::{FdReader, FdWriter};
#[cfg(target_os = "linux")]
pub use stdio::stdio;
