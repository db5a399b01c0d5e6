//! The errnos with which Core's fuzzer lets each call fail, and what must come of each in a send and in a receive.
//!
//! 18 errnos of send(2), to the first call and after a part, and 10 of recv(2), to the peek and to the receive after it: 56 vectors. And
//! the 3 of a wait, in each operation that waits.

mod errnos;

pub use errnos::*;

use core::time::Duration;

use heapless::Vec;
use sockpipe::{Deadline, Errno, Events, Never, Peek, RecvError, Room, SendError, Sink, Source, Wait, WaitError};

use crate::{
    Verdict, World,
    cases::common::SOON,
    claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// Which call fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// The first send of `send_complete`.
    Send,
    /// The second, after three bytes.
    SendAfterPart,
    /// The first peek of `recv_until_terminator`.
    Peek,
    /// The receive after the peek, after two bytes.
    Consume,
    /// The first wait of `send_complete`, after three bytes.
    SendWait,
    /// The first wait of `recv_until_terminator`, after two bytes.
    RecvWait,
    /// The first look of `wait_for`.
    Look,
    /// Its first wait.
    Wait,
}

/// How the operation ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Well.
    Done,
    /// A call failed with the vector's errno.
    Failed,
    /// A wait did.
    Wait,
}

/// One errno at one place, and what must come of it.
#[derive(Clone, Copy, Debug)]
pub struct Vector {
    /// The call that fails, once.
    pub at: At,
    /// With what.
    pub errno: Errno,
    /// How the operation ends.
    pub end: End,
    /// How many bytes it says it has moved; all of them when it ends well.
    pub moved: usize,
    /// What the peer has got of [`SENT`], or what is left of [`COMES`].
    pub there: &'static [u8],
    /// The calls that it makes.
    pub calls: &'static [Call],
}

/// What is sent.
pub const SENT: &[u8] = b"seven b";
/// What comes.
pub const COMES: &[u8] = b"hello\nrest";

const FOR_SEND: Call = Call::Wait(Events::SEND, None);
const FOR_RECV: Call = Call::Wait(Events::RECV, None);
const LOOK: Call = Call::Wait(Events::RECV, Some(Duration::ZERO));

const fn vector(at: At, errno: Errno) -> Vector {
    use Call::{Consume, Peek, Send};
    // By number, not by the library's own opinion: EINTR and EAGAIN.
    let passes = matches!(errno.raw(), 4 | 11);
    let (end, moved, there, calls): (_, _, &[u8], &[Call]) = match (at, passes) {
        (At::Send, false) => (End::Failed, 0, b"", &[Send(7)]),
        (At::Send, true) => (End::Done, 7, SENT, &[Send(7), FOR_SEND, Send(7)]),
        (At::SendAfterPart, false) => (End::Failed, 3, b"sev", &[Send(7), FOR_SEND, Send(4)]),
        (At::SendAfterPart, true) => (End::Done, 7, SENT, &[Send(7), FOR_SEND, Send(4), FOR_SEND, Send(4)]),
        (At::Peek, false) => (End::Failed, 0, COMES, &[Peek(16)]),
        (At::Peek, true) => (End::Done, 6, b"rest", &[Peek(16), FOR_RECV, Peek(16), Consume(6)]),
        (At::Consume, false) => (End::Failed, 2, b"llo\nrest", &[Peek(16), Consume(6), Consume(4)]),
        // All of it was shown, so it is asked for again at once.
        (At::Consume, true) => (End::Done, 6, b"rest", &[Peek(16), Consume(6), Consume(4), Consume(4)]),
        (At::SendWait, false) => (End::Wait, 3, b"sev", &[Send(7), FOR_SEND]),
        (At::SendWait, true) => (End::Done, 7, SENT, &[Send(7), FOR_SEND, Send(4)]),
        (At::RecvWait, false) => (End::Wait, 2, b"llo\nrest", &[Peek(16), Consume(2), FOR_RECV]),
        (At::RecvWait, true) => (End::Done, 6, b"rest", &[Peek(16), Consume(2), FOR_RECV, Peek(14), Consume(4)]),
        (At::Look, false) => (End::Wait, 0, COMES, &[LOOK]),
        (At::Look, true) => (End::Done, 0, COMES, &[LOOK, FOR_RECV]),
        (At::Wait, false) => (End::Wait, 0, COMES, &[LOOK, FOR_RECV]),
        (At::Wait, true) => (End::Done, 0, COMES, &[LOOK, FOR_RECV, LOOK]),
    };
    Vector { at, errno, end, moved, there, calls }
}

/// The 56 of Core's lists for send(2) and recv(2).
pub const VECTORS: [Vector; 56] = {
    let mut all = [vector(At::Send, SEND[0]); 56];
    let mut n = 0;
    while n < SEND.len() {
        all[2 * n] = vector(At::Send, SEND[n]);
        all[2 * n + 1] = vector(At::SendAfterPart, SEND[n]);
        n += 1;
    }
    n = 0;
    while n < RECV.len() {
        all[36 + 2 * n] = vector(At::Peek, RECV[n]);
        all[36 + 2 * n + 1] = vector(At::Consume, RECV[n]);
        n += 1;
    }
    all
};

/// The 3 of a wait, in each operation that waits.
pub const WAITS: [Vector; 12] = {
    let mut all = [vector(At::SendWait, WAIT[0]); 12];
    let mut n = 0;
    while n < WAIT.len() {
        all[4 * n] = vector(At::SendWait, WAIT[n]);
        all[4 * n + 1] = vector(At::RecvWait, WAIT[n]);
        all[4 * n + 2] = vector(At::Look, WAIT[n]);
        all[4 * n + 3] = vector(At::Wait, WAIT[n]);
        n += 1;
    }
    all
};

impl Vector {
    /// Finds out whether it comes as it must.
    pub fn run<W: World>(&self, w: &W) -> Verdict {
        let fail = Fault::Fail(self.errno);
        let (first, second) = ([fail], [Fault::Short(3), fail]);
        let (short, wait) = ([Fault::Short(2), fail], [Fault::Ready(Events::NONE), fail]);
        let plan = match self.at {
            At::Send => Plan { send: &first, ..Plan::default() },
            At::SendAfterPart => Plan { send: &second, ..Plan::default() },
            At::Peek => Plan { peek: &first, ..Plan::default() },
            At::Consume => Plan { consume: &short, ..Plan::default() },
            At::SendWait => Plan { send: &second[..1], wait: &first, ..Plan::default() },
            At::RecvWait => Plan { peek: &short[..1], wait: &first, ..Plan::default() },
            At::Look => Plan { wait: &first, ..Plan::default() },
            At::Wait => Plan { wait: &wait, ..Plan::default() },
        };
        let (a, b) = w.faulty(plan)?;
        if self.sends() {
            let end = match a.send_complete(SENT, Deadline::Never, &Never) {
                Ok(()) => (End::Done, SENT.len()),
                Err(SendError::Failed { errno, sent }) if errno == self.errno => (End::Failed, sent),
                Err(SendError::Wait { errno, sent }) if errno == self.errno => (End::Wait, sent),
                Err(other) => return unexpected(other),
            };
            return self.judge(end, &a.calls(), &b);
        }
        must!(b.send_complete(COMES, SOON, &Never));
        // All of it is there, also on TCP.
        let all = |room: &mut Room<'_>| a.inner().peek(room) != Ok(COMES.len());
        while all(&mut Room::from(&mut [0; 16])) {
            must!(a.inner().wait(Events::RECV, Some(Duration::from_millis(1)), &Never));
        }
        let end = if let At::Look | At::Wait = self.at {
            match a.wait_for(Events::RECV, Deadline::Never, &Never) {
                Ok(Events::RECV) => (End::Done, 0),
                Err(WaitError::Failed(errno)) if errno == self.errno => (End::Wait, 0),
                other => return unexpected(other),
            }
        } else {
            let mut line = Vec::<u8, 16>::new();
            let end = match a.recv_until_terminator(b'\n', &mut line, Deadline::Never, &Never) {
                Ok(()) => (End::Done, line.len() + 1),
                Err(RecvError::Failed { errno, received }) if errno == self.errno => (End::Failed, received),
                Err(RecvError::Wait { errno, received }) if errno == self.errno => (End::Wait, received),
                Err(other) => return unexpected(other),
            };
            claim!(line, b"hello"[..line.len()]);
            end
        };
        self.judge(end, &a.calls(), a.inner())
    }

    /// Whether it is one of `send_complete`.
    pub fn sends(&self) -> bool {
        matches!(self.at, At::Send | At::SendAfterPart | At::SendWait)
    }

    fn judge(&self, (end, moved): (End, usize), calls: &[Call], left: &impl Source) -> Verdict {
        claim!((self.at, self.errno, end, moved), (self.at, self.errno, self.end, self.moved));
        claim!(calls, self.calls);
        let mut there = [0; 16];
        let mut room = Room::from(&mut there);
        let deadline = if self.there.is_empty() { Duration::ZERO } else { Duration::from_secs(20) };
        must!(left.wait(Events::RECV, Some(deadline), &Never));
        let _ = left.recv(&mut room);
        claim!(room.filled(), self.there);
        Ok(())
    }
}

fn unexpected(what: impl core::fmt::Debug) -> Verdict {
    Err(crate::failed(file!(), line!(), format_args!("got {what:?}")))
}
