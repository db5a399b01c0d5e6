//! The sending half of a link: frames go into a page, and pages into the stream.

use core::time::Duration;

use super::{
    Batch, Format, Header, Permit, TxError,
    pages::{MARK, Pages},
    push::Pushed,
};
use crate::{
    Deadline, Errno, Interrupt, Sink, log,
    sync::{AtomicI32, Ordering},
    transfer::Stop,
};

/// The sending half of a link over a [`Sink`], which several threads can share by reference.
///
/// A frame is *accepted* once it is in the link's memory, and then goes out in one piece with whatever else is there: one `send(2)` for a
/// frame alone, and one for hundreds of small ones that come together. Nobody waits for a lock, and there is no thread: whoever sends
/// pushes what is there, without blocking; what the stream does not take now is pushed by whoever comes next.
///
/// | verb | returns when | sends |
/// |---|---|---|
/// | [`send`](Self::send) | the kernel has the frame | what you have already |
/// | [`reserve`](Self::reserve), then [`alloc`](Permit::alloc), then [`commit`](super::Slot::commit) | the frame is accepted | what you write into the link's memory |
/// | [`batch`](Self::batch), then [`feed`](Batch::feed) and [`flush`](Batch::flush) | each is accepted; the kernel has them all | many |
/// | [`send_large`](Self::send_large) | the kernel has the frame | what is longer than a page, without a copy, from who has the link to himself |
/// | [`send`](Self::send), longer than a page | the same, but once its first byte is out only the [stall limit](Self::with_stall_limit) ends the waiting | the same, among several senders |
///
/// Frames of one thread go out in the order in which they were accepted. *The kernel has it* does not mean that the peer has.
///
/// **A deadline limits the caller's own waiting**, and so it does an interrupt: for room, or until what is accepted is gone. Neither takes an accepted frame back, nor
/// breaks anybody's frame; which is why a large one that others share the link with is not interrupted half-way. **An error of the stream ends the link** for everybody: each verb says [`TxError::Failed`] from then on, with the
/// same errno. `commit` is told such an error, but never that somebody's time is over.
///
/// **In an event loop**, wait for [`Events::SEND`](crate::Events::SEND) while there is something [`pending`](Self::pending), and then
/// [`flush`](Self::flush) with [`Deadline::NOW`]. Who waits for an answer flushes first: receiving pushes nothing.
///
/// A stream that panics in the middle of a large frame leaves a part of it sent, and what comes after it is garbage to the peer.
///
/// The memory is two pages, of at most 1 MiB; each verb but `send_large` has as its limit the longest frame that fits into a page with its
/// header. Dropped, a link sends nothing more: [`close`](Self::close) it.
///
/// ```
/// use sockpipe::{Deadline, Never, link::{Format, Rx, Tx}};
///
/// let (a, b) = sockpipe::make_socket_pair()?;
/// let (mut pages, mut buffer) = ([0; 4096], [0; 2048]);
/// let mut tx = Tx::new(&a, Format::bare(1000), &mut pages);
/// let mut rx = Rx::new(&b, Format::bare(1000), &mut buffer);
///
/// tx.send(b"hello", Deadline::Never, &Never)?;
/// tx.close(Deadline::Never, &Never)?;
/// assert_eq!(rx.recv(Deadline::Never, &Never)?.as_deref(), Some(&b"hello"[..]));
/// assert_eq!(rx.recv(Deadline::Never, &Never)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Tx<'b, W> {
    pub(super) writer: W,
    pub(super) format: Format,
    pub(super) pages: Pages<'b>,
    /// 0, or what has become of the link: an errno, or one of those below. Relaxed: it orders nothing. Who ends the link among others keeps the
    /// pusher's role, so that nobody sends behind that; the other changes are made by who has the link to himself.
    pub(super) fate: AtomicI32,
    pub(super) stall_limit: Duration,
    /// What has gone out of a large frame, header and all, and which it is.
    pub(super) unfinished: Option<(usize, Header)>,
    /// How many descriptors a frame may have, and whether the stream is known to pass any.
    #[cfg(all(feature = "fd-passing", unix))]
    pub(super) fds: super::send_fds::Limit,
}

pub(super) const ALIVE: i32 = 0;
const CLOSED: i32 = -1;
pub(super) const STALLED: i32 = -2;
pub(super) const UNFINISHED: i32 = -3;
const TOO_SMALL: i32 = -4;

/// Why a verb goes no further. [`Tx::error`] says it in full.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// Nothing can be sent any more, or not now: see `fate`.
    Fate,
    /// Its waiting has ended.
    Stop(Stop),
    /// The system does not take the descriptors.
    #[cfg(all(feature = "fd-passing", unix))]
    Refused(Errno),
}

impl<'b, W: Sink> Tx<'b, W> {
    /// A link that sends to `writer`, with this memory. No system call: the prologue, if there is one, goes out with the first frame, or by
    /// [`flush`](Self::flush).
    ///
    /// 32 bytes are the least: with less memory each verb says [`TxError::TooSmall`]. Two pages of 16 KiB serve well.
    pub fn new(writer: W, format: Format, memory: &'b mut [u8]) -> Self {
        let pages = Pages::new(memory, format.profile);
        let fate = AtomicI32::new(if pages.page() == 0 { TOO_SMALL } else { ALIVE });
        Self {
            writer,
            format,
            pages,
            fate,
            stall_limit: Self::STALL_LIMIT,
            unfinished: None,
            #[cfg(all(feature = "fd-passing", unix))]
            fds: Default::default(),
        }
    }

    const STALL_LIMIT: Duration = Duration::from_secs(30);

    /// How long a peer may keep a frame of a shared link waiting that is longer than a page, once its first byte has gone out, before the link is given up:
    /// 30 s if nothing else is said. See [`send`](Self::send).
    pub fn with_stall_limit(self, limit: Duration) -> Self {
        Self { stall_limit: limit, ..self }
    }

    /// What both sides have agreed on.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The stream.
    pub fn writer(&self) -> &W {
        &self.writer
    }

    /// How many bytes are accepted and not yet in the kernel's hands, headers included; while others send, about so many.
    pub fn pending(&self) -> usize {
        self.pages.pending()
    }

    /// Sends one frame, and waits until the kernel has it. One `send(2)` if there is room in the stream and nothing else is there.
    ///
    /// A payload that does not fit into a page goes out without a copy, in one `sendmsg(2)` if there is room for it, after what was accepted before. Until its
    /// first byte is out, the caller's deadline and interrupt hold; then, as others wait behind it, the link's [stall limit](Self::with_stall_limit). Who has
    /// the link to himself should use [`send_large`](Self::send_large).
    ///
    /// # Errors
    /// [`TxError::TooLong`] before anything is done. [`TxError::TimedOut`], [`TxError::Interrupted`] and [`TxError::Wait`] say whether the frame is
    /// accepted: if so, it will go out, and must not be sent again. [`TxError::Unfinished`] until a large frame is. The others are the link's end.
    pub fn send(
        &self,
        payload: &[u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        self.send_vectored(&[payload], deadline, interrupt)
    }

    /// Sends one frame whose payload is in several parts. Otherwise it is [`send`](Self::send).
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub fn send_vectored(
        &self,
        parts: &[&[u8]],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TxError> {
        let len = self.checked_len(parts)?;
        let begun = self.is_alive().ok().and_then(|()| self.pages.begin(self.header_len().saturating_add(len)));
        let mut accepted = begun.is_some();
        let sent = match begun {
            // Nothing else is there.
            Some(mut push) => {
                self.format.write(len, parts, push.bytes());
                let until = push.until();
                match self.push(push) {
                    Ok(Pushed::All) => return Ok(()),
                    Ok(pushed) => self.flush_until(until, Some(pushed), &mut Self::patience(deadline, interrupt)),
                    Err(halt) => Err(halt),
                }
            }
            None => self.send_behind_others(len, parts, &mut Self::patience(deadline, interrupt), &mut accepted),
        };
        sent.map_err(|halt| self.error(halt, accepted))
    }

    /// Waits until a frame of up to `max_len` bytes has room, and sets that aside. No system call if there is; otherwise what is there is pushed.
    ///
    /// This is where a sender waits for a slow peer. The room is given back when the permit is dropped. A thread that holds
    /// one delays the frames of others that are in the same page, so fill and commit at once; and it must not wait on the same link for
    /// anything else meanwhile.
    ///
    /// # Errors
    /// [`TxError::TooLong`] if such a frame never has room. Nothing is accepted, whatever the error says.
    pub fn reserve(
        &self,
        max_len: usize,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Permit<'_, 'b, W>, TxError> {
        let max = self.max_len();
        if max_len > max {
            return Err(TxError::TooLong { len: max_len, max });
        }
        // What is not used becomes a hole, which needs its mark; at the end of a page it does not, as nothing can come behind it.
        let len = (self.header_len() + max_len + MARK).min(self.pages.page());
        match self.claim(len, &mut Self::patience(deadline, interrupt)) {
            Ok(claim) => Ok(Permit::new(self, claim, max_len)),
            Err(halt) => Err(self.error(halt, false)),
        }
    }

    /// The longest payload that can be [reserved](Self::reserve): what the format allows, and what fits into a page.
    pub fn max_len(&self) -> usize {
        self.pages.page().saturating_sub(self.header_len()).min(self.format.max as usize)
    }

    /// Waits until the kernel has everything that was accepted before. No system call if it has.
    ///
    /// It waits for those who hold a permit or a slot, too: who holds one himself and does this without a deadline waits for ever.
    ///
    /// # Errors
    /// [`TxError::TimedOut`], [`TxError::Interrupted`], [`TxError::Wait`]: nothing is lost, the rest goes out later. The others are the link's end.
    pub fn flush(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<(), TxError> {
        self.flush_with(&mut Self::patience(deadline, interrupt)).map_err(|halt| self.error(halt, false))
    }

    /// The link for who has it to himself, to send many frames in few system calls.
    pub fn batch(&mut self) -> Batch<'_, 'b, W> {
        Batch::new(self)
    }

    /// Delivers everything that was accepted to the kernel, then tells the peer that no more will come: [`Sink::finish`]. Receiving goes on.
    ///
    /// The peer's link sees all the frames, and then the end. It cannot be called while somebody has a permit or a slot. Afterwards each
    /// verb says [`TxError::Closed`]. Where the stream is a pipe, the end comes only when the writer is dropped, with the link.
    ///
    /// ```compile_fail,E0502
    /// # use sockpipe::{Deadline, Never, link::{Format, Tx}};
    /// # let (sock, _peer) = sockpipe::make_socket_pair().unwrap();
    /// # let mut pages = [0; 4096];
    /// let mut tx = Tx::new(&sock, Format::bare(1000), &mut pages);
    /// let permit = tx.reserve(10, Deadline::Never, &Never).unwrap();
    /// tx.close(Deadline::Never, &Never).unwrap(); // the permit is alive
    /// drop(permit);
    /// ```
    ///
    /// # Errors
    /// [`TxError::TimedOut`], [`TxError::Interrupted`], [`TxError::Wait`]: the link is as it was; call again. The others are the link's end.
    pub fn close(&mut self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<(), TxError> {
        self.flush(deadline, interrupt)?;
        self.writer.finish().map_err(|errno| self.error(self.die(errno), false))?;
        self.fate.store(CLOSED, Ordering::Relaxed);
        Ok(())
    }

    /// Whether something can be sent at all.
    #[inline]
    pub(super) fn is_alive(&self) -> Result<(), Halt> {
        if self.fate.load(Ordering::Relaxed) == ALIVE { Ok(()) } else { Err(Halt::Fate) }
    }

    /// What the caller is told.
    #[cold]
    #[inline(never)]
    pub(super) fn error(&self, halt: Halt, accepted: bool) -> TxError {
        match halt {
            Halt::Stop(Stop::TimedOut) => TxError::TimedOut { accepted },
            Halt::Stop(Stop::Interrupted) => TxError::Interrupted { accepted },
            Halt::Stop(Stop::Failed(errno)) => TxError::Wait { errno, accepted },
            #[cfg(all(feature = "fd-passing", unix))]
            Halt::Refused(errno) => TxError::FdsRefused(errno),
            Halt::Fate => match self.fate.load(Ordering::Relaxed) {
                CLOSED => TxError::Closed,
                STALLED => TxError::Stalled,
                TOO_SMALL => TxError::TooSmall,
                UNFINISHED => {
                    let (sent, total) = self.unfinished.map_or((0, 0), |(sent, header)| (sent, header.len as usize));
                    TxError::Unfinished { sent: sent.saturating_sub(self.header_len()), total }
                }
                errno => TxError::Failed(Errno::from_raw(errno)),
            },
        }
    }

    /// The link is dead, and this is why; unless it was dead before.
    #[cold]
    #[inline(never)]
    pub(super) fn end(&self, fate: i32) -> Halt {
        log::debug!("link ends, {}", fate);
        if self.fate.compare_exchange(ALIVE, fate, Ordering::Relaxed, Ordering::Relaxed) == Err(UNFINISHED) {
            self.fate.store(fate, Ordering::Relaxed);
        }
        Halt::Fate
    }

    pub(super) fn die(&self, errno: Errno) -> Halt {
        self.end(errno.raw().max(1))
    }

    pub(super) fn header_len(&self) -> usize {
        self.format.profile.header_len()
    }

    pub(super) fn pages(&mut self) -> &mut Pages<'b> {
        &mut self.pages
    }

    /// How long a payload in these parts is, if it is not too long.
    #[inline]
    pub(super) fn checked_len(&self, parts: &[&[u8]]) -> Result<usize, TxError> {
        let (len, max) =
            (parts.iter().fold(0, |len: usize, part| len.saturating_add(part.len())), self.format.max as usize);
        if len > max { Err(TxError::TooLong { len, max }) } else { Ok(len) }
    }
}
