//! How one part of a program tells another, which may be waiting.

#[cfg(target_has_atomic = "32")]
mod gate;
mod interrupt;
#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
pub(crate) mod latch;
#[cfg(target_os = "linux")]
mod readiness;
#[cfg(target_os = "linux")]
mod ready;
#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
mod thread_interrupt;
#[cfg(all(target_os = "linux", target_has_atomic = "32"))]
pub(crate) mod wake_pipe;
#[cfg(all(target_os = "linux", target_has_atomic = "32"))]
mod waker;

#[cfg(target_has_atomic = "32")]
pub use gate::Gate;
pub(crate) use interrupt::Entered;
pub use interrupt::{Interrupt, Lend, Never, Ticket, When};
#[cfg(target_os = "linux")]
pub use readiness::{Readiness, ReadinessNotifier};
#[cfg(target_os = "linux")]
pub use ready::ready;
#[cfg(all(target_os = "linux", target_has_atomic = "64"))]
pub use thread_interrupt::ThreadInterrupt;
#[cfg(all(target_os = "linux", target_has_atomic = "32"))]
pub use wake_pipe::{WakePipe, WakeReader, WakeWriter};
#[cfg(all(target_os = "linux", target_has_atomic = "32"))]
pub use waker::{PolledWaker, Waker};
