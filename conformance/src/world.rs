//! What a case asks of the world that it runs in.

use core::time::Duration;

use sockpipe::{Interrupt, Stream};

use crate::{
    Verdict,
    faulty::{Faulty, Plan},
};

/// Why something cannot be had here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Skip(pub &'static str);

/// What a peer does while the case waits.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Sends these bytes.
    Sends(&'static [u8]),
    /// Receives so many bytes.
    Drains(usize),
    /// Sends no more, and keeps receiving.
    HalfCloses,
    /// Closes in good order.
    Closes,
    /// Breaks the connection.
    Resets,
    /// Shuts both directions down, and stays open.
    ShutsDown,
}

/// A state of a socket other than connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Never connected.
    Unconnected,
    /// Waits for others to connect.
    Listening,
    /// Has asked to be connected, and has no answer.
    Connecting,
    /// Has been refused, and nobody has looked at the error yet.
    Refused,
}

/// A place where cases can run: an operating system, or a simulation of one. Made anew for each case.
pub trait World: Sized {
    /// Its name in the results.
    const NAME: &'static str;

    /// For how long after an end was full it may yet take something, although the peer does not read.
    const SETTLES: Duration = Duration::ZERO;

    /// One end of a connection.
    type Stream<'w>: Stream
    where
        Self: 'w;

    /// An interrupt that wakes at once.
    type Interrupt<'w>: Interrupt
    where
        Self: 'w;

    /// A connection, both its ends.
    fn pair(&self) -> Result<(Self::Stream<'_>, Self::Stream<'_>), Skip>;

    /// Lets the peer do this now. The peer stays open until the case ends, unless it closes or resets.
    fn now(&self, peer: Self::Stream<'_>, act: Act) -> Result<(), Skip>;

    /// Lets the peer do this after that time, while the case goes on.
    fn later<'w>(&'w self, peer: Self::Stream<'w>, after: Duration, act: Act) -> Result<(), Skip>;

    /// The same end once more, as dup(2) gives it: it is closed when both are.
    fn twin<'w>(&'w self, stream: &Self::Stream<'w>) -> Result<Self::Stream<'w>, Skip>;

    /// Cuts the connection as one cuts a cable: from now on nothing arrives at either end, not even that the other is gone.
    fn cut<'w>(&'w self, stream: &Self::Stream<'w>, peer: Self::Stream<'w>) -> Result<(), Skip> {
        let _ = (stream, peer);
        Err(Skip("there is no cable here"))
    }

    /// A socket in this state.
    fn in_state(&self, state: State) -> Result<Self::Stream<'_>, Skip> {
        let _ = state;
        Err(Skip("whatever is made here is connected"))
    }

    /// An interrupt that will be set after that time, and stays set.
    fn interrupt_after(&self, after: Duration) -> Result<Self::Interrupt<'_>, Skip>;

    /// Descriptors of a real system, for the cases about those. Connections here are Unix sockets.
    fn system(&self) -> Result<(), Skip> {
        Err(Skip("no operating system here"))
    }

    /// Runs a case in a process of its own, which it may spoil: use up its descriptors, say. It starts from nothing, as `body` takes
    /// nothing.
    fn in_a_process_of_its_own(&self, body: fn() -> Verdict) -> Verdict {
        let _ = body;
        Err(Skip("no processes here").into())
    }

    /// A connection, one end of which has faults and keeps a log.
    fn faulty<'w, 'p>(&'w self, plan: Plan<'p>) -> Result<(Faulty<'p, Self::Stream<'w>>, Self::Stream<'w>), Skip> {
        let (a, b) = self.pair()?;
        Ok((Faulty::new(a, plan), b))
    }
}
