//! How one part of a program tells another, which may be waiting.

mod interrupt;

pub use interrupt::{Interrupt, Lend, Never, Ticket, When};
