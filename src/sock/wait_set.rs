//! Waiting for any of several descriptors.

use core::time::Duration;

use heapless::Vec;
use rustix::fd::AsFd;

use crate::{
    Deadline, Errno, Events, Interrupt, Never, WaitError, io_error_is_permanent, sys,
    transfer::{Patience, Stop},
};

/// Up to N descriptors to wait for together, with one interrupt, in one `ppoll(2)`, without an allocation.
///
/// An entry is known by the number that [`add`](Self::add) gave it, so the same descriptor may be in the set twice.
/// It borrows the descriptors: none can be closed while it is waited for, and so no number can pass to another file meanwhile.
///
/// ```compile_fail,E0505
/// use sockpipe::{Deadline, Events, Never, WaitSet};
///
/// let (a, _b) = sockpipe::make_socket_pair().unwrap();
/// let mut set = WaitSet::<1>::new();
/// set.add(&a, Events::RECV);
/// drop(a); // cannot move out of `a` because it is borrowed
/// set.wait(Deadline::NOW, &Never).unwrap();
/// ```
///
/// ```
/// # #[cfg(unix)] {
/// use sockpipe::{Deadline, Events, Never, WaitSet};
///
/// let (a, b) = sockpipe::make_socket_pair()?;
/// let mut set = WaitSet::<2>::new();
/// let from_a = set.add(&a, Events::RECV).expect("there is room for two");
/// let from_b = set.add(&b, Events::RECV).expect("there is room for two");
/// a.send(b"x")?;
/// assert_eq!(set.wait(Deadline::Never, &Never)?, 1);
/// assert_eq!(set.occurred(from_b), Events::RECV);
/// assert_eq!(set.occurred(from_a), Events::NONE);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct WaitSet<'a, const N: usize> {
    entries: Vec<sys::Entry<'a>, N>,
}

impl<'a, const N: usize> WaitSet<'a, N> {
    /// An empty set.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds a descriptor and what it is waited for, and returns the number of the entry. `None`: the set is full.
    pub fn add(&mut self, fd: &'a impl AsFd, events: Events) -> Option<usize> {
        let number = self.entries.len();
        self.entries.push(sys::Entry { fd: fd.as_fd(), events, occurred: Events::NONE }).ok()?;
        Some(number)
    }

    /// Waits for something else from then on. No effect for a number that was not given out.
    pub fn set_events(&mut self, number: usize, events: Events) {
        if let Some(entry) = self.entries.get_mut(number) {
            entry.events = events;
        }
    }

    /// What the last wait found on this entry; nothing for a number that was not given out.
    pub fn occurred(&self, number: usize) -> Events {
        self.entries.get(number).map_or(Events::NONE, |entry| entry.occurred)
    }

    /// Waits until something occurs on one of them, and says on how many it did. 0: the deadline passed first.
    ///
    /// Returns at once if something is there already, even past the deadline or when interrupted: a loop that is to be stopped
    /// asks its interrupt in each round. An empty set only sleeps, and so does one whose entries are
    /// all for [`Events::TIME`].
    /// What occurred is noted anew by each wait, also by one that fails. Nothing is consumed.
    ///
    /// # Errors
    /// [`WaitError::Interrupted`], or the system's own error: EINVAL for more entries than the process may have descriptors.
    pub fn wait(&mut self, deadline: Deadline, interrupt: &(impl Interrupt + ?Sized)) -> Result<usize, WaitError> {
        let mut patience = Patience::new(deadline, interrupt);
        loop {
            self.poll(Some(Duration::ZERO), &Never).or_else(transient).map_err(WaitError::Failed)?;
            if self.ready() > 0 {
                return Ok(self.ready());
            }
            let woken = patience.rest(false, sys::now, |left, interrupt| match interrupt {
                Some(interrupt) => self.poll(left, interrupt),
                None => sys::wait_many::<0>(&mut [], left, &Never).map(|()| Events::NONE),
            });
            match woken {
                Ok(_) if self.ready() > 0 => return Ok(self.ready()),
                Ok(_) => {}
                Err(Stop::TimedOut) => return Ok(0),
                Err(Stop::Interrupted) => return Err(WaitError::Interrupted),
                Err(Stop::Failed(errno)) => return Err(WaitError::Failed(errno)),
            }
        }
    }

    /// One wait. What occurred is noted in the entries.
    fn poll(&mut self, at_most: Option<Duration>, interrupt: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        for entry in &mut self.entries {
            entry.occurred = Events::NONE;
        }
        sys::wait_many::<N>(&mut self.entries, at_most, interrupt)?;
        Ok(Events::NONE)
    }

    fn ready(&self) -> usize {
        self.entries.iter().filter(|entry| !entry.occurred.is_empty()).count()
    }
}

fn transient(errno: Errno) -> Result<Events, Errno> {
    if io_error_is_permanent(errno) { Err(errno) } else { Ok(Events::NONE) }
}
