//! Streams that talk to each other.

use core::{
    cell::{Cell, RefCell},
    time::Duration,
};

use heapless::Deque;
use sockpipe::{Errno, Events, Instant, Interrupt, Lend, Peek, Room, Sink, Source, Wait};

use super::Clock;

/// How many bytes a pipe holds. Core's hold any number.
const CAPACITY: usize = 4096;
/// How many connections wait to be accepted.
const WAITING: usize = 4;

/// What two [`DynSock`]s have between them. It outlives both, and what was not received can be looked at afterwards.
#[derive(Debug, Default)]
pub struct Pipes {
    lanes: [RefCell<Deque<u8, CAPACITY>>; 2],
    ended: [Cell<bool>; 2],
    clock: Clock,
}

impl Pipes {
    /// The two ends.
    pub fn ends(&self) -> (DynSock<'_>, DynSock<'_>) {
        (DynSock { pipes: self, number: 0 }, DynSock { pipes: self, number: 1 })
    }

    /// The time for both ends.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Core's `DynSock`: one end of a pair of byte queues. Dropping it ends the stream for the other.
///
/// Three quirks of Core's are not here: there the end of the stream is not readable, so that whoever waits for it sleeps until the
/// deadline; what occurred in the last wait is never cleared; and a wait polls every 10 ms. As in Core a send never learns that
/// the other end is gone.
#[derive(Debug)]
pub struct DynSock<'p> {
    pipes: &'p Pipes,
    number: usize,
}

impl DynSock<'_> {
    fn receive(
        &self,
        room: &mut Room<'_>,
        give: impl FnOnce(&mut Deque<u8, CAPACITY>, &mut Room<'_>),
    ) -> Result<usize, Errno> {
        let mut lane = self.pipes.lanes[self.number ^ 1].borrow_mut();
        if lane.is_empty() && !self.pipes.ended[self.number ^ 1].get() {
            return Err(Errno::AGAIN);
        }
        let before = room.remaining();
        give(&mut lane, room);
        Ok(before - room.remaining())
    }

    fn ready(&self, wanted: Events) -> Events {
        let ended = self.pipes.ended[self.number ^ 1].get();
        let mut occurred = Events::NONE;
        for (event, is_there) in [
            (Events::RECV, ended || !self.pipes.lanes[self.number ^ 1].borrow().is_empty()),
            (Events::SEND, !self.pipes.lanes[self.number].borrow().is_full()),
            (Events::HANGUP, ended),
        ] {
            if is_there && wanted.contains(event) {
                occurred |= event;
            }
        }
        occurred
    }
}

impl Drop for DynSock<'_> {
    fn drop(&mut self) {
        self.pipes.ended[self.number].set(true);
    }
}

impl Wait for DynSock<'_> {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        sleep_unless(self.ready(events), &self.pipes.clock, at_most, interrupt)
    }

    fn now(&self) -> Instant {
        self.pipes.clock.now()
    }
}

/// Nobody else runs, so what is not there now will not come: the time just passes. Without a limit it would be for ever.
fn sleep_unless(
    found: Events,
    clock: &Clock,
    at_most: Option<Duration>,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<Events, Errno> {
    // Nobody looks at a plain flag during a wait.
    let wakes = !matches!(interrupt.lend(), Lend::Flag);
    if found.is_empty() && !(wakes && interrupt.is_set()) {
        clock.sleep(at_most.ok_or(Errno::from_raw(35))?);
    }
    Ok(found)
}

impl Sink for DynSock<'_> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        let mut lane = self.pipes.lanes[self.number].borrow_mut();
        let n = data.iter().take_while(|byte| lane.push_back(**byte).is_ok()).count();
        if n == 0 && !data.is_empty() { Err(Errno::AGAIN) } else { Ok(n) }
    }
}

impl Source for DynSock<'_> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.receive(room, |lane, room| {
            while room.remaining() > 0
                && let Some(byte) = lane.pop_front()
            {
                room.put(&[byte]);
            }
        })
    }
}

impl Peek for DynSock<'_> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.receive(room, |lane, room| {
            for byte in lane.iter().take(room.remaining()) {
                room.put(&[*byte]);
            }
        })
    }
}

/// The accept queue of a `DynSock` that listens. It is readable while somebody waits in it.
#[derive(Debug, Default)]
pub struct Backlog<'p> {
    waiting: [Cell<Option<&'p Pipes>>; WAITING],
    clock: Clock,
}

impl<'p> Backlog<'p> {
    /// Connects: the client's end. The other waits here to be accepted.
    ///
    /// # Errors
    /// AGAIN when as many as there is room for wait already.
    pub fn connect(&self, pipes: &'p Pipes) -> Result<DynSock<'p>, Errno> {
        let place = self.waiting.iter().find(|place| place.get().is_none()).ok_or(Errno::AGAIN)?;
        place.set(Some(pipes));
        Ok(DynSock { pipes, number: 0 })
    }

    /// Accepts who has waited longest.
    ///
    /// # Errors
    /// AGAIN when there is nobody. Core's gives nothing, and leaves errno as it was.
    pub fn accept(&self) -> Result<DynSock<'p>, Errno> {
        let pipes = self.waiting[0].take().ok_or(Errno::AGAIN)?;
        for pair in self.waiting.windows(2) {
            pair[0].swap(&pair[1]);
        }
        Ok(DynSock { pipes, number: 1 })
    }
}

impl Wait for Backlog<'_> {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        let is_there = events.contains(Events::RECV) && self.waiting[0].get().is_some();
        let found = if is_there { Events::RECV } else { Events::NONE };
        sleep_unless(found, &self.clock, at_most, interrupt)
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}
