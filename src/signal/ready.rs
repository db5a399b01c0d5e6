//! What a supervisor expects of its daemon.

use rustix::{fd::OwnedFd, io::fcntl_getfd};

use crate::{Errno, TokenError, TokenWriter};

/// Tells the supervisor that this daemon is ready: one newline, and then the descriptor is closed, whatever came of it. Does not block.
///
/// It is what s6 (`notification-fd`), dinit (`ready-notification`) and OpenRC (`notify=fd:N`) expect on a descriptor that the daemon
/// has inherited: a pipe, in whatever mode it is. s6 and OpenRC fix its number in the service's definition, and dinit can put it into an
/// environment variable (`ready-notification = pipevar:READY_FD`). A supervisor that waits for this hears nothing from a daemon that
/// dies before, and so does not take it for ready.
///
/// A number becomes a descriptor with `from_raw_fd`, which is unsafe, as nobody else may own it. **Do so first thing in `main`**, while it
/// is sure to be open, and before anything closes or opens others. A daemon that afterwards closes all that it has
/// inherited, as some do, has closed this one, too; it is told EBADF. (Should the number belong to something else by then, nobody can
/// tell.) One that starts programs meanwhile sets close-on-exec first (fcntl(2), F_SETFD), as inherited descriptors have it not.
///
/// ```no_run
/// # #[cfg(unix)] {
/// use sockpipe::fd::{FromRawFd, OwnedFd};
///
/// // First thing in `main`: from dinit's environment variable, or 3 as in s6's `notification-fd`.
/// let number: i32 = std::env::var("READY_FD").map_or(Ok(3), |number| number.parse())?;
/// // SAFETY: the supervisor has opened it for this program, and nothing else here owns it.
/// let notification = unsafe { OwnedFd::from_raw_fd(number) };
///
/// // Open the database, bind the sockets. And then:
/// if let Err(error) = sockpipe::ready(notification) {
///     eprintln!("The supervisor does not know that we are ready: {error}");
/// }
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// For a parent that is a program of one's own and wants to know why its child failed, see [`Readiness`](crate::Readiness).
///
/// # Errors
/// The supervisor has not heard it, and it is not tried again.
///
/// * [`TokenError::BrokenPipe`]: the supervisor is gone, or does not listen. No SIGPIPE.
/// * [`TokenError::Failed`] with EBADF: it was closed before, or is not open for writing. Nothing else is closed in its place.
/// * [`TokenError::WouldBlock`]: it is full. That is not waited for, so that a daemon never hangs because of its supervisor.
/// * The system's own error, as in [`TokenWriter::try_token_write`].
#[doc(alias = "sd_notify")]
#[doc(alias = "notification-fd")]
pub fn ready(fd: impl Into<OwnedFd>) -> Result<(), TokenError> {
    let writer = TokenWriter::from(fd.into());
    let said = writer.try_token_write(b'\n');
    if said == Err(TokenError::Failed(Errno::BADF)) {
        let fd = OwnedFd::from(writer);
        if fcntl_getfd(&fd).is_err() {
            // There is nothing to close; std and rustix end a debug build that tries. And somebody else may get the number meanwhile.
            core::mem::forget(fd);
        }
    }
    said
}
