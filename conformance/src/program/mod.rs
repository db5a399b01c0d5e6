//! What the program can do, a file a command.

pub mod cases;
pub mod list;
mod report;
mod show;
mod trials;
mod watchdog;
