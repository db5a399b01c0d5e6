//! How one part of a program tells another, which may be waiting.

#[cfg(target_has_atomic = "32")]
mod gate;
mod interrupt;
#[cfg(all(unix, target_has_atomic = "64"))]
pub(crate) mod latch;
#[cfg(unix)]
mod readiness;
#[cfg(unix)]
mod ready;
#[cfg(all(unix, target_has_atomic = "64"))]
mod thread_interrupt;
#[cfg(all(unix, target_has_atomic = "32"))]
pub(crate) mod wake_pipe;
#[cfg(all(unix, target_has_atomic = "32"))]
mod waker;

#[cfg(target_has_atomic = "32")]
pub use gate::Gate;
pub(crate) use interrupt::Entered;
pub use interrupt::{Interrupt, Lend, Never, Ticket, When};
#[cfg(unix)]
pub use readiness::{Readiness, ReadinessNotifier};
#[cfg(unix)]
pub use ready::ready;
#[cfg(all(unix, target_has_atomic = "64"))]
pub use thread_interrupt::ThreadInterrupt;
#[cfg(all(unix, target_has_atomic = "32"))]
pub use wake_pipe::{WakePipe, WakeReader, WakeWriter};
#[cfg(all(unix, target_has_atomic = "32"))]
pub use waker::{PolledWaker, Waker};
