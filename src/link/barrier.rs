//! A barrier: the peer closes a descriptor as its acknowledgement.

use core::{mem, time::Duration};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use super::{Tx, TxError};
use crate::{
    Deadline, Events, Interrupt, Never, SendFds, TokenReader, Wait, io_error_is_permanent, sys,
    transfer::{Patience, Stop},
};

/// What waits until the peer has dealt with a frame: it gets one end of a pipe with it, and closes that. As `sd_notify_barrier(3)` does.
///
/// The peer has to do nothing for it but to close what came with the frame, once it is done, or to receive the next one: a process that knows nothing of
/// barriers does so as well. All that
/// is learned is that nobody has the descriptor any more, so **a peer that dies has closed it, too**, and so has one that takes no descriptors.
/// Whether it lives is another question: the link answers it.
///
/// It is empty at first, and again once it was passed. No system call, and no descriptor, until it is sent.
#[derive(Debug, Default)]
pub struct Barrier {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Empty,
    /// The frame has not gone out, or not all of it.
    Made(TokenReader, OwnedFd),
    /// The peer alone has the other end.
    Sent(TokenReader),
}

impl Barrier {
    /// An empty one.
    pub const fn new() -> Self {
        Self { state: State::Empty }
    }

    /// The end of the pipe that stays here, for an event loop to wait for its hang-up (`events` 0). `None` if it was not sent yet.
    pub fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        match &self.state {
            State::Sent(reader) => Some(reader.as_fd()),
            _ => None,
        }
    }
}

impl<W: SendFds> Tx<'_, W> {
    /// Sends a frame with one end of a fresh pipe, and waits until the peer has closed it. See [`Barrier`].
    ///
    /// Makes a pipe, then [`send_with_fds`](Self::send_with_fds), then one wait. With a barrier that was sent already it only waits.
    ///
    /// ```
    /// use core::time::Duration;
    /// use sockpipe::{Deadline, Never, link::{Barrier, Format, Rx, Tx, TxError}};
    ///
    /// let (a, b) = sockpipe::make_socket_pair()?;
    /// let mut pages = [0; 4096];
    /// let mut tx = Tx::new(&a, Format::fd(1000), &mut pages);
    /// let (mut buffer, mut slots) = ([0; 2048], [const { None }; 1]);
    /// let mut rx = Rx::new(&b, Format::fd(1000), &mut buffer).with_fds(&mut slots);
    ///
    /// let mut barrier = Barrier::new();
    /// let sent = tx.send_barrier(&mut barrier, b"done?", Deadline::NOW, &Never);
    /// assert_eq!(sent, Err(TxError::TimedOut { accepted: true })); // it has gone out, and waits for its answer
    ///
    /// let frame = rx.recv(Deadline::NOW, &Never)?.ok_or("no frame")?;
    /// assert_eq!(frame.payload, b"done?");
    /// frame.fds.for_each(drop); // yes
    /// tx.send_barrier(&mut barrier, b"done?", Deadline::Never, &Never)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`send_with_fds`](Self::send_with_fds); [`TxError::FdsRefused`] also if there can be no pipe. [`TxError::TimedOut`], [`TxError::Interrupted`] and [`TxError::Wait`]
    /// say whether the frame has gone out. After them, and after [`TxError::Unfinished`], call again with the same barrier and payload, and it goes on. One that is
    /// dropped instead waits for nothing any more.
    pub fn send_barrier(
        &mut self,
        barrier: &mut Barrier,
        payload: &[u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        let mut patience = Patience::new(deadline, interrupt);
        if let State::Empty = barrier.state {
            self.is_alive().map_err(|halt| self.error(halt, false))?;
            let (reader, writer) = sys::pipe::make().map_err(TxError::FdsRefused)?;
            barrier.state = State::Made(reader.into(), writer);
        }
        if let State::Made(_, writer) = &barrier.state {
            self.send_all(payload, &[sys::lend(writer)], &mut patience)?;
        }
        let reader = match mem::take(&mut barrier.state) {
            State::Empty => return Ok(()),
            State::Made(reader, _) | State::Sent(reader) => reader,
        };
        let result = wait_until_closed(&reader, &mut patience);
        if result.is_err() {
            barrier.state = State::Sent(reader);
        }
        result
    }
}

fn wait_until_closed(
    reader: &TokenReader,
    patience: &mut Patience<'_, impl Interrupt + ?Sized>,
) -> Result<(), TxError> {
    let mut attempt = reader.wait(Events::HANGUP, Some(Duration::ZERO), &Never);
    loop {
        match attempt {
            Ok(Events::NONE) => {}
            Ok(_) => return Ok(()),
            Err(errno) if io_error_is_permanent(errno) => return Err(TxError::Wait { errno, accepted: true }),
            Err(_) => {}
        }
        attempt = match patience.pause(reader, Some(Events::HANGUP)) {
            Ok(events) => Ok(events),
            Err(Stop::TimedOut) => return Err(TxError::TimedOut { accepted: true }),
            Err(Stop::Interrupted) => return Err(TxError::Interrupted { accepted: true }),
            Err(Stop::Failed(errno)) => Err(errno),
        };
    }
}
