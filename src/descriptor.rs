//! What everything that owns a descriptor has: it can be waited for, lent, and given up. Once for all of them.

/// For a struct with a field `fd: OwnedFd`.
macro_rules! descriptor {
    ($name:ident) => {
        impl $crate::Wait for $name {
            fn wait(
                &self,
                events: $crate::Events,
                at_most: Option<core::time::Duration>,
                interrupt: &(impl $crate::Interrupt + ?Sized),
            ) -> Result<$crate::Events, $crate::Errno> {
                $crate::sys::wait($crate::sys::lend(&self.fd), events, at_most, interrupt)
            }

            fn now(&self) -> $crate::Instant {
                $crate::sys::now()
            }
        }

        impl rustix::fd::AsFd for $name {
            fn as_fd(&self) -> rustix::fd::BorrowedFd<'_> {
                $crate::sys::lend(&self.fd)
            }
        }

        /// For event loops that take numbers. It stays open only as long as its owner.
        impl rustix::fd::AsRawFd for $name {
            fn as_raw_fd(&self) -> rustix::fd::RawFd {
                rustix::fd::AsRawFd::as_raw_fd(&self.fd)
            }
        }

        /// Gives the descriptor up, in the mode in which it is. One that this crate made is a non-blocking socket or, on Linux, a blocking
        /// pipe; a blocking `std::net::TcpStream` wants `set_nonblocking(false)` first.
        impl From<$name> for rustix::fd::OwnedFd {
            fn from(owner: $name) -> Self {
                owner.fd
            }
        }
    };
}
pub(crate) use descriptor;
