//! The worlds.

#[cfg(target_os = "linux")]
pub mod apart;
#[cfg(all(target_os = "linux", feature = "std"))]
mod cable;
#[cfg(target_os = "linux")]
pub mod kernel;
mod loopback;
#[cfg(target_os = "linux")]
pub mod states;
#[cfg(all(target_os = "linux", feature = "std"))]
pub mod threads;

pub use loopback::Loopback;
