//! Whether the peer is still there.

use crate::{Disconnected, Peek, Room, io_error_is_permanent};

/// [`Peek::is_connected`]. A stream that has nothing to show and no error is asked `quiet`, what its silence means.
pub(crate) fn is_connected<S: Peek + ?Sized>(
    stream: &S,
    quiet: impl FnOnce() -> Result<(), Disconnected>,
) -> Result<(), Disconnected> {
    let mut byte = [0];
    match stream.peek(&mut Room::from(&mut byte[..])) {
        Ok(0) => Err(Disconnected::Closed),
        Ok(_) => Ok(()),
        Err(errno) if io_error_is_permanent(errno) => Err(Disconnected::Failed(errno)),
        Err(_) => quiet(),
    }
}
