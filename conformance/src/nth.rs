//! A wrapper around any stream in which the Nth call fails. With N running from 1 until nothing fails any more, every place at which an
//! operation can fail has failed once.

use core::{cell::Cell, mem::discriminant, sync::atomic::AtomicU32, time::Duration};

use sockpipe::{Errno, Events, Instant, Interrupt, Never, Peek, Room, Sink, Source, Wait};

use crate::faulty::Call;

/// For how long a call fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// Only the Nth call.
    Once,
    /// The Nth, and all calls of its kind from then on.
    ForEver,
}

/// A stream of which a call fails. Looks at the clock do not count.
#[derive(Debug)]
pub struct Nth<S> {
    inner: S,
    n: usize,
    how: How,
    errno: Errno,
    calls: Cell<usize>,
    failed: Cell<Option<Call>>,
}

impl<S> Nth<S> {
    /// Lets the `n`th call on `inner` fail with `errno`; the first is 1.
    pub fn new(inner: S, n: usize, how: How, errno: Errno) -> Self {
        Self { inner, n, how, errno, calls: Cell::new(0), failed: Cell::new(None) }
    }

    /// The stream inside.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    /// Gives the stream back.
    pub fn into_inner(self) -> S {
        self.inner
    }

    /// How many calls were made.
    pub fn calls(&self) -> usize {
        self.calls.get()
    }

    /// The Nth call. `None`: there were fewer.
    pub fn failed(&self) -> Option<Call> {
        self.failed.get()
    }

    /// One of the calls that no trait has, as an attempt to connect: for the log, a send of no bytes.
    pub fn call<T>(&self, call: impl FnOnce(&S) -> Result<T, Errno>) -> Result<T, Errno> {
        call(self.pass(Call::Send(0))?)
    }

    fn pass(&self, call: Call) -> Result<&S, Errno> {
        self.calls.set(self.calls.get() + 1);
        if self.calls.get() == self.n {
            self.failed.set(Some(call));
            return Err(self.errno);
        }
        match self.failed.get() {
            Some(failed) if self.how == How::ForEver && discriminant(&failed) == discriminant(&call) => Err(self.errno),
            _ => Ok(&self.inner),
        }
    }
}

impl<S: Wait> Wait for Nth<S> {
    /// A wait that may sleep and fails each time sleeps a moment first, as signals come one after the other.
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        match self.pass(Call::Wait(events, at_most)) {
            Ok(inner) => inner.wait(events, at_most, interrupt),
            Err(errno) => {
                if self.how == How::ForEver && at_most != Some(Duration::ZERO) {
                    self.inner.wait(Events::TIME, Some(Duration::from_millis(1)), &Never)?;
                }
                Err(errno)
            }
        }
    }

    fn now(&self) -> Instant {
        self.inner.now()
    }
}

impl<S: Sink> Sink for Nth<S> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        self.pass(Call::Send(data.len()))?.send(data)
    }

    fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
        self.pass(Call::Send(parts.iter().map(|part| part.len()).sum()))?.send_vectored(parts)
    }

    fn is_send_vectored(&self) -> bool {
        self.inner.is_send_vectored()
    }

    fn finish(&self) -> Result<(), Errno> {
        self.inner.finish()
    }
}

impl<S: Source> Source for Nth<S> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.pass(Call::Recv(room.remaining()))?.recv(room)
    }
}

impl<S: Peek> Peek for Nth<S> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.pass(Call::Peek(room.remaining()))?.peek(room)
    }

    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        self.pass(Call::Consume(seen.len()))?.consume(seen)
    }

    fn window(&self) -> Option<&AtomicU32> {
        self.inner.window()
    }
}
