//! Frames with descriptors: the sending half.

use rustix::fd::BorrowedFd;

use super::{Header, MAX_FDS, Profile, Tx, TxError, push::Pushed, tx::Halt};
use crate::{Deadline, Errno, Interrupt, SendFds, log, transfer::Patience};

/// How many descriptors may go, and whether any can.
#[derive(Debug)]
pub(super) struct Limit {
    max: u32,
    /// The stream was asked, and passes descriptors.
    is_known: bool,
}

impl Default for Limit {
    fn default() -> Self {
        Self { max: MAX_FDS, is_known: false }
    }
}

impl<W: SendFds> Tx<'_, W> {
    /// How many descriptors the peer takes with a frame: [`MAX_FDS`] if nothing else is said, which is also the most that can be said. libwayland takes 28, say.
    ///
    /// Those that a peer has no room for it never sees, and may not even notice; so a frame with more of them is refused here.
    #[must_use]
    pub fn with_max_fds(mut self, max: u32) -> Self {
        self.fds.max = max.min(MAX_FDS);
        self
    }

    /// Sends one frame with these descriptors, and waits until the kernel has it. The payload is not copied.
    ///
    /// What was accepted before goes out first. Then one `sendmsg(2)`, if there is room for all of it: header, payload, and the descriptors with the first byte, so that they
    /// go once, however often the rest has to be tried. They stay open here, and the caller's. Without any it is [`send_large`](Self::send_large), in every profile.
    ///
    /// The first frame with some asks the stream whether it passes them: one `getsockopt(2)`.
    ///
    /// ```
    /// use sockpipe::{Deadline, Never, TokenPipe, TokenWriter, fd::AsFd, link::{Format, Rx, Tx}};
    ///
    /// let (a, b) = sockpipe::make_socket_pair()?;
    /// let mut pages = [0; 4096];
    /// let mut tx = Tx::new(&a, Format::fd(1000), &mut pages);
    /// let (mut buffer, mut slots) = ([0; 2048], [const { None }; 4]);
    /// let mut rx = Rx::new(&b, Format::fd(1000), &mut buffer).with_fds(&mut slots);
    ///
    /// let (reader, writer) = TokenPipe::pair()?;
    /// tx.send_with_fds(b"wake me here", &[writer.as_fd()], Deadline::Never, &Never)?;
    ///
    /// let mut frame = rx.recv(Deadline::Never, &Never)?.ok_or("no frame")?;
    /// assert_eq!(frame.payload, b"wake me here");
    /// let writer = TokenWriter::from(frame.fds.next().ok_or("no descriptor")?);
    /// writer.try_token_write(7)?;
    /// assert_eq!(reader.try_token_read(), Ok(Some(7)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Before anything is done: [`TxError::NoFds`], [`TxError::TooManyFds`], [`TxError::TooLong`]. [`TxError::FdsRefused`]: nothing was sent, and the link is as it was.
    /// [`TxError::TimedOut`], [`TxError::Interrupted`], [`TxError::Wait`] before its first byte has gone out: it was not accepted, and neither were the descriptors. After
    /// that [`TxError::Unfinished`]: call again with the same payload and as many descriptors, which are with the peer already, and it goes on.
    pub fn send_with_fds(
        &mut self,
        payload: &[u8],
        fds: &[BorrowedFd<'_>],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        self.send_all(payload, fds, &mut Patience::new(deadline, interrupt))
    }

    pub(super) fn send_all(
        &mut self,
        payload: &[u8],
        fds: &[BorrowedFd<'_>],
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<(), TxError> {
        let len = self.checked_len(&[payload])?;
        self.check(fds.len())?;
        let header = Header { len: len as u32, fds: fds.len() as u32 };
        let sent = self.send_alone(header, patience, |tx, sent, patience| {
            let mut pushed = None;
            if *sent == 0 && !fds.is_empty() {
                *sent = tx.send_first(header, payload, fds, patience)?;
                pushed = Some(Pushed::Part);
            }
            tx.send_parts(header, &[payload], sent, pushed, patience)
        });
        sent.map_err(|halt| self.error(halt, false))
    }

    /// Whether so many descriptors can go.
    fn check(&mut self, fds: usize) -> Result<(), TxError> {
        let max = self.fds.max;
        if fds > max as usize {
            return Err(TxError::TooManyFds { fds, max });
        }
        if fds > 0 && !self.fds.is_known {
            let passes =
                self.format().profile == Profile::Fd && self.writer.passes_fds().map_err(TxError::FdsRefused)?;
            self.fds.is_known = passes;
            if !self.fds.is_known {
                return Err(TxError::NoFds);
            }
        }
        Ok(())
    }

    /// Sends the first part of a frame, and all its descriptors. Says how long that part is.
    fn send_first(
        &self,
        header: Header,
        payload: &[u8],
        fds: &[BorrowedFd<'_>],
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<usize, Halt> {
        let mut head = [0; 8];
        header.encode(Profile::Fd, &mut head);
        loop {
            let attempt = self.writer.send_with_fds(&[&head, payload], fds);
            // It takes its arguments and the descriptors before it looks at the stream.
            if let Err(errno @ (Errno::TOOMANYREFS | Errno::BADF | Errno::INVAL)) = attempt {
                log::debug!("{} descriptors refused, errno {}", header.fds, errno.raw());
                return Err(Halt::Refused(errno));
            }
            let n = self.outcome(attempt)?;
            if n > 0 {
                log::trace!("{} descriptors sent", header.fds);
                patience.progress();
                return Ok(n.min(head.len() + payload.len()));
            }
            self.pause(patience)?;
        }
    }
}
