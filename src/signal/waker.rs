//! Wakers: wakes that do not count, over an eventfd.

use rustix::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use super::gate::Gate;
use crate::{
    Deadline, Errno, Interrupt, Lend, Ticket, WaitError,
    sync::const_fn,
    sys::{EventFd, OnceEventFd},
};

/// Wakes a thread that waits for something to do; costs nothing while that thread is busy.
///
/// However many [wakes](Self::wake) there were since, one [`wait`](Self::wait) takes them all; a wake of somebody who was woken already
/// is one atomic operation, and so is a wait that was preceded by a wake. Only a wake of somebody who sleeps makes a system call, one `write(2)`,
/// and who slept makes a `ppoll(2)` and a `read(2)`.
///
/// **A wake is a hint; the condition is the truth.** Make the condition true, then wake; after a wait, look at the condition, and expect
/// that it is not true: the wake may be one for something that was seen already. Whatever was written before a wake is seen by
/// whoever takes it. Wakes do not count: for things that do, there is the [`TokenPipe`](crate::TokenPipe).
///
/// Threads share it by reference: in a `static`, a scope or an `Arc`. Several may wait: each wake is taken by one of them. All of them are disturbed
/// by it, so for many there are better things.
///
/// It is made without a system call. Its one descriptor, an eventfd(2), is opened when somebody first sleeps; elsewhere than on Linux, two, of a pipe. For an event loop, or to
/// end the waiting for a socket, there is the [`PolledWaker`]. After a fork, parent and child have each a state of their own, and
/// perhaps between them one descriptor: a child makes a new one.
///
/// ```
/// use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use sockpipe::{Deadline, Never, Waker};
/// # extern crate std;
/// # use std::thread;
///
/// static TO_DO: AtomicU32 = AtomicU32::new(0);
/// static WAKER: Waker = Waker::new();
///
/// thread::spawn(|| {
///     for _ in 0..1000 {
///         TO_DO.fetch_add(1, Relaxed);
///         WAKER.wake().unwrap();
///     }
/// });
/// let mut done = 0;
/// while done < 1000 {
///     WAKER.wait(Deadline::Never, &Never)?;
///     done += TO_DO.swap(0, Relaxed); // perhaps 0
/// }
/// # Ok::<(), sockpipe::WaitError>(())
/// ```
#[derive(Debug)]
pub struct Waker {
    gate: Gate,
    bell: OnceEventFd,
}

impl Waker {
    const_fn! {
        /// Makes one that nobody has woken. No system call.
        pub fn new() -> Self {
            Self { gate: Gate::new(), bell: OnceEventFd::none() }
        }
    }

    /// Wakes whoever waits; if nobody does, the next one who would. Does not block, does not log, and may be called in a signal handler.
    ///
    /// No system call, but for one `write(2)` if somebody sleeps whom nobody has woken yet. `errno`, which is a matter of the C library, is
    /// not touched, but on Linux where rustix goes through libc: there a handler saves it.
    ///
    /// # Errors
    /// The write was refused, as a sandbox can: EPERM. Who looks finds the wake all the same; the sleepers were not woken, and the next wake
    /// tries again.
    #[inline]
    pub fn wake(&self) -> Result<(), Errno> {
        self.gate.wake(|| self.ring())
    }

    #[cold]
    fn ring(&self) -> Result<(), Errno> {
        // Somebody sleeps, and has opened it before.
        self.bell.get().map_or(Ok(()), |bell| bell.ring())
    }

    /// Waits until it is woken. True: it was, and that is taken. False: the deadline passed first.
    ///
    /// Returns at once if there was a wake since the last one that was taken, even past the deadline or when interrupted: one atomic operation,
    /// without a system call. [`Deadline::NOW`] makes it just look. The first wait that is to sleep opens the descriptor.
    ///
    /// # Errors
    /// [`WaitError::Interrupted`], or the system's own error: EMFILE or ENFILE when there is no descriptor left to sleep with. No wake was taken.
    pub fn wait(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<bool, WaitError> {
        if self.gate.clear() {
            return Ok(true);
        }
        if deadline == Deadline::NOW && self.bell.get().is_none() {
            return Ok(false);
        }
        let bell = self.bell.get_or_make().map_err(WaitError::Failed)?;
        self.gate.wait(&bell, || bell.hush(), deadline, interrupt)
    }
}

impl Default for Waker {
    fn default() -> Self {
        Self::new()
    }
}

/// A waker for who waits for other things, too: an event loop, or an operation on a socket.
///
/// It is readable (POLLIN) once it was woken, until that is [taken](Self::take). As an [`Interrupt`] it ends the waiting of an operation in the same
/// way. What a wake promises is as with the [`Waker`]; so is what it costs, but that each first wake after a `take` is a `write(2)`,
/// whether anybody sleeps or not, and each `take` is a `read(2)`.
///
/// One loop polls it, level-triggered or edge-triggered (it takes after each event).
///
/// ```
/// use sockpipe::{Deadline, PolledWaker, RecvError, prelude::*};
/// # extern crate std;
/// # use std::thread;
///
/// let waker = PolledWaker::new()?;
/// let (sock, _peer) = sockpipe::make_socket_pair()?;
/// thread::scope(|scope| {
///     scope.spawn(|| waker.wake());
///     let end = sock.recv_until_terminator(b'\n', &mut heapless::String::<80>::new(), Deadline::Never, &waker);
///     assert_eq!(end, Err(RecvError::Interrupted { received: 0 }));
///     assert_eq!(waker.take(), Ok(true));
///     // Now look at what the wake was for, and then go on with the socket.
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PolledWaker {
    gate: Gate,
    bell: EventFd,
}

impl PolledWaker {
    /// Makes one that nobody has woken: one `eventfd(2)`, close-on-exec; elsewhere than on Linux a pipe.
    ///
    /// # Errors
    /// Those of eventfd(2) or pipe2(2): EMFILE or ENFILE when there are no descriptors left.
    pub fn new() -> Result<Self, Errno> {
        Ok(Self { gate: Gate::polled(), bell: EventFd::new()? })
    }

    /// Wakes whoever polls it. Does not block, does not log, and may be called in a signal handler: as [`Waker::wake`].
    ///
    /// One `write(2)`, or none if it was woken already.
    ///
    /// # Errors
    /// The write was refused, as a sandbox can: EPERM. [`take`](Self::take) finds the wake all the same, and the next wake tries again.
    #[inline]
    pub fn wake(&self) -> Result<(), Errno> {
        self.gate.wake(|| self.bell.lent().ring())
    }

    /// Takes the wake, and makes it unreadable. Says whether there was one. Does not block.
    ///
    /// Then look at what it may have been for: in this order, or a wake is lost.
    ///
    /// # Errors
    /// The read was refused, as a sandbox can: EPERM. The wake was not taken.
    pub fn take(&self) -> Result<bool, Errno> {
        self.gate.take(|| self.bell.lent().hush())
    }
}

/// Set from a wake until that is taken.
impl Interrupt for PolledWaker {
    fn is_set(&self) -> bool {
        self.gate.is_notified()
    }

    fn lend(&self) -> Lend<'_> {
        Lend::Handle(self.as_fd())
    }

    /// One `read(2)`, if it was not woken: a ring that comes after its wake was taken would end each wait of the operation.
    fn leave(&self, _since: Ticket) -> bool {
        let bell = self.bell.lent();
        self.gate.settle(|| bell.ring(), || bell.hush()).unwrap_or(false)
    }
}

/// To be polled; reading or writing it is not for others.
impl AsFd for PolledWaker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}

/// For event loops that take numbers. It stays open only as long as its owner.
impl AsRawFd for PolledWaker {
    fn as_raw_fd(&self) -> RawFd {
        self.bell.as_raw_fd()
    }
}
