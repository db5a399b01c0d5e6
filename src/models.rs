//! What the models see of the inside of this crate. It is there for them alone, and only under `cfg(sockpipe_loom)`.
#![allow(missing_docs)]

use rustix::fd::{BorrowedFd, OwnedFd};

pub use crate::signal::{
    latch::{Bell, Latch},
    wake_pipe::{Waiting, Waking},
};
use crate::{Errno, sys};

/// A descriptor that threads race to open.
#[derive(Debug)]
pub struct OnceFd(sys::OnceFd);

impl OnceFd {
    pub fn none() -> Self {
        Self(sys::OnceFd::none())
    }

    pub fn get(&self) -> Option<BorrowedFd<'_>> {
        self.0.get()
    }

    pub fn get_or_open(&self, open: impl FnOnce() -> Result<OwnedFd, Errno>) -> Result<BorrowedFd<'_>, Errno> {
        self.0.get_or_open(open)
    }
}
