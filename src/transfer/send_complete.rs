//! Sending all of it.

use super::{Patience, Stop};
use crate::{Deadline, Events, Interrupt, SendError, Sink, io_error_is_permanent, log};

/// [`Sink::send_complete`].
pub(crate) fn send_complete<S: Sink + ?Sized>(
    to: &S,
    data: &[u8],
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), SendError> {
    let (mut rest, total) = (data, data.len());
    let mut patience = Patience::new(deadline, interrupt);
    while !rest.is_empty() {
        match to.send(rest) {
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
            break;
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
    }
    Ok(())
}
