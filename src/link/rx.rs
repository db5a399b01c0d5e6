//! The receiving half of a link: many frames a system call, each lent from where it was received.

use super::{Decoder, Format, FrameError, Header, RxError, intake::Intake};
use crate::{
    Deadline, Errno, Events, Interrupt, Room, Source, io_error_is_permanent, log,
    transfer::{Patience, Stop},
};

/// The receiving half of a link over a [`Source`].
///
/// It receives as much as there is into its memory, and lends the frames in it one after the other, without copying them; one that does not
/// fit is received right into the caller's memory. What has come of a frame stays, whatever ends the waiting for the rest: after
/// a timeout or an interrupt, call again.
///
/// Lengths are looked at as soon as they are there, and a frame that is too long is refused before memory is touched for it. **After an error of the
/// peer or the stream the link is dead** and says the same each time; so nobody takes what comes after a reset for an end. After the end in good
/// order it says `None`, each time.
///
/// In an event loop, wait for the stream only when nothing is [`buffered`](Self::buffered), and receive with [`Deadline::NOW`] until it says
/// [`RxError::TimedOut`]: a poll does not know what is in this memory already.
///
/// ```
/// use sockpipe::{Deadline, Never, link::{Format, FrameError, Rx, RxError}};
///
/// let (a, b) = sockpipe::make_socket_pair()?;
/// let mut memory = [0; 2048];
/// let mut rx = Rx::new(&b, Format::bare(1000), &mut memory);
///
/// a.send(b"\x05\0\0\0hel")?;
/// assert_eq!(rx.recv(Deadline::NOW, &Never), Err(RxError::TimedOut { received: 7 }));
/// a.send(b"lo\xFF\xFF\xFF\xFF")?;
/// assert_eq!(rx.recv(Deadline::NOW, &Never)?.as_deref(), Some(&b"hello"[..]));
/// let too_long = RxError::Protocol(FrameError::TooLong { len: u32::MAX, max: 1000 });
/// assert_eq!(rx.recv(Deadline::NOW, &Never), Err(too_long));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Rx<'b, R> {
    reader: R,
    decoder: Decoder,
    intake: Intake<'b>,
    /// The stream has ended, between two frames.
    has_ended: bool,
    /// What has ended the link.
    dead: Option<RxError>,
}

/// Why a verb goes no further. [`Rx::without`] says it in full.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// The stream has ended, between two frames.
    End,
    /// The link is dead.
    Dead,
    /// The frame is longer than the memory for it.
    Larger,
    /// Its waiting has ended.
    Stop(Stop),
}

impl<'b, R: Source> Rx<'b, R> {
    /// A link that receives from `reader`, with this memory. No system call.
    ///
    /// Frames that fit into the memory are lent from it; 16 KiB serve well where those are short. Without any memory nothing can be received:
    /// [`RxError::TooSmall`].
    pub fn new(reader: R, format: Format, memory: &'b mut [u8]) -> Self {
        let dead = memory.is_empty().then_some(RxError::TooSmall);
        Self { reader, decoder: Decoder::new(format), intake: Intake::new(memory), has_ended: false, dead }
    }

    /// What both sides have agreed on.
    pub fn format(&self) -> Format {
        self.decoder.format()
    }

    /// The stream. Who receives from it takes from the middle of the link.
    pub fn reader(&self) -> &R {
        &self.reader
    }

    /// Whether bytes are here that no frame has been made of yet: ask for them before the stream is waited for.
    pub fn buffered(&self) -> bool {
        !self.intake.is_empty()
    }

    /// Receives a frame, waiting until all of it is there, and lends it. `None` is the end of the stream between two frames, then and ever after.
    ///
    /// No system call if the frame is here already. It may be changed where it is (decrypted, say); it is there until the next call.
    ///
    /// # Errors
    /// [`RxError::Larger`]: it does not fit into this link's memory, and waits for [`recv_into`](Self::recv_into). [`RxError::TimedOut`],
    /// [`RxError::Interrupted`] and [`RxError::Wait`] lose nothing. The others are the link's end.
    pub fn recv(
        &mut self,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Option<&mut [u8]>, RxError> {
        let mut patience = Patience::new(deadline, interrupt);
        let len = loop {
            // The most frequent case, and the same as the other one.
            if let Some(len) = self.decoder.whole_frame(self.intake.bytes()) {
                self.intake.take(self.decoder.format().profile.header_len());
                break len;
            }
            let received = match self.is_between_frames() {
                true => self.receive(&mut Bytes, 0, Begun::Nothing, &mut patience).map(|()| None),
                false => self.whole_frame(&mut Bytes, &mut patience).map(Some),
            };
            match received {
                Ok(None) => {}
                Ok(Some(len)) => {
                    self.decoder.payload_taken(len);
                    break len;
                }
                Err(halt) => return self.without(halt),
            }
        };
        Ok(Some(self.intake.take(len)))
    }

    /// Receives a frame into `out`, waiting until all of it is there, and says how long it is. `None` is the end of the stream between two frames.
    ///
    /// What does not fit into this link's memory is received right into `out`.
    ///
    /// # Errors
    /// [`RxError::Larger`]: it does not fit into `out`, which was left alone; it waits. [`RxError::TimedOut`], [`RxError::Interrupted`] and
    /// [`RxError::Wait`]: call again **with the same `out`**, whose beginning has the first bytes of a frame that does not fit into the link's memory: it
    /// does not come again. Until it is complete, [`recv`](Self::recv) and [`next_len`](Self::next_len) say [`RxError::Unfinished`]. The others are the
    /// link's end.
    pub fn recv_into(
        &mut self,
        out: &mut [u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Option<usize>, RxError> {
        let received = self.recv_into_through(&mut Bytes, out, &mut Patience::new(deadline, interrupt));
        received.map_or_else(|halt| self.without(halt), |len| Ok(Some(len)))
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
        let next = self.next_len_through(&mut Bytes, &mut Patience::new(deadline, interrupt));
        next.map_or_else(|halt| self.without(halt), |len| Ok(Some(len)))
    }

    /// See [`next_len`](Self::next_len).
    pub(super) fn next_len_through(
        &mut self,
        entrance: &mut impl Entrance<R>,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<usize, Halt> {
        let len = self.next_header(entrance, patience)?;
        match self.decoder.under_way() {
            Some((_, left)) if left < len => Err(Halt::Larger),
            _ => Ok(len),
        }
    }

    /// The frame whose bytes are all here.
    #[inline]
    pub(super) fn take_frame(&mut self, len: usize) -> &mut [u8] {
        self.decoder.payload_taken(len);
        self.intake.take(len)
    }

    /// See [`recv_into`](Self::recv_into).
    pub(super) fn recv_into_through(
        &mut self,
        entrance: &mut impl Entrance<R>,
        out: &mut [u8],
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<usize, Halt> {
        let len = self.next_header(entrance, patience)?;
        let out = out.get_mut(..len).ok_or(Halt::Larger)?;
        if len <= self.intake.capacity() {
            self.whole_frame(entrance, patience)?;
            out.copy_from_slice(self.take_frame(len));
            return Ok(len);
        }
        while let Some((_, left)) = self.decoder.under_way() {
            let rest = out.get_mut(len - left..).unwrap_or_default();
            let there = self.intake.take(left);
            let n = if there.is_empty() {
                let attempt = entrance.receive(&self.reader, rest, Begun::Payload(left));
                self.outcome(attempt, patience)?
            } else {
                rest.iter_mut().zip(&*there).for_each(|(place, byte)| *place = *byte);
                there.len()
            };
            self.decoder.payload_taken(n);
        }
        Ok(len)
    }

    /// How long the frame is whose payload comes next, once its header is there.
    #[inline]
    pub(super) fn next_header(
        &mut self,
        entrance: &mut impl Entrance<R>,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<usize, Halt> {
        loop {
            if self.dead.is_some() {
                return Err(Halt::Dead);
            }
            if let Some((len, _)) = self.decoder.under_way() {
                return Ok(len);
            }
            let mut bytes = self.intake.bytes();
            let header = self.decoder.header(&mut bytes);
            let rest = bytes.len();
            self.intake.keep(rest);
            match header {
                Ok(Some(header)) => entrance.begins(header, rest).map_err(|error| self.die(error.into()))?,
                Ok(None) if self.has_ended => return Err(Halt::End),
                Ok(None) => {
                    let begun = self.decoder.header_under_way().map_or(Begun::Nothing, Begun::Header);
                    self.receive(entrance, 0, begun, patience)?;
                }
                Err(error) => return Err(self.die(error.into())),
            }
        }
    }

    /// The same, once all of the frame is in the memory of this link.
    #[inline]
    pub(super) fn whole_frame(
        &mut self,
        entrance: &mut impl Entrance<R>,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<usize, Halt> {
        let len = self.next_header(entrance, patience)?;
        if len > self.intake.capacity() {
            return Err(Halt::Larger);
        }
        while let missing @ 1.. = len.saturating_sub(self.intake.len()) {
            self.receive(entrance, len, Begun::Payload(missing), patience)?;
        }
        Ok(len)
    }

    /// One attempt to receive more of something of which `whole` bytes are to stand together.
    fn receive(
        &mut self,
        entrance: &mut impl Entrance<R>,
        whole: usize,
        begun: Begun,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<(), Halt> {
        let attempt = entrance.receive(&self.reader, self.intake.spare(whole), begun);
        let n = self.outcome(attempt, patience)?;
        self.intake.put(n);
        Ok(())
    }

    /// What an attempt to receive has brought: so many bytes. If it has brought none, after a wait; and if it never will, the error, unless
    /// the stream has ended between two frames.
    fn outcome(
        &mut self,
        attempt: Result<Result<usize, Errno>, FrameError>,
        patience: &mut Patience<'_, impl Interrupt + ?Sized>,
    ) -> Result<usize, Halt> {
        match attempt.map_err(|error| self.die(error.into()))? {
            Ok(0) => match self.decoder.end_behind(self.intake.len()) {
                Ok(()) => self.has_ended = true,
                Err(error) => return Err(self.die(error.into())),
            },
            Ok(n) => {
                patience.progress();
                return Ok(n);
            }
            Err(errno) if io_error_is_permanent(errno) => {
                let received = self.received();
                return Err(self.die(RxError::Failed { errno, received }));
            }
            Err(_) => {
                if let Err(stop) = patience.pause(&self.reader, Some(Events::RECV)) {
                    return Err(Halt::Stop(stop));
                }
            }
        }
        Ok(0)
    }

    /// Whether nothing of the next frame has come but perhaps a part of its header, and the rest may yet.
    fn is_between_frames(&self) -> bool {
        self.intake.is_empty() && self.decoder.under_way().is_none() && self.dead.is_none() && !self.has_ended
    }

    /// How many bytes of the next frame have come.
    fn received(&self) -> usize {
        self.decoder.received() + self.intake.len()
    }

    /// What the caller is told who gets no frame.
    #[cold]
    pub(super) fn without<T>(&self, halt: Halt) -> Result<Option<T>, RxError> {
        let received = self.received();
        Err(match (halt, self.dead, self.decoder.under_way()) {
            (Halt::Stop(Stop::TimedOut), ..) => RxError::TimedOut { received },
            (Halt::Stop(Stop::Interrupted), ..) => RxError::Interrupted { received },
            (Halt::Stop(Stop::Failed(errno)), ..) => RxError::Wait { errno, received },
            (Halt::Larger, _, Some((len, left))) if left == len => RxError::Larger { len: len as u32 },
            (Halt::Larger, _, Some((len, left))) => RxError::Unfinished { received: len - left, len },
            (Halt::Dead, Some(error), _) => error,
            _ => return Ok(None),
        })
    }

    #[cold]
    fn die(&mut self, error: RxError) -> Halt {
        log::debug!("link ends after {} bytes of a frame", self.received());
        self.dead = Some(error);
        Halt::Dead
    }
}

/// What has begun when more bytes are needed, and how many of those belong to it.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "fd-passing"), allow(dead_code))]
pub(super) enum Begun {
    Nothing,
    Header(usize),
    Payload(usize),
}

/// How bytes come in: alone, or with descriptors.
pub(super) trait Entrance<R> {
    /// A frame begins, with this header; `behind` bytes are here that came after it.
    fn begins(&mut self, header: Header, behind: usize) -> Result<(), FrameError>;

    /// One attempt to receive.
    fn receive(&mut self, reader: &R, memory: &mut [u8], begun: Begun) -> Result<Result<usize, Errno>, FrameError>;
}

/// Alone: the kernel gets no room for descriptors, so it closes those that come.
struct Bytes;

impl<R: Source> Entrance<R> for Bytes {
    #[inline]
    fn begins(&mut self, Header { fds, .. }: Header, _: usize) -> Result<(), FrameError> {
        if fds == 0 { Ok(()) } else { Err(FrameError::UnwantedFds { fds }) }
    }

    #[inline]
    fn receive(&mut self, reader: &R, memory: &mut [u8], _: Begun) -> Result<Result<usize, Errno>, FrameError> {
        Ok(recv_from(reader, memory))
    }
}

/// One attempt.
pub(super) fn recv_from<R: Source + ?Sized>(reader: &R, memory: &mut [u8]) -> Result<usize, Errno> {
    let place = memory.as_ptr();
    let mut room = Room::from(memory);
    reader.recv(&mut room)?;
    // The room counts for itself, so what a double claims here does not matter. Another room in its place does not count.
    let filled = room.filled();
    Ok(if filled.as_ptr() == place { filled.len() } else { 0 })
}
