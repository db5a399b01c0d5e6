//! Standard input and output as the two ends of a link.

use super::{FdReader, FdWriter};
use crate::{Errno, sys};

/// Standard input to read from, and standard output to write to: whatever they are, and however they are set.
///
/// Pipes of a parent, a socket (as inetd and systemd start programs), a tty, `/dev/null`, files: see [`FdReader`]. These are descriptors
/// of their own, close-on-exec, of the same open files: two `fcntl(2)` with F_DUPFD_CLOEXEC. The process keeps 0 and 1, so a peer at
/// the other end of a pipe sees the end of the stream when the process ends, or has closed its 1, too.
///
/// Nobody else should use the two meanwhile. A `println!` would write into the midst of a frame, and what std's `stdin` has read ahead is
/// gone for a link.
///
/// # Errors
/// EBADF if one of the two is not open, which nobody notices if the number was used again for another file; EMFILE when there are no
/// descriptors left.
///
/// ```no_run
/// # #[cfg(unix)] {
/// use core::time::Duration;
/// use sockpipe::{Deadline, Never, link::{Format, Link, stdio}};
///
/// let (reader, writer) = stdio()?;
/// let (mut pages, mut buffer) = ([0; 4096], [0; 2048]);
/// let mut link = Link::new(reader, writer, Format::plain(1000), &mut pages, &mut buffer);
/// while let Some(request) = link.rx.recv(Deadline::Never, &Never)? {
///     link.tx.send(request, Deadline::Within(Duration::from_secs(3)), &Never)?;
/// }
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn stdio() -> Result<(FdReader, FdWriter), Errno> {
    Ok((sys::duplicate_standard(0)?.into(), sys::duplicate_standard(1)?.into()))
}
