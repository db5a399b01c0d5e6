//! Looking at what is in a pipe, and leaving it there.

use core::time::Duration;

use rustix::{
    fd::{AsFd, BorrowedFd, OwnedFd},
    pipe::{SpliceFlags, tee},
};

use crate::{Errno, Events, Instant, Interrupt, Peek, Room, Source, TokenReader, Wait, sys};

/// The read end of a pipe or FIFO that can be peeked at: lines can be received from it, and not a byte more.
///
/// A pipe has no MSG_PEEK. tee(2) puts what is in it into a second pipe as well, without a copy, from where it is read: so a peek is two calls,
/// and takes two descriptors. Not for what is no pipe: EINVAL.
///
/// ```
/// use sockpipe::{Deadline, LineReader, Never, PeekPipe, TokenPipe, prelude::*};
///
/// let (reader, writer) = TokenPipe::pair()?; // or standard input: TokenReader::from(an OwnedFd)
/// writer.send_complete(b"a line\nfor a child process", Deadline::Never, &Never)?;
///
/// let mut pipe = PeekPipe::new(reader)?;
/// let mut window = [0; 4096];
/// let mut lines = LineReader::lazy(&mut pipe, &mut window);
/// assert_eq!(lines.recv_line(b'\n', Deadline::Never, &Never)?, b"a line");
/// lines.finish()?;
/// let for_a_child: sockpipe::fd::OwnedFd = pipe.into_inner().into();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # When that holds
///
/// * It is the only reader, as with every stream that is peeked at. Pipes are often shared: what another reader takes between a peek and the receive
///   after it is taken twice, or missed.
/// * The pipe is no pipe of packets (O_DIRECT in pipe(2)): a receive of a part of a packet throws the rest away. The read end does not show it.
/// * What lies in it does not change. Pages that a writer has lent with vmsplice(2), or spliced from a file, can: then a lazy reader hands out what it was
///   shown, and an eager one, too, although it was another when it was taken.
#[derive(Debug)]
pub struct PeekPipe {
    reader: TokenReader,
    shown: OwnedFd,
    show: OwnedFd,
}

impl PeekPipe {
    /// Makes the second pipe: one pipe2(2).
    ///
    /// # Errors
    /// EMFILE or ENFILE when there are no descriptors left.
    pub fn new(reader: TokenReader) -> Result<Self, Errno> {
        let (shown, show) = sys::pipe::make()?;
        Ok(Self { reader, shown, show })
    }

    /// The end that it was made of, in which everything is that was not received.
    pub fn into_inner(self) -> TokenReader {
        self.reader
    }
}

impl AsFd for PeekPipe {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

impl Wait for PeekPipe {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        self.reader.wait(events, at_most, interrupt)
    }

    fn now(&self) -> Instant {
        self.reader.now()
    }
}

impl Source for PeekPipe {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.reader.recv(room)
    }
}

impl Peek for PeekPipe {
    /// One tee(2), and a read(2) if there is something. It shows 64 KiB at most.
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let n = tee(&self.reader, &self.show, room.remaining(), SpliceFlags::NONBLOCK)?;
        let mut left = n;
        while left > 0 {
            // They are there, so this does not sleep, and nobody else takes them.
            left -= room.put_with(|buf| {
                let buf = buf.get_mut(..left).unwrap_or_default();
                sys::pipe::read_blocking(sys::lend(&self.shown), buf)
            })?;
        }
        Ok(n)
    }
}
