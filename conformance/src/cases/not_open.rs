//! A descriptor for which poll(2) says what it says of one that is not open: POLLNVAL.

use rustix::fs::{Mode, OFlags, open};
use sockpipe::{
    Interrupt, Lend,
    fd::{AsFd, OwnedFd},
};

use crate::{Outcome, must};

pub fn not_open_for_polling() -> Result<OwnedFd, Outcome> {
    Ok(must!(open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())))
}

/// An interrupt that lends it.
pub struct Broken(OwnedFd);

impl Broken {
    pub fn new() -> Result<Self, Outcome> {
        not_open_for_polling().map(Self)
    }
}

impl Interrupt for Broken {
    fn is_set(&self) -> bool {
        false
    }

    fn lend(&self) -> Lend<'_> {
        Lend::Handle(self.0.as_fd())
    }
}
