//! What the program can do, a file a command.

pub mod cases;
pub mod faults;
pub mod list;
mod report;
mod show;
mod trials;
