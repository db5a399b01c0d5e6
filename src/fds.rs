//! The seam for descriptors: what a stream must be able to do to carry them beside its bytes.
//!
//! They travel with bytes: whoever receives the first of the bytes that they were sent with gets them, and a receive reaches no further than the bytes
//! that were sent with some. See unix(7), SCM_RIGHTS.

use rustix::fd::{BorrowedFd, OwnedFd};

use crate::{Errno, Room, Sink, Source};

/// Something that takes descriptors beside bytes.
pub trait SendFds: Sink {
    /// Hands over as much as can be taken now of `parts`, and with the first byte all these descriptors. One `sendmsg(2)`; does not block.
    ///
    /// They stay open here, and the caller's. Where it takes at least one byte, it has taken all of them; where it takes none, none. At most 253; with
    /// none it is [`Sink::send_vectored`].
    ///
    /// # Errors
    /// Those of [`Sink::send_vectored`], and those that are about the descriptors: [`Errno::TOOMANYREFS`] when too many of this user's are on their way,
    /// [`Errno::INVAL`] for one that cannot be passed (io_uring's), or for more than 253.
    fn send_with_fds(&self, parts: &[&[u8]], fds: &[BorrowedFd<'_>]) -> Result<usize, Errno>;

    /// Whether descriptors go this way at all. A TCP socket does not refuse them: it drops them.
    ///
    /// # Errors
    /// Those of asking: getsockopt(2).
    fn passes_fds(&self) -> Result<bool, Errno>;
}

/// Something that bytes come from, and descriptors.
pub trait RecvFds: Source {
    /// Receives what is there, as [`Source::recv`] does, and puts the descriptors that have come with it into `fds`. One `recvmsg(2)`; does not block.
    ///
    /// It ends with the bytes that were sent with descriptors, if there are such. Descriptors are close-on-exec. Those that the system could not deliver,
    /// because the process has too many already, say, are gone: [`FdRoom::set_truncated`].
    ///
    /// # Errors
    /// Those of [`Source::recv`].
    fn recv_with_fds(&self, room: &mut Room<'_>, fds: &mut FdRoom<'_>) -> Result<usize, Errno>;
}

/// Room for descriptors that come. Those that do not fit are closed, and counted.
#[derive(Debug)]
pub struct FdRoom<'a> {
    slots: &'a mut [Option<OwnedFd>],
    came: u32,
    is_truncated: bool,
}

impl<'a> From<&'a mut [Option<OwnedFd>]> for FdRoom<'a> {
    /// What is in the slots already is closed when something is put there.
    fn from(slots: &'a mut [Option<OwnedFd>]) -> Self {
        Self { slots, came: 0, is_truncated: false }
    }
}

impl FdRoom<'_> {
    /// Puts a descriptor into the next slot, or closes it if there is none.
    pub fn put(&mut self, fd: OwnedFd) {
        if let Some(slot) = self.slots.get_mut(self.came as usize) {
            *slot = Some(fd);
        }
        self.came += 1;
    }

    /// Says that more descriptors were sent than have come: MSG_CTRUNC.
    pub fn set_truncated(&mut self) {
        self.is_truncated = true;
    }

    /// How many have come, those included that were closed.
    pub fn came(&self) -> u32 {
        self.came
    }

    /// Whether more were sent than have come.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }
}

/// The same stream, behind a pointer.
macro_rules! behind {
    ($($pointer:ty),*) => { $(
        impl<S: SendFds + ?Sized> SendFds for $pointer {
            fn send_with_fds(&self, parts: &[&[u8]], fds: &[BorrowedFd<'_>]) -> Result<usize, Errno> {
                (**self).send_with_fds(parts, fds)
            }
            fn passes_fds(&self) -> Result<bool, Errno> {
                (**self).passes_fds()
            }
        }

        impl<S: RecvFds + ?Sized> RecvFds for $pointer {
            fn recv_with_fds(&self, room: &mut Room<'_>, fds: &mut FdRoom<'_>) -> Result<usize, Errno> {
                (**self).recv_with_fds(room, fds)
            }
        }
    )* };
}

behind!(&S);
#[cfg(feature = "std")]
behind!(std::sync::Arc<S>);
