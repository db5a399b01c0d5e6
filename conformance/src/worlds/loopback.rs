//! A world in memory, with a clock of its own: nothing sleeps, and whatever happens happens at an exact time.

use core::{
    cell::{Cell, RefCell},
    sync::atomic::AtomicU32,
    time::Duration,
};

use heapless::{Deque, Vec};
use sockpipe::{Errno, Events, Instant, Interrupt, Lend, Peek, Room, Sink, Source, Wait};

use crate::{Act, Skip, World};

/// How many bytes a direction holds.
const CAPACITY: usize = 4096;
/// How many connections a case can have at a time.
const PAIRS: usize = 8;

/// The world in memory.
#[derive(Debug, Default)]
pub struct Loopback {
    clock: Cell<u64>,
    /// What is sent by end n waits in lane n.
    lanes: [RefCell<Lane>; 2 * PAIRS],
    /// How many handles each end has. The last one that is dropped closes it.
    handles: [Cell<usize>; 2 * PAIRS],
    agenda: RefCell<Vec<Entry, 8>>,
}

/// One direction of a connection.
#[derive(Debug, Default)]
struct Lane {
    bytes: Deque<u8, CAPACITY>,
    /// No more will be sent.
    ended: bool,
    /// Nobody receives any more.
    unread: bool,
    /// The sender has reset the connection, and the receiver has not been told yet.
    reset: bool,
    /// What the sender is still about to send, once there is room.
    unsent: &'static [u8],
    /// How many bytes the receiver takes as soon as they come.
    draining: usize,
}

impl Lane {
    /// Takes what there is room for, and says how many bytes that was.
    fn take(&mut self, data: &[u8]) -> usize {
        let drained = data.len().min(self.draining);
        self.draining -= drained;
        drained + data[drained..].iter().take_while(|byte| self.bytes.push_back(**byte).is_ok()).count()
    }

    /// Gives a byte, and lets one that waited come after it.
    fn give(&mut self) -> Option<u8> {
        let byte = self.bytes.pop_front();
        self.refill();
        byte
    }

    fn refill(&mut self) {
        let unsent = core::mem::take(&mut self.unsent);
        self.unsent = &unsent[self.take(unsent)..];
    }
}

/// What is to happen, when, at which end. Without an act, the clock only stops there.
#[derive(Debug)]
struct Entry {
    at: u64,
    act: Option<(usize, Act)>,
}

impl Loopback {
    fn end(&self, number: usize) -> End<'_> {
        self.handles[number].update(|handles| handles + 1);
        End { world: self, number, kept: Cell::new(false), window: AtomicU32::new(0) }
    }

    /// Does what is due.
    fn tick(&self) {
        loop {
            let due = self.agenda.borrow().iter().position(|entry| entry.at <= self.clock.get());
            let Some(due) = due else { return };
            let entry = self.agenda.borrow_mut().remove(due);
            match entry.act {
                // Other handles of the end keep it open.
                Some((end, Act::Closes)) => self.release(end),
                Some((end, act)) => self.act(end, act),
                None => {}
            }
        }
    }

    /// A handle of this end is closed.
    fn release(&self, end: usize) {
        let handles = &self.handles[end];
        handles.set(handles.get() - 1);
        if handles.get() == 0 {
            self.act(end, Act::Closes);
        }
    }

    fn act(&self, end: usize, act: Act) {
        let (mut out, mut back) = (self.lanes[end].borrow_mut(), self.lanes[end ^ 1].borrow_mut());
        match act {
            Act::Sends(bytes) => {
                out.unsent = bytes;
                out.refill();
            }
            Act::Drains(n) => {
                let there = (0..n).take_while(|_| back.give().is_some()).count();
                back.draining += n - there;
            }
            Act::HalfCloses => out.ended = true,
            Act::ShutsDown => {
                out.ended = true;
                back.unread = true;
            }
            Act::Closes | Act::Resets => {
                out.ended = true;
                // A real system resets, too, when it closes with something unread.
                out.reset |= matches!(act, Act::Resets) || !back.bytes.is_empty();
                back.unread = true;
            }
        }
    }

    fn schedule(&self, after: Duration, act: Option<(usize, Act)>) -> Result<u64, Skip> {
        let at = self.clock.get().saturating_add(after.as_nanos() as u64);
        self.agenda.borrow_mut().push(Entry { at, act }).map_err(|_| Skip("this world's agenda is full"))?;
        Ok(at)
    }
}

impl World for Loopback {
    const NAME: &'static str = "loopback";
    type Stream<'w> = End<'w>;
    type Interrupt<'w> = Alarm<'w>;

    fn pair(&self) -> Result<(End<'_>, End<'_>), Skip> {
        let free = (0..PAIRS).find(|n| self.handles[2 * n].get() + self.handles[2 * n + 1].get() == 0);
        let Some(n) = free else { return Err(Skip("this world has no more connections")) };
        for lane in &self.lanes[2 * n..2 * n + 2] {
            *lane.borrow_mut() = Lane::default();
        }
        Ok((self.end(2 * n), self.end(2 * n + 1)))
    }

    fn now(&self, peer: End<'_>, act: Act) -> Result<(), Skip> {
        peer.kept.set(!matches!(act, Act::Closes | Act::Resets));
        if !matches!(act, Act::Closes) {
            self.act(peer.number, act);
        }
        Ok(())
    }

    fn later<'w>(&'w self, peer: End<'w>, after: Duration, act: Act) -> Result<(), Skip> {
        peer.kept.set(true);
        self.schedule(after, Some((peer.number, act))).map(drop)
    }

    fn twin<'w>(&'w self, stream: &End<'w>) -> Result<End<'w>, Skip> {
        Ok(self.end(stream.number))
    }

    fn cut<'w>(&'w self, _: &End<'w>, peer: End<'w>) -> Result<(), Skip> {
        // Neither does anything any more, nor is it closed.
        peer.kept.set(true);
        Ok(())
    }

    fn interrupt_after(&self, after: Duration) -> Result<Alarm<'_>, Skip> {
        Ok(Alarm { world: self, at: self.schedule(after, None)? })
    }
}

/// An interrupt that is set from some time on.
#[derive(Debug)]
pub struct Alarm<'w> {
    world: &'w Loopback,
    at: u64,
}

impl Interrupt for Alarm<'_> {
    fn is_set(&self) -> bool {
        self.world.clock.get() >= self.at
    }

    fn lend(&self) -> Lend<'_> {
        // There is no handle to lend, but waits here see it at once, and "never" is the other answer that needs no slices.
        Lend::Never
    }
}

/// One end of a connection.
#[derive(Debug)]
pub struct End<'w> {
    world: &'w Loopback,
    number: usize,
    /// The world looks after it: dropping this does not close it.
    kept: Cell<bool>,
    window: AtomicU32,
}

impl End<'_> {
    fn lane_in(&self) -> &RefCell<Lane> {
        &self.world.lanes[self.number ^ 1]
    }

    fn lane_out(&self) -> &RefCell<Lane> {
        &self.world.lanes[self.number]
    }

    fn ready(&self, wanted: Events) -> Events {
        let (back, out) = (self.lane_in().borrow(), self.lane_out().borrow());
        let mut events = Events::NONE;
        if wanted.contains(Events::RECV) && (!back.bytes.is_empty() || back.ended || back.unread || back.reset) {
            events |= Events::RECV;
        }
        if wanted.contains(Events::SEND) && (!out.bytes.is_full() || out.unread || out.ended) {
            events |= Events::SEND;
        }
        if wanted == Events::TIME {
            return events;
        }
        if back.reset || (back.ended && (out.unread || out.ended)) || (out.ended && back.unread) {
            events |= Events::ERROR | Events::HANGUP;
        } else if back.ended && wanted.contains(Events::HANGUP) {
            events |= Events::HANGUP;
        }
        events
    }

    /// What a receive would find: so many bytes, 0 for the end, or an error.
    fn available(&self) -> Result<usize, Errno> {
        self.world.tick();
        let mut lane = self.lane_in().borrow_mut();
        match (lane.bytes.len(), lane.ended || lane.unread) {
            (0, _) if lane.reset => {
                // Told once, then it is the end of the stream: as Linux does.
                lane.reset = false;
                Err(Errno::CONNRESET)
            }
            (0, true) => Ok(0),
            (0, false) => Err(Errno::AGAIN),
            (n, _) => Ok(n),
        }
    }
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        if self.kept.get() {
            return;
        }
        self.world.release(self.number);
    }
}

impl Wait for End<'_> {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        let clock = &self.world.clock;
        let until = at_most.map(|time| Instant::from_nanos(clock.get()).saturating_add(time).as_nanos());
        // Nobody looks at a plain flag during a wait.
        let wakes = !matches!(interrupt.lend(), Lend::Flag);
        loop {
            self.world.tick();
            let found = self.ready(events);
            if !found.is_empty() || (wakes && interrupt.is_set()) || until.is_some_and(|until| clock.get() >= until) {
                return Ok(found);
            }
            let next = self.world.agenda.borrow().iter().map(|entry| entry.at).min();
            match next.into_iter().chain(until).min() {
                Some(next) => clock.set(next),
                // It would sleep for ever, and the case with it.
                None => return Err(Errno::from_raw(35)),
            }
        }
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.world.clock.get())
    }
}

impl Sink for End<'_> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        self.world.tick();
        if self.lane_in().borrow().reset {
            self.lane_in().borrow_mut().reset = false;
            return Err(Errno::CONNRESET);
        }
        let mut lane = self.lane_out().borrow_mut();
        if lane.unread || lane.ended {
            return Err(Errno::PIPE);
        }
        let n = lane.take(data);
        if n == 0 && !data.is_empty() { Err(Errno::AGAIN) } else { Ok(n) }
    }

    fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
        let mut sent = 0;
        for part in parts.iter().filter(|part| !part.is_empty()) {
            match self.send(part) {
                Ok(n) => {
                    sent += n;
                    if n < part.len() {
                        break;
                    }
                }
                Err(errno) if sent == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        Ok(sent)
    }

    fn is_send_vectored(&self) -> bool {
        true
    }

    fn finish(&self) -> Result<(), Errno> {
        self.world.act(self.number, Act::HalfCloses);
        Ok(())
    }
}

impl Source for End<'_> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let n = self.available()?.min(room.remaining());
        let mut lane = self.lane_in().borrow_mut();
        for _ in 0..n {
            if let Some(byte) = lane.give() {
                room.put(&[byte]);
            }
        }
        Ok(n)
    }
}

impl Peek for End<'_> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let n = self.available()?.min(room.remaining());
        for byte in self.lane_in().borrow().bytes.iter().take(n) {
            room.put(&[*byte]);
        }
        Ok(n)
    }

    fn window(&self) -> Option<&AtomicU32> {
        Some(&self.window)
    }
}
