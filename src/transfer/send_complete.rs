//! Sending all of it.

use super::{Patience, Stop};
use crate::{Deadline, Errno, Events, Interrupt, SendError, Sink, io_error_is_permanent, log};

/// [`Sink::send_complete`].
#[inline]
pub(crate) fn send_complete<S: Sink + ?Sized>(
    to: &S,
    data: &[u8],
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), SendError> {
    if data.is_empty() {
        return Ok(());
    }
    // Most data fits, and needs none of what waiting takes.
    let first = to.send(data);
    if first == Ok(data.len()) {
        return Ok(());
    }
    send_rest(to, data, first, deadline, interrupt)
}

/// The first attempt came to this.
#[cold]
#[inline(never)]
fn send_rest<S: Sink + ?Sized>(
    to: &S,
    data: &[u8],
    first: Result<usize, Errno>,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), SendError> {
    let (mut rest, total) = (data, data.len());
    let mut patience = Patience::new(deadline, interrupt);
    let mut attempt = first;
    loop {
        match attempt {
            Ok(0) => {}
            Ok(n) => {
                rest = rest.get(n..).unwrap_or_default();
                patience.progress();
            }
            Err(errno) if io_error_is_permanent(errno) => {
                let sent = total - rest.len();
                log::debug!("send failed with errno {} after {} bytes", errno.raw(), sent);
                return Err(SendError::Failed { errno, sent });
            }
            Err(_) => {}
        }
        if rest.is_empty() {
            return Ok(());
        }
        if let Err(stop) = patience.pause(to, Some(Events::SEND)) {
            let sent = total - rest.len();
            log::debug!("send stopped after {} of {} bytes", sent, total);
            return Err(match stop {
                Stop::TimedOut => SendError::TimedOut { sent, total },
                Stop::Interrupted => SendError::Interrupted { sent, total },
                Stop::Failed(errno) => SendError::Wait { errno, sent },
            });
        }
        attempt = to.send(rest);
    }
}
