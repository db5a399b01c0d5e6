//! Core's interrupt: set until it is reset, and woken are all who wait, on whatever they do.

use core::time::Duration;

use rustix::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use super::latch::Latch;
use crate::{Deadline, Errno, Interrupt, Lend, Never, Ticket, WaitError, sys::EventFd};

/// What stops the threads of a program: set by any thread or signal handler, it wakes at once everybody who waits with it.
///
/// It is Core's `CThreadInterrupt` and Core's `SignalInterrupt` (the one for shutdown), as one type. They differ only in whether a
/// signal handler may set them and whether a program can wait for them, and this one has both.
///
/// It stays set until [`reset`](Self::reset). While it is, every operation that has it as its [`Interrupt`] makes its attempt and
/// then stops instead of waiting; nobody who waits for it consumes it. A set reaches every operation that sleeps at that moment, even
/// if it is reset before the sleeper runs again. Until all of those have run, others who wait with it may hear of the next set up to
/// 4 ms late.
///
/// Threads share it by reference: in a `static`, a scope or an `Arc`. No part of it locks or logs. It is one descriptor, an
/// eventfd(2), or elsewhere than on Linux a pipe, which an event loop can poll for POLLIN (`AsFd`); reading or writing it is not for others.
///
/// **That it is readable is a hint; [`is_set`](Interrupt::is_set) is the truth.** It is readable while it is set, and after a reset
/// until all whom the set has woken have run. And who polls it without being an operation of this crate (an event loop, a
/// [`WaitSet`](crate::WaitSet) that it was added to, [`Wait::wait`](crate::Wait::wait) called directly) does not count as a sleeper,
/// and may miss a set that is reset at once. An event loop can count itself: [`enter`](Interrupt::enter) before it polls,
/// [`leave`](Interrupt::leave) after it.
///
/// After a fork, parent and child have each a flag of their own and between them one descriptor, so a child makes a new one and
/// leaves the parent's alone. Some 262,000 threads may wait with one at a time (262,143, with those
/// who set and reset it at that moment); with more its counts run over, and it may miss a sleeper or stay readable. There is none on 32-bit machines without
/// atomics of 64 bits.
///
/// ```
/// use core::time::Duration;
/// use sockpipe::{Deadline, RecvError, ThreadInterrupt, prelude::*};
/// # extern crate std;
/// # use std::thread;
///
/// let stop = ThreadInterrupt::new()?;
/// let (sock, _peer) = sockpipe::make_socket_pair()?;
/// thread::scope(|scope| {
///     scope.spawn(|| stop.interrupt());
///     let end = sock.recv_until_terminator(b'\n', &mut heapless::String::<80>::new(), Deadline::Never, &stop);
///     assert_eq!(end, Err(RecvError::Interrupted { received: 0 })); // at once
/// });
/// assert_eq!(stop.sleep_for(Duration::from_secs(60)), Ok(false)); // it is still set
/// stop.reset();
/// assert_eq!(stop.sleep_for(Duration::from_millis(5)), Ok(true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Making one can fail, so a `static`, as a signal handler needs it, is an `OnceLock` that `main` fills before it installs the handler;
/// without std, any cell that is filled once and then only read:
///
/// ```
/// use sockpipe::{Errno, ThreadInterrupt};
/// use std::sync::OnceLock;
///
/// static SHUTDOWN: OnceLock<ThreadInterrupt> = OnceLock::new();
///
/// extern "C" fn handler(_signal: i32) {
///     if let Some(shutdown) = SHUTDOWN.get() {
///         let _ = shutdown.interrupt();
///     }
/// }
///
/// fn main() -> Result<(), Errno> {
///     let interrupt = ThreadInterrupt::new()?;
///     let shutdown = SHUTDOWN.get_or_init(|| interrupt);
///     // sigaction(2) with `handler`, and the program, which waits with `shutdown`.
///     # handler(15);
///     # assert_eq!(shutdown.sleep_for(core::time::Duration::from_secs(60)), Ok(false));
///     Ok(())
/// }
/// ```
///
/// It cannot be destroyed under somebody who waits with it, which in C++ is undefined:
///
/// ```compile_fail,E0505
/// # use sockpipe::{Lend, ThreadInterrupt, prelude::*};
/// let stop = ThreadInterrupt::new().unwrap();
/// let waiting = stop.lend();
/// drop(stop);
/// assert!(matches!(waiting, Lend::Handle(_)));
/// ```
#[doc(alias = "CThreadInterrupt")]
#[doc(alias = "SignalInterrupt")]
#[doc(alias = "ShutdownLatch")]
#[derive(Debug)]
pub struct ThreadInterrupt(Latch<EventFd>);

impl ThreadInterrupt {
    /// Makes one that is not set: one `eventfd(2)`, close-on-exec; elsewhere than on Linux a pipe.
    ///
    /// # Errors
    /// Those of eventfd(2) or pipe2(2): EMFILE or ENFILE when there are no descriptors left.
    pub fn new() -> Result<Self, Errno> {
        Ok(Self(Latch::new(EventFd::new()?)))
    }

    /// Sets it, and wakes everybody who waits with it. Does not block, and may be called in a signal handler.
    ///
    /// The first call is one `write(2)`; while it is set, further ones do nothing. What the caller wrote to memory before is seen by
    /// whoever finds it set. Core's `operator()`.
    ///
    /// # Errors
    /// The write was refused, as a sandbox can: EPERM. It is set all the same, for those who look at it; the sleepers were not woken,
    /// and the next call tries again.
    #[doc(alias = "set")]
    #[doc(alias = "trigger")]
    pub fn interrupt(&self) -> Result<(), Errno> {
        self.0.set()
    }

    /// Resets it. Who was waiting when it was set has been woken all the same. Does not block, and may be called in a signal handler.
    ///
    /// One `read(2)`, unless somebody who was woken is still to run: who does so last makes it. If it is set again at that moment, a
    /// `write(2)` and perhaps another `read(2)` for each time. If it is not set, nothing.
    pub fn reset(&self) {
        self.0.reset();
    }

    /// Waits until it is set. True: it is set, or was meanwhile. False: the deadline passed first. It stays set. (What
    /// [`sleep_for`](Self::sleep_for) returns is the opposite, as in Core.)
    ///
    /// Returns at once if it is set already, even past the deadline or when interrupted. One that was set and reset again while this
    /// waited counts as set. `interrupt` is another one, which ends this waiting; usually [`Never`].
    ///
    /// Core's `SignalInterrupt::wait`.
    ///
    /// # Errors
    /// [`WaitError::Interrupted`] by that other one, or the system's own error.
    pub fn wait(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<bool, WaitError> {
        self.0.wait(deadline, interrupt)
    }

    /// Sleeps for this long, or until it is set. True: it slept the whole time. False: it is set, or was meanwhile.
    ///
    /// That is the opposite of what [`wait`](Self::wait) returns, as in Core.
    ///
    /// In a sandbox that forbids clock_gettime(2) all time is over at once, and so is this: see [`Instant::now`](crate::Instant::now).
    ///
    /// Zero does not sleep; an enormous duration sleeps until it is set. Core's `CThreadInterrupt::sleep_for`.
    ///
    /// # Errors
    /// The system's own error: what a sandbox answers to ppoll(2).
    pub fn sleep_for(&self, duration: Duration) -> Result<bool, Errno> {
        match self.wait(Deadline::Within(duration), &Never) {
            Ok(set) => Ok(!set),
            Err(WaitError::Failed(errno)) => Err(errno),
            // By `Never`.
            Err(WaitError::Interrupted) => Ok(false),
        }
    }
}

impl Interrupt for ThreadInterrupt {
    fn is_set(&self) -> bool {
        self.0.is_set()
    }

    fn lend(&self) -> Lend<'_> {
        Lend::Handle(self.as_fd())
    }

    fn enter(&self) -> Ticket {
        self.0.enter()
    }

    fn leave(&self, since: Ticket) -> bool {
        self.0.leave(since)
    }
}

impl AsFd for ThreadInterrupt {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.bell().as_fd()
    }
}

/// For event loops that take numbers. It stays open only as long as its owner.
impl AsRawFd for ThreadInterrupt {
    fn as_raw_fd(&self) -> RawFd {
        self.0.bell().as_raw_fd()
    }
}
