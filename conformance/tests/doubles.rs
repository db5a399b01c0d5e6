//! Streams that break every promise, as safe code can: what comes out is UTF-8 all the same, and every call ends.

use std::{cell::Cell, time::Duration};

use conformance::{World, worlds::Loopback};
use heapless::{String, Vec};
use sockpipe::{
    Deadline, Errno, Events, Instant, Interrupt, Never, Peek, RecvError, RecvExactError, Room, Sink, Source, Wait, When,
};

const SECOND: Deadline = Deadline::Within(Duration::from_secs(1));

/// Marsaglia's xorshift64.
struct Chance(Cell<u64>);

impl Chance {
    fn below(&self, limit: usize) -> usize {
        let mut x = self.0.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.0.set(x);
        (x >> 16) as usize % limit
    }

    /// Mostly text; sometimes a line's end, half of a character, or what never is one.
    fn piece(&self) -> &'static [u8] {
        match self.below(64) {
            0 => b"\n",
            1 => &"𝄞".as_bytes()[..1 + self.below(3)],
            2 => b"\xFF",
            3 => b"\x80",
            4..8 => "é".as_bytes(),
            8..12 => "€".as_bytes(),
            12..16 => "𝄞".as_bytes(),
            _ => b"a",
        }
    }

    fn count(&self) -> Result<usize, Errno> {
        match self.below(16) {
            0 => Err(Errno::INTR),
            1 => Err(Errno::AGAIN),
            2 if self.below(8) == 0 => Err(Errno::IO),
            2 | 3 => Ok(0),
            4 => Ok(usize::MAX),
            5 => Ok(1 << 20),
            _ => Ok(self.below(32)),
        }
    }
}

/// Shows bytes by chance, consumes others by chance, and returns numbers that have to do with neither.
struct Nonsense {
    chance: Chance,
    clock: Cell<u64>,
}

impl Wait for Nonsense {
    fn wait(&self, _: Events, _: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        match self.chance.below(8) {
            0 => Err(Errno::INTR),
            1 => Ok(Events::NONE),
            2 => Ok(Events::HANGUP),
            3 => Ok(Events::ERROR | Events::SEND),
            _ => Ok(Events::RECV),
        }
    }

    fn now(&self) -> Instant {
        self.clock.set(self.clock.get() + 1_000_000);
        Instant::from_nanos(self.clock.get())
    }
}

impl Source for Nonsense {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        for _ in 0..self.chance.below(8) {
            room.put(self.chance.piece());
        }
        self.chance.count()
    }
}

impl Peek for Nonsense {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.recv(room)
    }

    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        for byte in seen {
            if self.chance.below(64) == 0 {
                *byte = self.chance.piece()[0];
            }
        }
        self.chance.count()
    }
}

#[test]
fn nonsense_leaves_text() {
    let mut ends = [0; 8];
    for seed in 1..=20_000 {
        let double = Nonsense { chance: Chance(Cell::new(seed)), clock: Cell::new(0) };
        let mut line = String::<40>::new();
        let mut end = Ok(());
        for _ in 0..4 {
            let before = line.len();
            end = double.recv_until_terminator(b'\n', &mut line, SECOND, &Never);
            // Not `line.as_str()`, which believes that it is.
            assert!(std::str::from_utf8(line.as_bytes()).is_ok(), "seed {seed}: {:?}", line.as_bytes());
            assert!(line.len() >= before && line.len() <= 40);
        }
        ends[match end {
            Ok(()) => 0,
            Err(RecvError::Failed { .. }) => 1,
            Err(RecvError::Wait { .. }) => 2,
            Err(RecvError::Closed { .. }) => 3,
            Err(RecvError::TimedOut { .. }) => 4,
            Err(RecvError::TooLong { .. }) => 5,
            Err(RecvError::NotUtf8 { .. }) => 6,
            Err(_) => 7,
        }] += 1;

        let mut bytes = Vec::<u8, 40>::new();
        let _ = double.recv_until_terminator(b'\n', &mut bytes, SECOND, &Never);
    }
    println!("{ends:?}");
    // It has been everywhere, or the test is none.
    assert!([0, 1, 3, 5, 6].iter().all(|end| ends[*end] > 500), "{ends:?}");
}

/// What a [`Stuck`] does, each time.
#[derive(Clone, Copy, Debug)]
struct Habit {
    shows: &'static [u8],
    peek: Result<usize, Errno>,
    consume: Result<usize, Errno>,
    wait: Result<Events, Errno>,
}

/// Always does the same, and never gets anywhere. Only a wait for no bytes takes its time.
struct Stuck {
    habit: Habit,
    clock: Cell<u64>,
    calls: Cell<usize>,
}

impl Stuck {
    fn new(habit: Habit) -> Self {
        Self { habit, clock: Cell::new(0), calls: Cell::new(0) }
    }

    fn call<T>(&self, result: Result<T, Errno>) -> Result<T, Errno> {
        self.calls.set(self.calls.get() + 1);
        result
    }
}

impl Wait for Stuck {
    fn wait(&self, events: Events, at_most: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        if !events.contains(Events::RECV) || self.habit.wait == Ok(Events::NONE) {
            self.clock.set(self.clock.get() + at_most.unwrap().as_nanos() as u64);
            return self.call(Ok(Events::NONE));
        }
        self.call(self.habit.wait)
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.clock.get())
    }
}

impl Source for Stuck {
    fn recv(&self, _: &mut Room<'_>) -> Result<usize, Errno> {
        self.call(Err(Errno::AGAIN))
    }
}

impl Peek for Stuck {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        room.put(self.habit.shows);
        self.call(self.habit.peek)
    }

    fn consume(&self, _: &mut [u8]) -> Result<usize, Errno> {
        self.call(self.habit.consume)
    }
}

#[test]
fn no_habit_makes_it_spin_or_wait_for_ever() {
    let counts = [Ok(0), Ok(3), Ok(usize::MAX), Err(Errno::AGAIN), Err(Errno::INTR), Err(Errno::IO)];
    let waits = [Ok(Events::NONE), Ok(Events::RECV), Ok(Events::RECV | Events::ERROR), Err(Errno::BADF)];
    for shows in [&b""[..], b"ab", b"a\xC3", b"\xC3", b"\xFF", b"ab\n"] {
        for (peek, consume) in counts.iter().flat_map(|peek| counts.iter().map(move |consume| (*peek, *consume))) {
            for wait in waits {
                let habit = Habit { shows, peek, consume, wait };
                let double = Stuck::new(habit);
                let mut line = String::<4096>::new();
                let _ = double.recv_until_terminator(b'\n', &mut line, SECOND, &Never);
                assert!(std::str::from_utf8(line.as_bytes()).is_ok());
                // A line of 4,096 bytes, two at a time with a wait each, needs most.
                let calls = double.calls.get();
                // One that shows what it then does not give is asked for it 17 times in each round.
                let most = if line.is_empty() { 17 * 600 } else { 3 * 4096 };
                assert!(calls <= most, "{calls} calls: {habit:?}");
            }
        }
    }
}

/// A signal that comes again and again does not end a wait, and an interrupt does.
#[test]
fn wait_that_always_fails_with_eintr_ends_with_the_interrupt() {
    let habit = Habit { shows: b"", peek: Err(Errno::AGAIN), consume: Ok(0), wait: Err(Errno::INTR) };
    let asked = Cell::new(0);
    let interrupt = When(|| asked.replace(asked.get() + 1) == 100);
    let mut line = String::<16>::new();
    let end = Stuck::new(habit).recv_until_terminator(b'\n', &mut line, SECOND, &interrupt);
    assert_eq!(end, Err(RecvError::Interrupted { received: 0 }));
}

/// Short calls, signals, waits for nothing: by chance, always the same for a seed, and never to be seen in what comes out.
#[test]
fn nuisances_do_not_show() {
    for seed in 1..=2000 {
        let w = Loopback::default();
        let plan = conformance::faulty::Plan { seed, ..Default::default() };
        let (a, b) = w.faulty(plan).unwrap();
        let line = "0é€𝄞".repeat(20);
        b.send(format!("{line}\nrest").as_bytes()).unwrap();
        let mut out = String::<256>::new();
        assert_eq!(a.recv_until_terminator(b'\n', &mut out, Deadline::Never, &Never), Ok(()), "seed {seed}");
        assert_eq!(out.as_str(), line, "seed {seed}");
        let mut rest = [0; 4];
        assert_eq!(a.recv_exact(&mut rest, Deadline::Never, &Never), Ok(()));
        assert_eq!(&rest, b"rest");
    }
}

/// Puts a room of its own in the place of the one that it was given, and fills that.
struct Swaps {
    shown: usize,
}

impl Wait for Swaps {
    fn wait(&self, _: Events, _: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        Err(Errno::IO)
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(0)
    }
}

impl Source for Swaps {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        *room = Room::from(Box::leak(vec![0xFF; self.shown].into_boxed_slice()));
        Ok(room.put(&vec![0xFF; self.shown]))
    }
}

impl Peek for Swaps {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.recv(room)
    }

    fn consume(&self, seen: &mut [u8]) -> Result<usize, Errno> {
        Ok(seen.len())
    }
}

#[test]
fn another_room_in_the_place_of_ours_is_no_line() {
    for shown in [1, 8, 4000] {
        let mut text = String::<8>::new();
        let end = Swaps { shown }.recv_until_terminator(b'\n', &mut text, SECOND, &Never);
        assert_eq!((end, text.as_str()), (Err(RecvError::Closed { received: 0 }), ""));
        let mut bytes = heapless::Vec::<u8, 8>::new();
        let end = Swaps { shown }.recv_until_terminator(0xFF, &mut bytes, SECOND, &Never);
        assert_eq!((end, bytes.len()), (Err(RecvError::Closed { received: 0 }), 0));
        assert_eq!(Swaps { shown }.token_read(SECOND, &Never), Ok(None));
        let end = Swaps { shown }.recv_exact(&mut [0; 8], SECOND, &Never);
        assert_eq!(end, Err(RecvExactError::Closed { received: 0 }));
    }
}
