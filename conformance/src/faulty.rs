//! A wrapper around any stream that injects faults, by script or by chance, and keeps a log of the calls.
//!
//! What the plan does not say happens for real: the call goes through to the stream inside.

use core::{
    cell::{Cell, RefCell},
    sync::atomic::AtomicU32,
    time::Duration,
};

use heapless::Vec;
use sockpipe::{Errno, Events, Instant, Interrupt, Peek, Room, Sink, Source, Wait};

/// What happens to one call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing: it goes through.
    Pass,
    /// It goes through for at most so many bytes.
    Short(usize),
    /// It returns 0 and does nothing.
    Zero,
    /// It fails and does nothing.
    Fail(Errno),
    /// A wait returns this at once.
    Ready(Events),
    /// A wait returns nothing, and on a clock of ours its time has passed.
    Sleeps,
}

/// What happens to the calls of each kind, one after the other. When a list is used up, the rest goes through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan<'p> {
    /// To each send.
    pub send: &'p [Fault],
    /// To each plain receive.
    pub recv: &'p [Fault],
    /// To each peek.
    pub peek: &'p [Fault],
    /// To each consumption of what was peeked at.
    pub consume: &'p [Fault],
    /// To each wait.
    pub wait: &'p [Fault],
    /// A clock of ours instead of the real one: what it shows at each reading, in milliseconds. After the last reading it goes on
    /// from there by what waits [sleep](Fault::Sleeps). Empty: the real clock.
    pub clock: &'p [u64],
    /// Not 0: harmless faults by chance, always the same for the same seed, instead of the lists.
    pub seed: u64,
}

/// One call, as it came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// A send of so many bytes, in one part or in several.
    Send(usize),
    /// A receive into so much room.
    Recv(usize),
    /// A peek into so much room.
    Peek(usize),
    /// A consumption of so many bytes.
    Consume(usize),
    /// A wait for these events, for at most that long.
    Wait(Events, Option<Duration>),
    /// A look at the clock.
    Clock,
}

/// A stream with faults.
#[derive(Debug)]
pub struct Faulty<'p, S> {
    inner: S,
    plan: Plan<'p>,
    log: RefCell<Vec<Call, 64>>,
    counts: [Cell<usize>; 6],
    slept: Cell<u64>,
    chance: Cell<u64>,
}

impl<'p, S> Faulty<'p, S> {
    /// Wraps `inner`.
    pub fn new(inner: S, plan: Plan<'p>) -> Self {
        Self {
            inner,
            plan,
            log: RefCell::default(),
            counts: Default::default(),
            slept: Cell::new(0),
            chance: Cell::new(plan.seed),
        }
    }

    /// The stream inside.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    /// The first 64 calls that were made.
    pub fn calls(&self) -> Vec<Call, 64> {
        self.log.borrow().clone()
    }

    /// How many calls of this kind were made; what stands in `like` does not matter.
    pub fn count(&self, like: Call) -> usize {
        self.counts[kind(like)].get()
    }

    /// Notes the call, and says what happens to it.
    fn fault(&self, call: Call, list: &[Fault]) -> Fault {
        let _ = self.log.borrow_mut().push(call);
        let count = &self.counts[kind(call)];
        let n = count.replace(count.get() + 1);
        if self.plan.seed != 0 { self.by_chance(call) } else { list.get(n).copied().unwrap_or(Fault::Pass) }
    }

    /// Half of the calls go through; of the others none is more than a nuisance.
    fn by_chance(&self, call: Call) -> Fault {
        // Marsaglia's xorshift64.
        let mut x = self.chance.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.chance.set(x);
        match (x % 8, call) {
            (4, _) => Fault::Fail(Errno::INTR),
            (5, Call::Wait(..)) => Fault::Ready(Events::NONE),
            (5, _) => Fault::Fail(Errno::AGAIN),
            (6 | 7, Call::Send(_) | Call::Recv(_) | Call::Peek(_) | Call::Consume(_)) => {
                Fault::Short(1 + (x >> 32) as usize % 40)
            }
            _ => Fault::Pass,
        }
    }
}

fn kind(call: Call) -> usize {
    match call {
        Call::Send(_) => 0,
        Call::Recv(_) => 1,
        Call::Peek(_) => 2,
        Call::Consume(_) => 3,
        Call::Wait(..) => 4,
        Call::Clock => 5,
    }
}

/// Receives at most `limit` bytes into `room`.
fn limited(
    room: &mut Room<'_>,
    limit: usize,
    recv: impl FnOnce(&mut Room<'_>) -> Result<usize, Errno>,
) -> Result<usize, Errno> {
    let mut bytes = [0; 4096];
    let limit = limit.min(room.remaining()).min(bytes.len());
    let n = recv(&mut Room::from(&mut bytes[..limit]))?;
    Ok(room.put(&bytes[..n]))
}

/// The first `n` bytes of these parts, or as many as there are in the first 16.
fn beginning<'b>(parts: &[&'b [u8]], mut n: usize) -> Vec<&'b [u8], 16> {
    let cut = |part: &&'b [u8]| {
        let part = &part[..n.min(part.len())];
        n -= part.len();
        part
    };
    parts.iter().take(16).map(cut).collect()
}

impl<S: Wait> Wait for Faulty<'_, S> {
    fn wait(
        &self,
        events: Events,
        at_most: Option<Duration>,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Events, Errno> {
        match self.fault(Call::Wait(events, at_most), self.plan.wait) {
            Fault::Fail(errno) => Err(errno),
            Fault::Ready(events) => Ok(events),
            Fault::Sleeps => {
                self.slept.set(self.slept.get() + at_most.map_or(0, |time| time.as_nanos() as u64));
                Ok(Events::NONE)
            }
            _ => self.inner.wait(events, at_most, interrupt),
        }
    }

    fn now(&self) -> Instant {
        let reading = self.counts[kind(Call::Clock)].get();
        self.fault(Call::Clock, &[]);
        match self.plan.clock {
            [] => self.inner.now(),
            list => {
                let shown = list[reading.min(list.len() - 1)];
                Instant::from_nanos(shown * 1_000_000 + self.slept.get())
            }
        }
    }
}

impl<S: Sink> Sink for Faulty<'_, S> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        match self.fault(Call::Send(data.len()), self.plan.send) {
            Fault::Short(n) => self.inner.send(&data[..n.min(data.len())]),
            Fault::Zero => Ok(0),
            Fault::Fail(errno) => Err(errno),
            _ => self.inner.send(data),
        }
    }

    fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
        let total = parts.iter().map(|part| part.len()).sum();
        match self.fault(Call::Send(total), self.plan.send) {
            Fault::Short(n) => self.inner.send_vectored(&beginning(parts, n)),
            Fault::Zero => Ok(0),
            Fault::Fail(errno) => Err(errno),
            _ => self.inner.send_vectored(parts),
        }
    }

    fn is_send_vectored(&self) -> bool {
        self.inner.is_send_vectored()
    }

    fn finish(&self) -> Result<(), Errno> {
        self.inner.finish()
    }
}

impl<S: Source> Source for Faulty<'_, S> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        match self.fault(Call::Recv(room.remaining()), self.plan.recv) {
            Fault::Short(n) => limited(room, n, |room| self.inner.recv(room)),
            Fault::Zero => Ok(0),
            Fault::Fail(errno) => Err(errno),
            _ => self.inner.recv(room),
        }
    }
}

impl<S: Peek> Peek for Faulty<'_, S> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        match self.fault(Call::Peek(room.remaining()), self.plan.peek) {
            Fault::Short(n) => limited(room, n, |room| self.inner.peek(room)),
            Fault::Zero => Ok(0),
            Fault::Fail(errno) => Err(errno),
            _ => self.inner.peek(room),
        }
    }

    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        match self.fault(Call::Consume(seen.len()), self.plan.consume) {
            Fault::Short(n) => {
                let n = n.min(seen.len());
                self.inner.consume(&mut seen[..n])
            }
            Fault::Zero => Ok(0),
            Fault::Fail(errno) => Err(errno),
            _ => self.inner.consume(seen),
        }
    }

    fn window(&self) -> Option<&AtomicU32> {
        self.inner.window()
    }
}
