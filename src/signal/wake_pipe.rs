//! A waker over a token pipe: each end notices that the other is gone.
#![cfg_attr(sockpipe_loom, allow(missing_docs))]

use core::{ops::Deref, time::Duration};

use rustix::fd::AsFd;

use super::gate::Gate;
use crate::{
    Deadline, Errno, Events, Instant, Interrupt, Lend, Room, Sink, Source, TokenPipe, TokenReader, TokenWriter, Wait,
    WaitError, io_error_is_permanent,
    sync::{const_fn, mutant},
    sys,
};

/// A [`Waker`](crate::Waker) with two ends: who waits is told when all who could wake it are gone, and who wakes when nobody waits any more.
///
/// Wakes cost the same and promise the same; a real one is a token in a [`TokenPipe`]. The ends are for the threads of one process.
/// Between processes there is the token pipe itself.
///
/// ```
/// use sockpipe::{Deadline, Errno, Never, WaitError, WakePipe};
/// # extern crate std;
/// # use std::thread;
///
/// let mut pipe = WakePipe::new();
/// let (reader, writer) = pipe.split()?;
/// thread::scope(|scope| {
///     scope.spawn(move || writer.wake()); // and then it is dropped
///     assert_eq!(reader.wait(Deadline::Never, &Never), Ok(true));
///     assert_eq!(reader.wait(Deadline::Never, &Never), Err(WaitError::Failed(Errno::PIPE)));
/// });
/// # Ok::<(), Errno>(())
/// ```
#[derive(Debug, Default)]
pub struct WakePipe {
    gate: Gate,
}

impl WakePipe {
    const_fn! {
        /// What the two ends share. No system call, and no descriptor yet.
        pub fn new() -> Self {
            Self { gate: Gate::new() }
        }
    }

    /// Makes the two ends: one `pipe2(2)`, close-on-exec. There is one such pair at a time, as this one is borrowed as long as either end lives.
    ///
    /// # Errors
    /// Those of pipe2(2): EMFILE or ENFILE when there are no descriptors left.
    pub fn split(&mut self) -> Result<(WakeReader<'_>, WakeWriter<'_>), Errno> {
        let (reader, writer) = TokenPipe::pair()?;
        self.gate = Gate::new();
        let gate = &self.gate;
        let reader = ReadOrPoll(reader);
        Ok((WakeReader(Waiting::new(reader, gate)), WakeWriter(Waking::new(writer, gate))))
    }
}

/// The end that waits. Closed when dropped. If threads share it, each wake is taken by one of them.
#[derive(Debug)]
pub struct WakeReader<'p>(Waiting<&'p Gate, ReadOrPoll>);

/// The end that wakes, which threads share by reference. Closed when dropped.
#[derive(Debug)]
pub struct WakeWriter<'p>(Waking<&'p Gate, TokenWriter>);

impl WakeReader<'_> {
    /// Waits until it is woken: as [`Waker::wait`](crate::Waker::wait).
    ///
    /// Who sleeps makes one `read(2)`, where only a wake can end that and the system is Linux; with a deadline or an interrupt, a `ppoll(2)` and a `preadv2(2)`.
    ///
    /// # Errors
    /// [`WaitError::Failed`]`(`[`Errno::PIPE`]`)` once the writer is dropped and its last wake was taken; [`WaitError::Interrupted`], or the
    /// system's own error. No wake was taken.
    pub fn wait(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<bool, WaitError> {
        self.0.wait(deadline, interrupt)
    }
}

impl WakeWriter<'_> {
    /// Wakes the reader: as [`Waker::wake`](crate::Waker::wake), but that a token is written, which on older kernels takes the steps that
    /// [`TokenPipe`] describes.
    ///
    /// # Errors
    /// [`Errno::PIPE`] once the reader is dropped, without a SIGPIPE; or the system's own error, EMFILE and EOPNOTSUPP among them where a second
    /// description has to be opened. Who looks finds the wake all the same, and the next one tries again.
    #[inline]
    pub fn wake(&self) -> Result<(), Errno> {
        self.0.wake()
    }
}

/// The bell. Where nothing but a ring can end the sleep, a read sleeps as well as a poll, and drains in the same call.
///
/// It does so before the notification is cleared, as the draining after a poll does. It is our own pipe, so in blocking mode on Linux.
#[derive(Debug)]
struct ReadOrPoll(TokenReader);

impl Wait for ReadOrPoll {
    /// After a read nothing has occurred: there is nothing left to be drained. (A wait for time alone always has a limit.)
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        if !sys::pipe::BLOCKS || at_most.is_some() || !matches!(interrupt.lend(), Lend::Never) {
            return self.0.wait(events, at_most, interrupt);
        }
        match sys::pipe::read_blocking(self.0.as_fd(), &mut [0; 16])? {
            0 => Err(Errno::PIPE),
            _ => Ok(Events::NONE),
        }
    }

    fn now(&self) -> Instant {
        self.0.now()
    }
}

impl Source for ReadOrPoll {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.0.recv(room)
    }
}

/// The end that waits, of any pipe.
#[derive(Debug)]
pub struct Waiting<G: Deref<Target = Gate>, R> {
    reader: R,
    /// Dropped after the reader. Were it before, a wake in between would find a reader, and all later ones that they need not ring.
    abandoned: Abandoned<G>,
}

impl<G: Deref<Target = Gate>, R: Source> Waiting<G, R> {
    pub fn new(reader: R, gate: G) -> Self {
        Self { reader, abandoned: Abandoned(gate) }
    }

    pub fn wait(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<bool, WaitError> {
        let drain = || match self.reader.recv(&mut Room::from(&mut [0; 16][..])) {
            Ok(0) => Err(Errno::PIPE),
            Err(errno) if io_error_is_permanent(errno) => Err(errno),
            Ok(_) | Err(_) => Ok(()),
        };
        self.abandoned.0.wait(&self.reader, drain, deadline, interrupt)
    }
}

/// The end that wakes, of any pipe.
#[derive(Debug)]
pub struct Waking<G, W> {
    writer: W,
    gate: G,
}

impl<G: Deref<Target = Gate>, W: Sink> Waking<G, W> {
    pub fn new(writer: W, gate: G) -> Self {
        Self { writer, gate }
    }

    #[inline]
    pub fn wake(&self) -> Result<(), Errno> {
        self.gate.wake(|| self.ring())
    }

    #[cold]
    fn ring(&self) -> Result<(), Errno> {
        loop {
            match self.writer.send(&[0]) {
                // A signal. The write does not sleep, so this ends.
                Err(Errno::INTR) => {}
                // So full of tokens is readable, too.
                Ok(_) | Err(Errno::AGAIN) => return Ok(()),
                Err(errno) => return Err(errno),
            }
        }
    }
}

#[derive(Debug)]
struct Abandoned<G: Deref<Target = Gate>>(G);

impl<G: Deref<Target = Gate>> Drop for Abandoned<G> {
    fn drop(&mut self) {
        let is_left_out = mutant!("never_abandon");
        if !is_left_out && !mutant!("abandon_before_close") {
            self.0.abandon();
        }
    }
}

/// For the mutant alone: this comes before the reader is dropped.
#[cfg(sockpipe_loom)]
impl<G: Deref<Target = Gate>, R> Drop for Waiting<G, R> {
    fn drop(&mut self) {
        if mutant!("abandon_before_close") {
            self.abandoned.0.abandon();
        }
    }
}
