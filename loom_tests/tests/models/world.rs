//! The world of a model: one stream, one bell, and whoever sleeps on either, behind one lock of loom's.
//!
//! It stands for the kernel: `send`, `recv` and `peek` are atomic, the bell is an eventfd, `wait` is a poll of both. A wait
//! with a limit yields and returns, as if its time were over: time passes when nobody else wants to run. Where the time matters, the world
//! has a clock, which the model moves, and by which only naps are over at once.
//!
//! The stream is also the bell of a gate: one that holds a single byte is an eventfd, which is readable or not; one that holds
//! more is a token pipe.

use std::{collections::VecDeque, time::Duration};

use loom::{
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
};
use sockpipe::{Errno, Events, Instant, Interrupt, Peek, Room, Sink, Source, Wait, models::Bell};

use crate::mutants::mutant;

/// More waits than this in one execution are a loop that gets nowhere.
const MOST_WAITS: usize = 30;

#[derive(Clone)]
pub struct World(Arc<(Mutex<State>, Condvar, Condvar)>, Hears);

/// Whether the bell wakes who waits by this handle.
#[derive(Clone, Copy, PartialEq)]
enum Hears {
    TheBell,
    Nothing,
}

struct State {
    bytes: VecDeque<u8>,
    capacity: usize,
    ringing: bool,
    waits: usize,
    /// Nobody sends any more; nobody receives any more.
    ended: bool,
    broken: bool,
    /// What the clock shows, if there is one.
    time: Option<u64>,
    /// How many sleep.
    asleep: usize,
    /// One of them wakes for nothing.
    stirred: bool,
    /// So many sends from now on fail, as in a sandbox.
    refused: usize,
}

impl World {
    /// A world whose stream holds so many bytes.
    pub fn new(capacity: usize) -> Self {
        let state = State {
            bytes: VecDeque::new(),
            capacity,
            ringing: false,
            waits: 0,
            ended: false,
            broken: false,
            time: None,
            asleep: 0,
            stirred: false,
            refused: 0,
        };
        Self(Arc::new((Mutex::new(state), Condvar::new(), Condvar::new())), Hears::TheBell)
    }

    /// For somebody whom the bell is not for.
    pub fn without_bell(&self) -> Self {
        Self(self.0.clone(), Hears::Nothing)
    }

    /// Waits until so many others sleep.
    pub fn until_asleep(&self, n: usize) {
        let mut state = self.state();
        while state.asleep < n {
            state = self.0.2.wait(state).unwrap();
        }
    }

    /// Wakes somebody who sleeps for no reason at all, as a poll may.
    pub fn stir(&self) {
        self.change(|state| state.stirred = true);
    }

    /// With a clock that stands still until it is moved, once.
    pub fn with_clock(self) -> Self {
        self.state().time = Some(0);
        self
    }

    /// The clock moves on, from 0 to 1, and goes on from there: all waits with a limit are over.
    pub fn time_passes(&self) {
        self.change(|state| state.time = Some(1));
    }

    /// The stream holds so many more bytes from now on.
    pub fn widen(&self, more: usize) {
        self.change(|state| state.capacity += more);
    }

    /// What has come, which makes room.
    pub fn drain(&self) -> Vec<u8> {
        self.change(|state| state.bytes.drain(..).collect())
    }

    /// The next sends fail.
    pub fn refuse(&self, sends: usize) {
        self.state().refused = sends;
    }

    /// Nobody sends any more: behind the bytes is the end.
    pub fn end(&self) {
        if mutant("end_without_a_word") {
            self.state().ended = true;
            return;
        }
        self.change(|state| state.ended = true);
    }

    /// Nobody receives any more.
    pub fn break_it(&self) {
        if mutant("break_without_a_word") {
            self.state().broken = true;
            return;
        }
        self.change(|state| state.broken = true);
    }

    /// As a gate's bell: a full one is as good as one that was rung.
    pub fn call(&self) -> Result<(), Errno> {
        match self.send(&[0]) {
            Ok(_) | Err(Errno::AGAIN) => Ok(()),
            Err(errno) => Err(errno),
        }
    }

    /// As a gate's bell: takes all the bytes.
    pub fn quiet(&self) -> Result<(), Errno> {
        match self.recv(&mut Room::from(&mut [0; 16][..])) {
            Ok(0) => Err(Errno::PIPE),
            Ok(_) | Err(Errno::AGAIN) => Ok(()),
            Err(errno) => Err(errno),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.0.1.notify_all();
        result
    }

    /// Wakes whoever waits, now and until it is hushed.
    pub fn ring(&self) {
        self.change(|state| state.ringing = true);
    }

    pub fn hush(&self) {
        self.change(|state| state.ringing = false);
    }

    pub fn rings(&self) -> bool {
        self.state().ringing
    }

    /// The bytes that nobody has received.
    pub fn left(&self) -> Vec<u8> {
        self.state().bytes.iter().copied().collect()
    }
}

impl Bell for World {
    fn ring(&self) -> Result<(), Errno> {
        self.ring();
        Ok(())
    }
    fn hush(&self) {
        self.hush();
    }
}

impl Wait for World {
    fn wait(&self, events: Events, at_most: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        let mut state = self.state();
        state.waits += 1;
        assert!(state.waits <= MOST_WAITS, "it waits again and again, and gets nowhere");
        loop {
            let mut occurred = Events::NONE;
            if events.contains(Events::RECV) && (!state.bytes.is_empty() || state.ended) {
                occurred |= Events::RECV;
            }
            if events.contains(Events::SEND) && (state.bytes.len() < state.capacity || state.broken) {
                occurred |= Events::SEND;
            }
            if !occurred.is_empty() || state.ringing && self.1 == Hears::TheBell {
                return Ok(occurred);
            }
            if at_most.is_some() && (state.time.is_none() || events == Events::TIME) {
                drop(state);
                thread::yield_now();
                return Ok(Events::NONE);
            }
            if let (Some(at_most), Some(time @ 1..)) = (at_most, &mut state.time) {
                *time += at_most.as_nanos() as u64;
                drop(state);
                thread::yield_now();
                return Ok(Events::NONE);
            }
            state.asleep += 1;
            self.0.2.notify_all();
            state = self.0.1.wait(state).unwrap();
            state.asleep -= 1;
            if std::mem::take(&mut state.stirred) {
                return Ok(Events::NONE);
            }
        }
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.state().time.unwrap_or(0))
    }
}

impl Sink for World {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        self.change(|state| {
            if state.broken {
                return Err(Errno::PIPE);
            }
            if state.refused > 0 {
                state.refused -= 1;
                return Err(Errno::PERM);
            }
            let n = data.len().min(state.capacity - state.bytes.len());
            state.bytes.extend(&data[..n]);
            if n > 0 { Ok(n) } else { Err(Errno::AGAIN) }
        })
    }
}

impl Source for World {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        self.change(|state| {
            let n = show(state, room)?;
            state.bytes.drain(..n);
            Ok(n)
        })
    }
}

impl Peek for World {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        show(&mut self.state(), room)
    }
}

fn show(state: &mut State, room: &mut Room<'_>) -> Result<usize, Errno> {
    match room.put(state.bytes.make_contiguous()) {
        0 if !state.ended => Err(Errno::AGAIN),
        n => Ok(n),
    }
}
