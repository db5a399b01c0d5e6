//! Streams that are not a system's: doubles that a user could write, and two readers of one stream.

use core::{cell::RefCell, time::Duration};

use heapless::{String, Vec};
use sockpipe::{Errno, Events, Instant, Interrupt, Never, Peek, Room, Source, Wait};

use super::{SOON, deliver, rest};
use crate::{Verdict, World, claim, must};

/// Waits as the stream inside does.
macro_rules! waits_inside {
    ($($name:ident)*) => { $(
        impl<S: Wait> Wait for $name<S> {
            fn wait(
                &self,
                events: Events,
                at_most: Option<Duration>,
                interrupt: &(impl Interrupt + ?Sized),
            ) -> Result<Events, Errno> {
                self.inner.wait(events, at_most, interrupt)
            }

            fn now(&self) -> Instant {
                self.inner.now()
            }
        }
    )* };
}

waits_inside! { Liar Buffered Contested }

/// A stream that consumes other bytes than it has shown, and miscounts them.
pub(super) struct Liar<S> {
    pub(super) inner: S,
    /// What is consumed begins with.
    pub(super) forged: &'static [u8],
    /// What it makes of a count.
    pub(super) count: fn(usize) -> usize,
}

impl<S: Source> Source for Liar<S> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.inner.recv(room).map(self.count)
    }
}

impl<S: Peek> Peek for Liar<S> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.inner.peek(room).map(self.count)
    }

    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        let n = self.inner.consume(seen)?;
        for (byte, forged) in seen.iter_mut().zip(self.forged) {
            *byte = *forged;
        }
        Ok((self.count)(n))
    }
}

/// A stream that cannot be peeked at, such as one that deciphers, behind a buffer of bytes that came too early.
struct Buffered<S> {
    inner: S,
    early: RefCell<Vec<u8, 64>>,
}

impl<S: Source> Source for Buffered<S> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let mut early = self.early.borrow_mut();
        if early.is_empty() {
            return self.inner.recv(room);
        }
        let n = room.put(&early);
        early.drain(..n);
        Ok(n)
    }
}

impl<S: Source> Peek for Buffered<S> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let mut early = self.early.borrow_mut();
        if early.is_empty() {
            let mut bytes = [0; 64];
            let mut some = Room::from(&mut bytes[..]);
            self.inner.recv(&mut some)?;
            early.extend(some.filled().iter().copied());
        }
        Ok(room.put(&early))
    }
}

///
pub fn stream_without_peek<W: World>(w: &W) -> Verdict {
    let (inner, b) = w.pair()?;
    deliver(&b, &inner, b"one\ntwo\nraw bytes")?;
    let a = Buffered { inner, early: RefCell::default() };
    let mut line = String::<16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "one");
    line.clear();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "two");
    // They are not where the socket is asked, but where the stream is.
    claim!(rest(&a.inner), b"");
    claim!(rest(&a), b"raw bytes");
    Ok(())
}

/// A stream with another reader, who takes three bytes between the first peek and the consumption.
struct Contested<S> {
    inner: S,
    rival: RefCell<Vec<u8, 8>>,
}

impl<S: Source> Source for Contested<S> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.inner.recv(room)
    }
}

impl<S: Peek> Peek for Contested<S> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.inner.peek(room)
    }

    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        let mut rival = self.rival.borrow_mut();
        if rival.is_empty() {
            let mut bytes = [0; 3];
            let mut room = Room::from(&mut bytes[..]);
            self.inner.recv(&mut room)?;
            rival.extend(room.filled().iter().copied());
        }
        self.inner.consume(seen)
    }
}

/// TCP throws away what is consumed, uncopied, so that the line is then what the peek had shown; other streams give the bytes
/// that come next.
pub fn two_readers<W: World>(w: &W) -> Verdict {
    let (inner, b) = w.pair()?;
    deliver(&b, &inner, b"hello\nworld\n")?;
    let a = Contested { inner, rival: RefCell::default() };
    let mut line = Vec::<u8, 16>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(*a.rival.borrow(), b"hel");
    claim!(line.len() + 1 + 3 + rest(&a).len(), 12);
    claim!(line == b"hello" || line == b"lo\nworld");

    // The rival takes half of a character: text stays text, whatever else is wrong.
    let (inner, b) = w.pair()?;
    deliver(&b, &inner, "ééé\né\n".as_bytes())?;
    let a = Contested { inner, rival: RefCell::default() };
    let mut line = String::<16>::new();
    let _ = a.recv_until_terminator(b'\n', &mut line, SOON, &Never);
    claim!(core::str::from_utf8(line.as_bytes()).is_ok());
    Ok(())
}
