//! Streams of this crate as embedded-io's, which block.

use core::fmt;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write, WriteReady};

use crate::{
    Deadline, Errno, Events, Interrupt, Never, Room, Sink, Source, Wait, io_error_is_permanent,
    transfer::{Patience, Stop},
};

/// Any [`Source`] and [`Sink`] as embedded-io's [`Read`] and [`Write`], with a deadline and an interrupt: whoever takes those takes a
/// [`Sock`](crate::Sock) or the ends of a [`TokenPipe`](crate::TokenPipe).
///
/// A read waits until something is there, and a write until something can be taken; [`Deadline::Within`] is for each of them,
/// [`Deadline::At`] for all together. Nothing is buffered, so a flush does nothing. An empty read or write is 0, without a system call.
///
/// embedded-io's `write_all` and `read_exact` do not say how much they moved before an error:
/// [`send_complete`](Sink::send_complete) and [`recv_exact`](Source::recv_exact) do.
///
/// ```
/// use core::time::Duration;
/// use embedded_io::{Error, ErrorKind, Read, Write};
/// use sockpipe::{Blocking, Deadline, Never};
///
/// let (a, b) = sockpipe::make_socket_pair()?;
/// let mut a = Blocking::new(a, Deadline::Within(Duration::from_millis(10)), &Never);
/// let mut b = Blocking::new(b, Deadline::Never, &Never);
///
/// a.write_all(b"hello")?;
/// let mut hello = [0; 5];
/// b.read_exact(&mut hello)?;
/// assert_eq!(&hello, b"hello");
/// assert_eq!(a.read(&mut hello).unwrap_err().kind(), ErrorKind::TimedOut);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Blocking<'i, S, I: ?Sized = Never> {
    stream: S,
    deadline: Deadline,
    interrupt: &'i I,
}

impl<'i, S: Wait, I: Interrupt + ?Sized> Blocking<'i, S, I> {
    /// This stream, with this deadline and interrupt for each read and write. A reference to a stream is one, too.
    pub fn new(stream: S, deadline: Deadline, interrupt: &'i I) -> Self {
        Self { stream, deadline, interrupt }
    }

    /// The stream.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// The stream, for something else.
    pub fn into_stream(self) -> S {
        self.stream
    }

    /// Makes `attempt` until it moves something, or says that it never will. `None`: not now.
    fn repeat(
        &self,
        events: Events,
        mut attempt: impl FnMut(&S) -> Result<Option<usize>, Errno>,
    ) -> Result<usize, BlockingError> {
        let mut patience = Patience::new(self.deadline, self.interrupt);
        loop {
            match attempt(&self.stream) {
                Ok(Some(n)) => return Ok(n),
                Err(errno) if io_error_is_permanent(errno) => return Err(BlockingError::Failed(errno)),
                Ok(None) | Err(_) => {}
            }
            patience.pause(&self.stream, Some(events)).map_err(|stop| match stop {
                Stop::TimedOut => BlockingError::TimedOut,
                Stop::Interrupted => BlockingError::Interrupted,
                Stop::Failed(errno) => BlockingError::Failed(errno),
            })?;
        }
    }

    fn is_ready(&self, events: Events) -> Result<bool, BlockingError> {
        let occurred = self.stream.wait_for(events, Deadline::NOW, &Never);
        occurred.map(|occurred| !occurred.is_empty()).map_err(|error| match error {
            crate::WaitError::Failed(errno) => BlockingError::Failed(errno),
            crate::WaitError::Interrupted => BlockingError::Interrupted,
        })
    }
}

impl<S, I: ?Sized> ErrorType for Blocking<'_, S, I> {
    type Error = BlockingError;
}

impl<S: Source, I: Interrupt + ?Sized> Read for Blocking<'_, S, I> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, BlockingError> {
        if buf.is_empty() {
            return Ok(0);
        }
        self.repeat(Events::RECV, |stream| {
            let place = buf.as_ptr();
            let mut room = Room::from(&mut *buf);
            stream.recv(&mut room)?;
            // The room counts for itself, so what a double claims here does not matter. Another room in its place does not count.
            let filled = room.filled();
            Ok(Some(if filled.as_ptr() == place { filled.len() } else { 0 }))
        })
    }
}

impl<S: Sink, I: Interrupt + ?Sized> Write for Blocking<'_, S, I> {
    fn write(&mut self, buf: &[u8]) -> Result<usize, BlockingError> {
        if buf.is_empty() {
            return Ok(0);
        }
        self.repeat(Events::SEND, |stream| stream.send(buf).map(|n| Some(n.min(buf.len())).filter(|n| *n > 0)))
    }

    fn flush(&mut self) -> Result<(), BlockingError> {
        Ok(())
    }
}

/// Ready at the end of the stream, too, and when there is an error to fetch: a read would not block.
impl<S: Source, I: Interrupt + ?Sized> ReadReady for Blocking<'_, S, I> {
    fn read_ready(&mut self) -> Result<bool, BlockingError> {
        self.is_ready(Events::RECV)
    }
}

impl<S: Sink, I: Interrupt + ?Sized> WriteReady for Blocking<'_, S, I> {
    fn write_ready(&mut self) -> Result<bool, BlockingError> {
        self.is_ready(Events::SEND)
    }
}

/// What made a read or a write of a [`Blocking`] stream stop. Nothing was moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum BlockingError {
    /// The system's error.
    Failed(Errno),
    /// The deadline passed.
    TimedOut,
    /// The interrupt was set.
    Interrupted,
}

impl fmt::Display for BlockingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(errno) => errno.fmt(f),
            Self::TimedOut => f.write_str("timeout"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl core::error::Error for BlockingError {}

/// An interrupt is [`ErrorKind::TimedOut`], as the waiting was ended, and nothing else: loops take `Interrupted` for a signal and would go on, and a
/// [link](crate::link::embedded) would take `Other` for the end of the stream.
impl embedded_io::Error for BlockingError {
    fn kind(&self) -> ErrorKind {
        match *self {
            Self::TimedOut => ErrorKind::TimedOut,
            Self::Interrupted => ErrorKind::TimedOut,
            Self::Failed(errno) => match errno {
                Errno::PERM | Errno::ACCESS => ErrorKind::PermissionDenied,
                Errno::PIPE => ErrorKind::BrokenPipe,
                Errno::CONNRESET => ErrorKind::ConnectionReset,
                Errno::CONNREFUSED => ErrorKind::ConnectionRefused,
                Errno::CONNABORTED => ErrorKind::ConnectionAborted,
                Errno::NOTCONN => ErrorKind::NotConnected,
                Errno::INVAL => ErrorKind::InvalidInput,
                Errno::NOMEM => ErrorKind::OutOfMemory,
                _ => ErrorKind::Other,
            },
        }
    }
}

/// An interrupt is `ErrorKind::Other`, as for the other errors: std's loops take `Interrupted` for a signal and would go on.
#[cfg(feature = "std")]
impl From<BlockingError> for std::io::Error {
    fn from(error: BlockingError) -> Self {
        match error {
            BlockingError::Failed(errno) => errno.into(),
            BlockingError::TimedOut => Self::new(std::io::ErrorKind::TimedOut, error),
            BlockingError::Interrupted => Self::other(error),
        }
    }
}
