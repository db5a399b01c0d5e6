//! A second, non-blocking description of a pipe that was opened by its name.

use rustix::fd::{BorrowedFd, OwnedFd};

use super::lend;

/// Perhaps one. It is there from the start or not at all.
#[derive(Debug)]
pub(crate) struct OnceFd(Option<OwnedFd>);

impl OnceFd {
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// This one.
    pub(crate) fn opened(fd: OwnedFd) -> Self {
        Self(Some(fd))
    }

    pub(crate) fn get(&self) -> Option<BorrowedFd<'_>> {
        self.0.as_ref().map(lend)
    }
}
