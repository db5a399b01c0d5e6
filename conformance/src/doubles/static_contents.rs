//! A stream that says one thing, and then ends.

use core::{cell::Cell, time::Duration};

use sockpipe::{Disconnected, Errno, Events, Instant, Interrupt, Peek, Room, Sink, Source, Wait};

use super::Clock;

/// Core's `StaticContentsSock`: gives its contents, then the end of the stream for ever. Takes all that is sent.
///
/// Core's has all of the contents at once. Of this one a part can come later, when somebody waits for it.
#[derive(Debug)]
pub struct StaticContentsSock<'c> {
    contents: &'c [u8],
    taken: Cell<usize>,
    come: Cell<usize>,
    clock: Clock,
}

impl<'c> StaticContentsSock<'c> {
    /// One that says this.
    pub fn new(contents: &'c [u8]) -> Self {
        Self::in_two(contents, contents.len())
    }

    /// One that says the first `at` bytes of this, and the rest when all of them were taken and somebody waits.
    pub fn in_two(contents: &'c [u8], at: usize) -> Self {
        Self { contents, taken: Cell::new(0), come: Cell::new(at.min(contents.len())), clock: Clock::default() }
    }

    /// What was not received.
    pub fn left(&self) -> &'c [u8] {
        self.contents.get(self.taken.get()..).unwrap_or_default()
    }

    fn there(&self) -> &'c [u8] {
        self.contents.get(self.taken.get()..self.come.get()).unwrap_or_default()
    }

    fn has_ended(&self) -> bool {
        self.come.get() == self.contents.len()
    }
}

impl Wait for StaticContentsSock<'_> {
    /// Does not sleep, except for nothing: what is not there yet comes at once.
    fn wait(&self, events: Events, at_most: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        if events.is_empty() || events == Events::TIME {
            self.clock.sleep(at_most.unwrap_or_default());
        }
        if self.there().is_empty() && events.contains(Events::RECV) {
            self.come.set(self.contents.len());
        }
        let mut occurred = Events::NONE;
        for event in [Events::RECV, Events::SEND] {
            if events.contains(event) {
                occurred |= event;
            }
        }
        Ok(occurred)
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

impl Sink for StaticContentsSock<'_> {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        Ok(data.len())
    }
}

impl Source for StaticContentsSock<'_> {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let n = self.peek(room)?;
        self.taken.set(self.taken.get() + n);
        Ok(n)
    }
}

impl Peek for StaticContentsSock<'_> {
    fn peek(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        match self.there() {
            [] if !self.has_ended() => Err(Errno::AGAIN),
            there => Ok(room.put(there)),
        }
    }

    /// Always, as in Core: also when all was said.
    fn is_connected(&self) -> Result<(), Disconnected> {
        Ok(())
    }
}
