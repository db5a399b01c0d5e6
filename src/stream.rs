//! The seam: what a byte stream must be able to do, so that the algorithms of this crate run on it.
//!
//! A [`Sock`](crate::Sock) has all of it, a token pipe's ends a half each, a test double what it needs. The rules that every
//! implementation keeps:
//!
//! * one call makes one attempt, with one system call where the kernel can; only [`Wait::wait`] sleeps;
//! * a call never retries, and a failed one has moved nothing;
//! * "not now" is [`Errno::AGAIN`], also on a descriptor in blocking mode.

use core::{sync::atomic::AtomicU32, time::Duration};

use crate::{
    ConnectError, Deadline, Disconnected, Errno, Events, Instant, Interrupt, RecvError, RecvExactError, Room,
    SendError, TokenError, WaitError,
    transfer::{self, Text},
};

/// Something that can be waited for, and that knows what time it is.
pub trait Wait {
    /// Sleeps until one of `events` occurs, `at_most` has passed, or the interrupt wakes it: one `ppoll(2)`.
    ///
    /// `at_most` counts from the call; `None` is without limit, zero only looks. Returns what occurred, which can be more than
    /// was asked for ([`Events::ERROR`] and [`Events::HANGUP`] come unasked) and can be nothing: time is over, the interrupt
    /// rang, or no reason at all. Ask the clock and the interrupt which. Nothing is consumed, neither bytes nor the interrupt.
    ///
    /// This is the one step that the operations are made of. It looks only at what the interrupt lends, not whether it is set, and
    /// neither enters nor leaves it: who calls it directly may miss an interrupt that is set and reset at once, and may be woken by
    /// one that is not set. [`wait_for`](Self::wait_for) does all that.
    ///
    /// For [`Events::TIME`] alone it only sleeps, and does not look at the stream. The algorithms ask for that where a wait must last
    /// its time although the stream is broken, not connected yet, or always ready.
    ///
    /// # Errors
    /// [`Errno::INTR`] when a signal arrived; [`Errno::BADF`] when the descriptor is not open; the others of `ppoll(2)`.
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno>;

    /// The time on the clock that `wait` goes by. It never runs backwards.
    fn now(&self) -> Instant;

    /// Waits until one of `events` occurs, and says which did.
    ///
    /// Returns at once if one is there already, even past the deadline or when interrupted; [`Events::NONE`] when the
    /// deadline passes first. Signals do not end or prolong it. Nothing is consumed.
    ///
    /// # Errors
    /// [`WaitError::Interrupted`], or the system's own error.
    fn wait_for(
        &self,
        events: Events,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, WaitError> {
        transfer::wait_for(self, events, deadline, interrupt)
    }

    /// Makes `attempt` until there is a connection or it is refused: for addresses that [`Address`](crate::Address) does not know.
    ///
    /// An attempt is one `connect(2)` that does not block. EINPROGRESS and EINTR say that the connection is being made: after a wait
    /// for [`Events::SEND`] it is attempted again, which says what became of it; EISCONN is then a success. EAGAIN says that the
    /// listener's backlog is full: it is tried again after 1 to 64 ms.
    ///
    /// Does what `ConnectDirectly` in Bitcoin Core's `netbase.cpp` does, but asks the call itself, not SO_ERROR.
    ///
    /// # Errors
    /// Any other error of the attempt is [`ConnectError::Failed`], at once; so are EALREADY and EISCONN before an attempt of this call has
    /// said EINPROGRESS or EINTR, as then that is somebody else's connection. It is reported in preference to a timeout, and a
    /// timeout in preference to an interrupt; after these two the connection may still be being made. To go on, call again with an
    /// attempt that says EINPROGRESS for EALREADY, and `Ok` for EISCONN.
    fn connect_with(
        &self,
        attempt: impl FnMut() -> Result<(), Errno>,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), ConnectError> {
        transfer::connect_with(self, attempt, deadline, interrupt)
    }
}

/// How many parts one call takes at most: as many as Linux takes without memory of its own for them, UIO_FASTIOV.
pub(crate) const PARTS: usize = 8;

/// Something that takes bytes.
pub trait Sink: Wait {
    /// Hands over as much of `data` as can be taken now: one `send(2)`. Returns how many bytes were; does not block.
    ///
    /// 0 for data that is not empty means "not now", like [`Errno::AGAIN`]. Never raises SIGPIPE.
    ///
    /// # Errors
    /// [`Errno::AGAIN`] when nothing can be taken now, [`Errno::PIPE`] when the peer is gone, the others of `send(2)`.
    fn send(&self, data: &[u8]) -> Result<usize, Errno>;

    /// Hands over as much as can be taken now of `parts`, which follow each other as if they were one. Does not block.
    ///
    /// One `sendmsg(2)` where the kernel can, which may leave out all but the first 8 parts; elsewhere it is [`send`](Self::send) of the
    /// first part that is not empty. 0 is as with `send`.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
        parts.iter().find(|part| !part.is_empty()).map_or(Ok(0), |part| self.send(part))
    }

    /// Whether [`send_vectored`](Self::send_vectored) takes more than the first part. The default says no, as the default of that does.
    fn is_send_vectored(&self) -> bool {
        false
    }

    /// Tells the peer that no more will be sent: `shutdown(2)` with SHUT_WR. Receiving goes on.
    ///
    /// The default does nothing: a pipe has no other way to say it than that all its writers are closed.
    ///
    /// # Errors
    /// [`Errno::NOTCONN`] on a socket that is not connected, or no longer.
    fn finish(&self) -> Result<(), Errno> {
        Ok(())
    }

    /// Sends all of `data`, waiting where the peer or the kernel needs time. One `send(2)` if it all fits.
    ///
    /// `Ok` means that the kernel has all of it, not that the peer has read it: bytes sent to a peer that is gone can be lost
    /// without an error. Empty data is `Ok` without a system call, even on a dead peer. An interrupt that is already set, and a
    /// deadline that has passed, do not keep back what can be sent at once. Two threads sending on one stream mix their bytes.
    ///
    /// Semantics of `Sock::SendComplete` in Bitcoin Core's `util/sock.cpp`.
    ///
    /// # Errors
    /// Each says how many bytes went out before; to go on, call again with the rest. A permanent error is reported in
    /// preference to a timeout, a timeout in preference to an interrupt.
    #[inline]
    fn send_complete(
        &self,
        data: &[u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), SendError> {
        transfer::send_complete(self, data, deadline, interrupt)
    }

    /// Sends one byte as a token, waiting while there is no room for it. One `send` if there is.
    ///
    /// A signal during the attempt is no reason to wait: the attempt is made again at once.
    /// Semantics of `TokenPipeEnd::TokenWrite` in Bitcoin Core's `util/tokenpipe.cpp`.
    ///
    /// # Errors
    /// [`TokenError::BrokenPipe`] for [`Errno::PIPE`], [`TokenError::TimedOut`], [`TokenError::Interrupted`], or the stream's own
    /// error; the token was not sent.
    #[inline]
    fn token_write(
        &self,
        token: u8,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), TokenError> {
        transfer::token_write(self, token, deadline, interrupt)
    }
}

/// Something that gives bytes.
pub trait Source: Wait {
    /// Takes the bytes that are there, at most what fits into `room`: one `recv(2)`. Returns how many were; does not block.
    ///
    /// 0 is the end of the stream, unless the room was full already.
    ///
    /// # Errors
    /// [`Errno::AGAIN`] when nothing is there now; the others of `recv(2)`.
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno>;

    /// Fills all of `buf`, waiting for the bytes that have not come yet.
    ///
    /// An empty `buf` is filled without a system call.
    ///
    /// # Errors
    /// Each says how many bytes were received before, which are the beginning of `buf`; to go on, call again with the rest.
    fn recv_exact(
        &self,
        buf: &mut [u8],
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), RecvExactError> {
        transfer::recv_exact(self, buf, deadline, interrupt)
    }

    /// Receives one byte as a token, waiting until there is one. `None` is the end of the stream.
    ///
    /// A signal during the attempt is no reason to wait: the attempt is made again at once.
    /// Semantics of `TokenPipeEnd::TokenRead` in Bitcoin Core's `util/tokenpipe.cpp`.
    ///
    /// # Errors
    /// [`TokenError::TimedOut`], [`TokenError::Interrupted`], or the stream's own error; no token was taken.
    #[inline]
    fn token_read(&self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<Option<u8>, TokenError> {
        transfer::token_read(self, deadline, interrupt)
    }
}

/// A source whose bytes can be looked at before they are taken.
pub trait Peek: Source {
    /// Shows the bytes that [`recv`](Source::recv) would take, and leaves them: one `recv(2)` with MSG_PEEK. Does not block.
    ///
    /// 0 is the end of the stream, unless the room was full already.
    ///
    /// # Errors
    /// Those of [`recv`](Source::recv).
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno>;

    /// Takes bytes that a peek has shown: as many as `seen` is long. Returns how many were taken.
    ///
    /// `seen` holds what was shown, and afterwards its beginning holds what was taken, which is the same unless another reader
    /// was there. It should be all of it, as all of it was there; a stream that gives fewer is asked again for the rest.
    ///
    /// # Errors
    /// Those of [`recv`](Source::recv).
    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        self.recv(&mut Room::from(seen))
    }

    /// Where this stream keeps its guess of how long the next line is. `None`: it keeps none.
    ///
    /// Readers that race for it only spoil the guess.
    fn window(&self) -> Option<&AtomicU32> {
        None
    }

    /// Receives up to `terminator`, appends what stands before it to `out`, and takes not a byte more from the stream.
    ///
    /// **`out` is appended to, not replaced**: clear it between two lines, and leave it as it is to go on after an error.
    /// The terminator is consumed and not stored. It counts towards the limit, which is `out`'s capacity: a
    /// `heapless::Vec<u8, 10>` takes lines of at most nine bytes, and one of capacity 0 takes none.
    ///
    /// `out` is a `heapless::Vec` (bytes) or a `heapless::String` (text), or a view of one. Text must be UTF-8. What is not is
    /// refused before it is consumed: the valid text before it is in `out`, and the next byte in the stream is the offending one.
    /// Nothing behind the terminator is judged. A terminator for text should be ASCII, or it may be found inside a character.
    ///
    /// Two system calls for a line that is there and fits into the window, which holds 4 KiB at first and then follows the
    /// length of recent lines (512 bytes to 64 KiB); more for a longer one, each round with a larger window. When a
    /// character is split, so that its beginning waits unread, the stream is looked at again after 1 to 64 ms, as its
    /// readiness no longer tells when the rest has come.
    ///
    /// In an event loop, [`Deadline::NOW`] makes it take what there is: [`RecvError::TimedOut`] says that the rest has not come.
    /// After a line, call again until it says so, as more lines may be there. A level-triggered loop should receive bytes: the beginning
    /// of a character that waits unread would make it spin.
    ///
    /// For many lines, a [`LineReader`](crate::LineReader) makes fewer calls.
    ///
    /// One reader at a time: what two of them get from one stream is an undefined mixture, and half a character that one of them
    /// took is lost, though text stays text.
    ///
    /// Semantics of `Sock::RecvUntilTerminator` in Bitcoin Core's `util/sock.cpp`, except that what was received before an
    /// error is not lost.
    ///
    /// # Errors
    /// Each says how many bytes this call has taken; they are in `out`, so calling again goes on. A permanent error and the end
    /// of the stream are reported in preference to a timeout, a timeout in preference to an interrupt.
    fn recv_until_terminator(
        &self,
        terminator: u8,
        out: &mut (impl Text + ?Sized),
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<(), RecvError> {
        transfer::recv_until_terminator(self, terminator, out, deadline, interrupt)
    }

    /// Whether the peer is still there, as far as this end knows: one peek of one byte. Does not block, consumes nothing.
    ///
    /// Unread bytes hide the end of the stream behind them; wait for [`Events::HANGUP`] to see it. A peer that vanished
    /// without a word (a cut cable) looks connected. A pending error is reported once: the next call finds a closed stream.
    ///
    /// Semantics of `Sock::IsConnected` in Bitcoin Core's `util/sock.cpp`.
    ///
    /// # Errors
    /// Why it is not connected, in Core's words.
    fn is_connected(&self) -> Result<(), Disconnected> {
        transfer::is_connected(self, || Ok(()))
    }
}

/// The same stream, behind a pointer: both halves of a link can share one socket.
macro_rules! behind {
    ($($pointer:ty),*) => { $(
        impl<S: Wait + ?Sized> Wait for $pointer {
            fn wait(
                &self,
                events: Events,
                at_most: Option<Duration>,
                interrupt: &(impl Interrupt + ?Sized),
            ) -> Result<Events, Errno> {
                (**self).wait(events, at_most, interrupt)
            }
            fn now(&self) -> Instant {
                (**self).now()
            }
        }

        impl<S: Sink + ?Sized> Sink for $pointer {
            fn send(&self, data: &[u8]) -> Result<usize, Errno> {
                (**self).send(data)
            }
            fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
                (**self).send_vectored(parts)
            }
            fn is_send_vectored(&self) -> bool {
                (**self).is_send_vectored()
            }
            fn finish(&self) -> Result<(), Errno> {
                (**self).finish()
            }
        }

        impl<S: Source + ?Sized> Source for $pointer {
            fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
                (**self).recv(room)
            }
        }

        impl<S: Peek + ?Sized> Peek for $pointer {
            fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
                (**self).peek(room)
            }
            fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
                (**self).consume(seen)
            }
            fn window(&self) -> Option<&AtomicU32> {
                (**self).window()
            }
            fn is_connected(&self) -> Result<(), Disconnected> {
                (**self).is_connected()
            }
        }
    )* };
}

behind!(&S);
#[cfg(feature = "std")]
behind!(std::sync::Arc<S>);

/// A byte stream in both directions. Whoever implements [`Peek`] and [`Sink`] has it.
pub trait Stream: Peek + Sink {}

impl<S: Peek + Sink + ?Sized> Stream for S {}
