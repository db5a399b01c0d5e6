//! Receiving a known number of bytes.

use super::{Patience, Stop};
use crate::{Deadline, Events, Interrupt, RecvExactError, Room, Source, io_error_is_permanent};

/// [`Source::recv_exact`].
pub(crate) fn recv_exact<S: Source + ?Sized>(
    from: &S,
    buf: &mut [u8],
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), RecvExactError> {
    let place = buf.as_ptr();
    let mut room = Room::from(buf);
    let mut patience = Patience::new(deadline, interrupt);
    while room.remaining() > 0 {
        let received = room.filled().len();
        match from.recv(&mut room) {
            // The room counts for itself, so what a double claims here does not matter. Another room in its place does not count.
            Ok(_) if room.filled().len() > received && room.filled().as_ptr() == place => patience.progress(),
            Ok(_) => return Err(RecvExactError::Closed { received }),
            Err(errno) if io_error_is_permanent(errno) => return Err(RecvExactError::Failed { errno, received }),
            Err(_) => {}
        }
        if room.remaining() == 0 {
            break;
        }
        let received = room.filled().len();
        patience.pause(from, Some(Events::RECV)).map_err(|stop| match stop {
            Stop::TimedOut => RecvExactError::TimedOut { received },
            Stop::Interrupted => RecvExactError::Interrupted { received },
            Stop::Failed(errno) => RecvExactError::Wait { errno, received },
        })?;
    }
    Ok(())
}
