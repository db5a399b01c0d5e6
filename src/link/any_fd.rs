//! Any descriptor as one end of a link: pipes, sockets, ttys, files.

use rustix::{
    fd::OwnedFd,
    net::{self, Shutdown},
};

use crate::{
    Errno, Room, Sink, Source,
    descriptor::descriptor,
    sys::{self, Kind},
};

/// What is read from any descriptor. Closed when dropped.
///
/// A socket is received from, whoever has made it. Pipes, FIFOs, ttys and other devices are read as a
/// [`TokenPipe`](crate::TokenPipe) is, with the same limits where there is no /proc, as there is none elsewhere than on Linux. Otherwise, for all of these the deadline holds whatever mode the
/// descriptor is in, and the mode is not changed. A file on a disk is read as it is, from where it stands; it is always ready, and what it
/// takes the disk, no deadline limits.
///
/// ```
/// # #[cfg(unix)] {
/// use core::time::Duration;
/// use sockpipe::{
///     Deadline, Never, RecvExactError, Sink, Source, TokenPipe,
///     fd::OwnedFd,
///     link::{FdReader, FdWriter},
/// };
///
/// let (reader, writer) = TokenPipe::pair()?;
/// let reader = FdReader::from(OwnedFd::from(reader)); // or of any other owned descriptor
/// let writer = FdWriter::from(OwnedFd::from(writer));
/// writer.send_complete(b"abc", Deadline::NOW, &Never)?;
/// let mut four = [0; 4];
/// let end = reader.recv_exact(&mut four, Deadline::Within(Duration::from_millis(10)), &Never);
/// assert_eq!(end, Err(RecvExactError::TimedOut { received: 3 })); // and they are in `four`
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FdReader {
    fd: OwnedFd,
    kind: Kind,
    twin: sys::OnceFd,
}

/// What is written into any descriptor. Closed when dropped.
///
/// As with [`FdReader`]. It raises no SIGPIPE: who writes to nobody gets [`Errno::PIPE`].
///
/// [`finish`](Sink::finish) half-closes a socket. The reader of a pipe sees the end when the last descriptor of the write end is closed: drop
/// this, and see to it that there are no others.
#[derive(Debug)]
pub struct FdWriter {
    fd: OwnedFd,
    kind: Kind,
    twin: sys::OnceFd,
}

impl Source for FdReader {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        let fd = sys::lend(&self.fd);
        match self.kind {
            Kind::Socket => sys::sock::recv(fd, room),
            Kind::File => room.put_with(|buf| sys::pipe::read_blocking(fd, buf)),
            Kind::Pipe => room.put_with(|buf| sys::pipe::read(fd, &self.twin, buf)),
        }
    }
}

impl Sink for FdWriter {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        let fd = sys::lend(&self.fd);
        match self.kind {
            Kind::Socket => sys::sock::send(fd, data),
            Kind::File => sys::pipe::write_blocking(fd, data),
            Kind::Pipe => sys::pipe::write(fd, &self.twin, data),
        }
    }

    fn send_vectored(&self, parts: &[&[u8]]) -> Result<usize, Errno> {
        match self.kind {
            Kind::Socket => sys::sock::send_vectored(sys::lend(&self.fd), parts),
            _ => parts.iter().find(|part| !part.is_empty()).map_or(Ok(0), |part| self.send(part)),
        }
    }

    fn is_send_vectored(&self) -> bool {
        matches!(self.kind, Kind::Socket)
    }

    fn finish(&self) -> Result<(), Errno> {
        match self.kind {
            Kind::Socket => Ok(net::shutdown(sys::lend(&self.fd), Shutdown::Write)?),
            _ => Ok(()),
        }
    }
}

descriptor!(FdReader);
descriptor!(FdWriter);

macro_rules! adopt {
    ($($name:ident)*) => { $(
        /// Adopts a descriptor, in whatever mode it is, and changes nothing about it. One `fstat(2)`.
        impl From<OwnedFd> for $name {
            fn from(fd: OwnedFd) -> Self {
                Self { kind: sys::kind(&fd), twin: sys::OnceFd::none(), fd }
            }
        }
    )* };
}

adopt! { FdReader FdWriter }
