//! A stream: a wire from this board to itself, which holds so few bytes that it is often full.

use core::{cell::RefCell, time::Duration};

use critical_section::Mutex;
use heapless::Deque;
use sockpipe::{Errno, Events, Instant, Interrupt, Room, Sink, Source, Wait};

use crate::tick;

/// It stands for hardware, so it may lock out interrupts.
pub struct Wire(Mutex<RefCell<Deque<u8, 40>>>);

/// The wire.
pub static WIRE: Wire = Wire(Mutex::new(RefCell::new(Deque::new())));

impl Wire {
    fn with<T>(&self, f: impl FnOnce(&mut Deque<u8, 40>) -> T) -> T {
        critical_section::with(|cs| f(&mut self.0.borrow_ref_mut(cs)))
    }

    /// What of that could be done now.
    pub fn ready(&self, wanted: Events) -> Events {
        let (is_empty, is_full) = self.with(|bytes| (bytes.is_empty(), bytes.is_full()));
        match wanted {
            Events::RECV if !is_empty => Events::RECV,
            Events::SEND if !is_full => Events::SEND,
            _ => Events::NONE,
        }
    }
}

impl Wait for &Wire {
    fn wait(&self, events: Events, at_most: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        tick::sleep(at_most, || !self.ready(events).is_empty());
        Ok(self.ready(events))
    }

    fn now(&self) -> Instant {
        tick::now()
    }
}

impl Sink for &Wire {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        match self.with(|bytes| data.iter().take_while(|byte| bytes.push_back(**byte).is_ok()).count()) {
            0 => Err(Errno::AGAIN),
            n => Ok(n),
        }
    }
}

impl Source for &Wire {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let n = room.remaining();
        match self.with(|bytes| (0..n).map_while(|_| bytes.pop_front()).map(|byte| room.put(&[byte])).count()) {
            0 => Err(Errno::AGAIN),
            n => Ok(n),
        }
    }
}
