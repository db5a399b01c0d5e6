//! Frames with descriptors: the receiving half.
//!
//! Descriptors come with the bytes that they were sent with, and a receive ends there; but it may begin with other bytes, which were there before. So they belong to
//! the frame that begins in those bytes and announces some. From when they are here until that frame is delivered, nothing is received that lies behind it: so
//! there is never more than one set of them, and no queue.
//!
//! | state | then |
//! |---|---|
//! | none | a receive brings some: they have *come*, if a frame begins in its bytes |
//! | come | a header that announces as many: they are *bound* to it; one that announces none, and no other begins behind it: an error |
//! | bound | the frame is delivered: they are *lent* with it |
//! | lent | the next call closes those that were not taken: none |

use rustix::fd::OwnedFd;

use super::{
    Format, FrameError, Header, Profile, Rx, RxError,
    rx::{Begun, Entrance, Halt, recv_from},
};
use crate::{Deadline, Errno, FdRoom, Interrupt, RecvFds, Room, log, transfer::Patience};

/// A frame, and the descriptors that came with it.
#[derive(Debug)]
pub struct FdFrame<'f> {
    /// What it says.
    pub payload: &'f mut [u8],
    /// The descriptors, to be taken.
    pub fds: Fds<'f>,
    /// How many came for which there was no slot. They are closed.
    pub surplus: u32,
    /// How many the system could not deliver: this process has as many open as it may (RLIMIT_NOFILE), or is not allowed to have them. The sender does not
    /// know. Those that are here are the first ones.
    pub lost: u32,
}

/// The descriptors of a frame, in the order in which they were sent. Each is close-on-exec. The next call closes those that are not taken.
#[derive(Debug)]
pub struct Fds<'f> {
    slots: &'f mut [Option<OwnedFd>],
}

impl Iterator for Fds<'_> {
    type Item = OwnedFd;

    fn next(&mut self) -> Option<OwnedFd> {
        let (first, rest) = core::mem::take(&mut self.slots).split_first_mut()?;
        self.slots = rest;
        first.take()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.slots.len(), Some(self.slots.len()))
    }
}

impl ExactSizeIterator for Fds<'_> {}

/// The receiving half of a link that takes descriptors. Made by [`Rx::with_fds`].
///
/// All that [`Rx`] says of frames, errors and event loops holds here as well.
///
/// * Every descriptor is owned as soon as it has come, and close-on-exec. It waits in the slots until its frame is delivered, also across timeouts. It is
///   closed by the next call if it was not taken by then, when the link dies, and when this is dropped.
/// * Those for which there is no slot are closed at once, and counted: [`FdFrame::surplus`]. With no slots at all, that is all of them. A peer can make this process have
///   253 more descriptors open for a moment, and no more than there are slots for longer.
/// * Those that the system could not deliver are counted: [`FdFrame::lost`]. The payload is intact, and so is the stream.
/// * If others come than a header announces, and none were lost, it is [`FrameError::WrongFds`]. Descriptors that no frame has announced are that, too, and
///   are not taken for those of the next.
///
/// In the other profiles, the kernel gets no room for descriptors.
///
/// ```
/// use sockpipe::{Deadline, Never, fd::AsFd, link::{Format, Rx, Tx}};
///
/// let (a, b) = sockpipe::make_socket_pair()?;
/// let mut pages = [0; 4096];
/// let mut tx = Tx::new(&a, Format::fd(1000), &mut pages);
/// let (mut buffer, mut slots) = ([0; 2048], [const { None }; 2]);
/// let mut rx = Rx::new(&b, Format::fd(1000), &mut buffer).with_fds(&mut slots);
///
/// tx.send_with_fds(b"three", &[a.as_fd(), a.as_fd(), a.as_fd()], Deadline::Never, &Never)?;
/// let frame = rx.recv(Deadline::Never, &Never)?.ok_or("no frame")?;
/// assert_eq!((&*frame.payload, frame.fds.len(), frame.surplus, frame.lost), (&b"three"[..], 2, 1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FdRx<'b, R> {
    rx: Rx<'b, R>,
    fds: Arrivals<'b>,
}

impl<'b, R: RecvFds> Rx<'b, R> {
    /// The same with slots for the descriptors that come. What is in the slots is closed. No system call otherwise.
    ///
    /// To be called before anything is received. 253 slots are enough for any frame.
    pub fn with_fds(self, slots: &'b mut [Option<OwnedFd>]) -> FdRx<'b, R> {
        let is_open = self.format().profile == Profile::Fd;
        let mut fds = Arrivals { slots, state: State::None, is_open };
        fds.clear();
        FdRx { rx: self, fds }
    }
}

impl<R: RecvFds> FdRx<'_, R> {
    /// What both sides have agreed on.
    pub fn format(&self) -> Format {
        self.rx.format()
    }

    /// The stream. Who receives from it takes from the middle of the link.
    pub fn reader(&self) -> &R {
        self.rx.reader()
    }

    /// Whether bytes are here that no frame has been made of yet: [`Rx::buffered`].
    pub fn buffered(&self) -> bool {
        self.rx.buffered()
    }

    /// Receives a frame and its descriptors, waiting until all of it is there, and lends it. `None` is the end of the stream between two frames, then and ever
    /// after. Otherwise as [`Rx::recv`]; the system call is `recvmsg(2)`.
    ///
    /// # Errors
    /// Those of [`Rx::recv`], and with those that lose nothing no descriptor is lost.
    pub fn recv(
        &mut self,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Option<FdFrame<'_>>, RxError> {
        self.fds.close_lent();
        match self.rx.whole_frame(&mut self.fds, &mut Patience::new(deadline, interrupt)) {
            Ok(len) => Ok(Some(self.fds.lend(self.rx.take_frame(len)))),
            Err(halt) => self.without(halt),
        }
    }

    /// Receives a frame into `out`, and its descriptors. Otherwise as [`Rx::recv_into`].
    ///
    /// # Errors
    /// Those of [`Rx::recv_into`], and with those that lose nothing no descriptor is lost.
    pub fn recv_into<'f>(
        &'f mut self,
        out: &'f mut [u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Option<FdFrame<'f>>, RxError> {
        self.fds.close_lent();
        match self.rx.recv_into_through(&mut self.fds, out, &mut Patience::new(deadline, interrupt)) {
            Ok(len) => Ok(Some(self.fds.lend(out.get_mut(..len).unwrap_or_default()))),
            Err(halt) => self.without(halt),
        }
    }

    /// How long the next frame is, waiting until its header is there. It stays. `None` is the end of the stream between two frames.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv), but [`RxError::Larger`].
    pub fn next_len(
        &mut self,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Option<usize>, RxError> {
        self.fds.close_lent();
        match self.rx.next_len_through(&mut self.fds, &mut Patience::new(deadline, interrupt)) {
            Ok(len) => Ok(Some(len)),
            Err(halt) => self.without(halt),
        }
    }

    /// What the caller is told who gets no frame. If the link is dead, what is here is closed.
    fn without<T>(&mut self, halt: Halt) -> Result<Option<T>, RxError> {
        if halt == Halt::Dead {
            self.fds.clear();
        }
        self.rx.without(halt)
    }
}

/// The descriptors that are here.
#[derive(Debug)]
struct Arrivals<'b> {
    slots: &'b mut [Option<OwnedFd>],
    state: State,
    /// The profile has descriptors.
    is_open: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    None,
    Come {
        came: u32,
        is_truncated: bool,
        /// They came with bytes that begin in the middle of a header, whose frame they do not belong to.
        in_header: bool,
    },
    Bound {
        came: u32,
        announced: u32,
    },
    Lent,
}

impl Arrivals<'_> {
    fn clear(&mut self) {
        self.state = State::None;
        self.slots.iter_mut().for_each(|slot| *slot = None);
    }

    fn close_lent(&mut self) {
        if let State::Lent = self.state {
            self.clear();
        }
    }

    /// The frame, with those that are bound to it.
    fn lend<'f>(&'f mut self, payload: &'f mut [u8]) -> FdFrame<'f> {
        let (came, announced) = match self.state {
            State::Bound { came, announced } => (came, announced),
            _ => (0, 0),
        };
        if announced > 0 {
            self.state = State::Lent;
        }
        let slots = self.slots.len().min(came as usize);
        let slots = self.slots.get_mut(..slots).unwrap_or_default();
        let (surplus, lost) = (came.saturating_sub(slots.len() as u32), announced.saturating_sub(came));
        if surplus + lost > 0 {
            log::debug!("frame without {} descriptors, and {} are lost", surplus, lost);
        }
        FdFrame { payload, fds: Fds { slots }, surplus, lost }
    }
}

impl<R: RecvFds> Entrance<R> for Arrivals<'_> {
    fn begins(&mut self, header: Header, behind: usize) -> Result<(), FrameError> {
        let announced = header.fds;
        let (came, is_truncated) = match &mut self.state {
            State::Come { in_header: in_header @ true, .. } => {
                *in_header = false;
                (0, false)
            }
            State::Come { came, is_truncated, .. } => (*came, *is_truncated),
            _ => (0, false),
        };
        if announced > 0 {
            if came > announced || came < announced && !is_truncated {
                return Err(FrameError::WrongFds { announced, came });
            }
            self.state = State::Bound { came, announced };
            return Ok(());
        }
        match self.state {
            // Nothing begins behind this frame in the bytes that they came with.
            State::Come { came, .. } if header.len as usize >= behind => {
                self.state = State::None;
                unannounced(came)
            }
            _ => Ok(()),
        }
    }

    fn receive(&mut self, reader: &R, memory: &mut [u8], begun: Begun) -> Result<Result<usize, Errno>, FrameError> {
        if !self.is_open {
            return Ok(recv_from(reader, memory));
        }
        let (rest, in_header) = match begun {
            Begun::Nothing => (0, false),
            Begun::Header(rest) => (rest, true),
            Begun::Payload(rest) => (rest, false),
        };
        if let (State::Come { came, .. }, 0) = (self.state, rest) {
            self.state = State::None;
            unannounced(came)?;
        }
        let is_free = matches!(self.state, State::None);
        // While some are here, no further than the frame that they belong to. Others that come all the same are the end of the link.
        let end = if is_free { memory.len() } else { memory.len().min(rest) };
        let mut fds = FdRoom::from(&mut *self.slots);
        let attempt = recv_all_from(reader, memory.get_mut(..end).unwrap_or_default(), &mut fds);
        let (came, is_truncated) = (fds.came(), fds.is_truncated());
        if came > 0 || is_truncated {
            log::trace!("{} descriptors came", came);
            // No frame begins in these bytes.
            if !is_free || attempt.is_ok_and(|n| n <= rest) {
                unannounced(came)?;
            } else {
                self.state = State::Come { came, is_truncated, in_header };
            }
        }
        Ok(attempt)
    }
}

/// Closes what was not delivered, although the slots live on.
impl Drop for Arrivals<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}

/// No frame announces those that came.
fn unannounced(came: u32) -> Result<(), FrameError> {
    if came > 0 { Err(FrameError::WrongFds { announced: 0, came }) } else { Ok(()) }
}

/// One attempt.
fn recv_all_from<R: RecvFds>(reader: &R, memory: &mut [u8], fds: &mut FdRoom<'_>) -> Result<usize, Errno> {
    let place = memory.as_ptr();
    let mut room = Room::from(memory);
    reader.recv_with_fds(&mut room, fds)?;
    // As in `recv_from`.
    let filled = room.filled();
    Ok(if filled.as_ptr() == place { filled.len() } else { 0 })
}
