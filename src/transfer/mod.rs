//! The algorithms over the seam: they know the traits and nothing else, so that the real code runs on sockets, on pipes, on a
//! loopback in memory, under injected faults and in the model checker.

mod connect;
mod consume;
mod find;
mod is_connected;
mod line_reader;
mod patience;
mod recv_exact;
mod recv_until_terminator;
mod send_complete;
mod text;
mod token;

pub(crate) use connect::connect_with;
pub(crate) use is_connected::is_connected;
pub(crate) use patience::{Patience, Stop};
pub(crate) use recv_exact::recv_exact;
pub(crate) use recv_until_terminator::recv_until_terminator;
pub(crate) use send_complete::send_complete;
pub(crate) use token::{token_read, token_write, try_token_read, try_token_write};

pub use line_reader::LineReader;
pub use patience::MAX_WAIT_FOR_IO;
pub use text::Text;

use core::time::Duration;

use crate::{Deadline, Events, Interrupt, Never, Wait, WaitError, io_error_is_permanent};

/// [`Wait::wait_for`].
pub(crate) fn wait_for<W: Wait + ?Sized>(
    on: &W,
    events: Events,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<Events, WaitError> {
    let mut patience = Patience::new(deadline, interrupt);
    loop {
        match on.wait(events, Some(Duration::ZERO), &Never) {
            Ok(Events::NONE) => {}
            Ok(occurred) => return Ok(occurred),
            Err(errno) if io_error_is_permanent(errno) => return Err(WaitError::Failed(errno)),
            Err(_) => {}
        }
        match patience.pause(on, Some(events)) {
            Ok(Events::NONE) => {}
            Ok(occurred) => return Ok(occurred),
            Err(Stop::TimedOut) => return Ok(Events::NONE),
            Err(Stop::Interrupted) => return Err(WaitError::Interrupted),
            Err(Stop::Failed(errno)) => return Err(WaitError::Failed(errno)),
        }
    }
}
