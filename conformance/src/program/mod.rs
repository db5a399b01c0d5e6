//! What the program can do, a file a command.

pub mod cases;
pub mod faults;
pub mod list;
pub mod mutants;
mod report;
mod scratch;
mod show;
#[cfg(target_os = "linux")]
pub mod storm;
mod trials;
mod watchdog;
