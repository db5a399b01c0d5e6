//! Connecting, without believing that a connection is there before it is.

use super::{Patience, Stop};
use crate::{ConnectError, Deadline, Errno, Events, Interrupt, Wait, log};

/// [`Wait::connect_with`].
pub(crate) fn connect_with<W: Wait + ?Sized>(
    on: &W,
    mut attempt: impl FnMut() -> Result<(), Errno>,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), ConnectError> {
    let mut patience = Patience::new(deadline, interrupt);
    let mut begun = false;
    loop {
        match attempt() {
            Ok(()) => return Ok(()),
            Err(Errno::ALREADY) if begun => {}
            Err(Errno::ISCONN) if begun => return Ok(()),
            // After a signal the connection is being made all the same.
            Err(Errno::INPROGRESS | Errno::INTR) => begun = true,
            // The backlog of a Unix listener is full. Nothing tells when it no longer is; this socket itself looks hung up.
            Err(Errno::AGAIN) => {
                patience.nap(on)?;
                continue;
            }
            Err(errno) => {
                log::debug!("connect failed with errno {}", errno.raw());
                return Err(ConnectError::Failed(errno));
            }
        }
        patience.pause(on, Some(Events::SEND))?;
    }
}

impl From<Stop> for ConnectError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimedOut => Self::TimedOut,
            Stop::Interrupted => Self::Interrupted,
            Stop::Failed(errno) => Self::Wait(errno),
        }
    }
}
