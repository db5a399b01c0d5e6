//! Token pipes: reads and writes that never block, whatever mode the descriptor is in, and never raise SIGPIPE.
//!
//! A pipe may be shared with another process that wants it blocking, so O_NONBLOCK is never set. Where the kernel can be asked
//! call by call it is (preadv2(2) and pwritev2(2) with RWF_NOWAIT, and since 6.18 RWF_NOSIGNAL); where not, through a [twin](super::twin); and
//! where there can be no twin, only if the descriptor is non-blocking already. Else the call is refused, with EOPNOTSUPP.

use core::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use rustix::{
    fd::{AsFd, BorrowedFd, OwnedFd},
    fs::{OFlags, fcntl_getfl},
    io::{IoSlice, IoSliceMut, ReadWriteFlags, preadv2, pwritev2},
    pipe::{PipeFlags, pipe_with},
};

use super::{OnceFd, raw, sigpipe, twin::reopen, wait};
use crate::{Errno, Events, Never};

/// Do not raise SIGPIPE. Linux 6.18, `include/uapi/linux/fs.h`; rustix has no name for it yet.
const NOSIGNAL: ReadWriteFlags = ReadWriteFlags::from_bits_retain(0x100);
/// Do not block. For pipes since Linux 6.4 or so.
const NOWAIT: ReadWriteFlags = ReadWriteFlags::NOWAIT;
/// "At the file's own position": a pipe has no other.
const NO_OFFSET: u64 = u64::MAX;

/// Whether the ends of a new pipe are in blocking mode.
pub(crate) const BLOCKS: bool = true;

/// A new pipe, close-on-exec, both ends blocking. pipe2(2).
pub(crate) fn make() -> Result<(OwnedFd, OwnedFd), Errno> {
    Ok(pipe_with(PipeFlags::CLOEXEC)?)
}

/// Takes the bytes that are there.
#[inline]
pub(crate) fn read(fd: BorrowedFd<'_>, twin: &OnceFd, buf: &mut [u8]) -> Result<usize, Errno> {
    if twin.get().is_none() {
        match read_nowait(fd, buf) {
            Err(errno) if is_unsupported(errno) => {}
            result => return result,
        }
    }
    read_from_twin(fd, twin, buf)
}

#[cold]
fn read_from_twin(fd: BorrowedFd<'_>, twin: &OnceFd, buf: &mut [u8]) -> Result<usize, Errno> {
    Ok(rustix::io::read(nonblocking(fd, twin, OFlags::RDONLY)?, buf)?)
}

/// Takes the bytes that are there, and sleeps until there are some, if the descriptor is in blocking mode.
pub(crate) fn read_blocking(fd: BorrowedFd<'_>, buf: &mut [u8]) -> Result<usize, Errno> {
    Ok(rustix::io::read(fd, buf)?)
}

/// Hands bytes over, and sleeps until it can, if the descriptor is in blocking mode. Not for pipes: it may raise SIGPIPE.
pub(crate) fn write_blocking(fd: BorrowedFd<'_>, data: &[u8]) -> Result<usize, Errno> {
    Ok(rustix::io::write(fd, data)?)
}

#[inline]
fn read_nowait(fd: BorrowedFd<'_>, buf: &mut [u8]) -> Result<usize, Errno> {
    if cfg!(sockpipe_force_no_nowait) {
        return Err(Errno::OPNOTSUPP);
    }
    Ok(preadv2(fd, &mut [IoSliceMut::new(buf)], NO_OFFSET, NOWAIT)?)
}

/// Hands over as many bytes as fit. EPIPE when all readers are gone.
#[inline]
pub(crate) fn write(fd: BorrowedFd<'_>, twin: &OnceFd, data: &[u8]) -> Result<usize, Errno> {
    if twin.get().is_none() {
        match write_quietly(fd, data, NOWAIT) {
            Err(errno) if is_unsupported(errno) => {}
            result => return result,
        }
    }
    write_to_twin(fd, twin, data)
}

#[cold]
fn write_to_twin(fd: BorrowedFd<'_>, twin: &OnceFd, data: &[u8]) -> Result<usize, Errno> {
    write_quietly(nonblocking(fd, twin, OFlags::WRONLY)?, data, ReadWriteFlags::empty())
}

/// This kernel is known not to know RWF_NOSIGNAL. Threads that find it out at the same time find the same.
static LACKS_NOSIGNAL: AtomicBool = AtomicBool::new(false);

/// One write with these flags, and no SIGPIPE.
#[inline]
fn write_quietly(fd: BorrowedFd<'_>, data: &[u8], flags: ReadWriteFlags) -> Result<usize, Errno> {
    if !LACKS_NOSIGNAL.load(Relaxed) {
        match write_once(fd, data, flags | NOSIGNAL) {
            // Either flag may be the unknown one.
            Err(errno) if is_unsupported(errno) => {}
            result => return result,
        }
    }
    write_without_nosignal(fd, data, flags)
}

#[cold]
fn write_without_nosignal(fd: BorrowedFd<'_>, data: &[u8], flags: ReadWriteFlags) -> Result<usize, Errno> {
    let result = without_sigpipe(fd, |fd| write_once(fd, data, flags));
    if !matches!(result, Err(errno) if is_unsupported(errno)) {
        LACKS_NOSIGNAL.store(true, Relaxed);
    }
    result
}

#[inline]
fn write_once(fd: BorrowedFd<'_>, data: &[u8], flags: ReadWriteFlags) -> Result<usize, Errno> {
    let unknown = (cfg!(sockpipe_force_no_nosignal) && flags.contains(NOSIGNAL))
        || (cfg!(sockpipe_force_no_nowait) && flags.contains(NOWAIT));
    if unknown {
        return Err(Errno::OPNOTSUPP);
    }
    if flags.is_empty() {
        return Ok(rustix::io::write(fd, data)?);
    }
    Ok(pwritev2(fd, &[IoSlice::new(data)], NO_OFFSET, flags)?)
}

/// The kernel, or this kind of file, does not know the flag or the call. A sandbox may say EPERM instead; that is final.
#[inline]
fn is_unsupported(errno: Errno) -> bool {
    matches!(errno, Errno::OPNOTSUPP | Errno::NOSYS)
}

/// A descriptor for the same pipe that does not block.
fn nonblocking<'a>(fd: BorrowedFd<'a>, twin: &'a OnceFd, access: OFlags) -> Result<BorrowedFd<'a>, Errno> {
    if let Some(twin) = twin.get() {
        return Ok(twin);
    }
    let flags = flags_if_open_for(fd, access)?;
    let refused = match twin.get_or_open(|| reopen(fd, access)) {
        Ok(twin) => return Ok(twin),
        Err(errno) => errno,
    };
    // EIO: a terminal that is hung up. It no longer blocks.
    if refused == Errno::IO || flags.contains(OFlags::NONBLOCK) {
        return Ok(fd);
    }
    Err(refused)
}

/// The descriptor's flags; EBADF if it is not open for this. Opened again, a pipe's read end could be written to.
fn flags_if_open_for(fd: BorrowedFd<'_>, access: OFlags) -> Result<OFlags, Errno> {
    let flags = fcntl_getfl(fd)?;
    let mode = flags & OFlags::RWMODE;
    if mode == access || mode == OFlags::RDWR { Ok(flags) } else { Err(Errno::BADF) }
}

fn nobody_reads(fd: BorrowedFd<'_>) -> Result<bool, Errno> {
    // A terminal that is hung up says POLLHUP, too, which is more than an error.
    Ok(wait(fd, Events::NONE, Some(Duration::ZERO), &Never)? == Events::ERROR)
}

/// Writes to a pipe that may have no readers, without RWF_NOSIGNAL.
///
/// By masking the signal, where there is assembly of ours to do that. Elsewhere through a description that is also open for
/// reading, as writing to that raises none: only for the length of the write, or nobody would ever notice that the real
/// readers are gone; and where that cannot be had, not at all.
fn without_sigpipe<T>(fd: BorrowedFd<'_>, write: impl FnOnce(BorrowedFd<'_>) -> Result<T, Errno>) -> Result<T, Errno> {
    if raw::KNOWN && !cfg!(sockpipe_force_no_sigmask) {
        return sigpipe::without_sigpipe(|| write(fd));
    }
    flags_if_open_for(fd, OFlags::WRONLY)?;
    if nobody_reads(fd)? {
        return Err(Errno::PIPE);
    }
    let both_ways = reopen(fd, OFlags::RDWR)?;
    write(both_ways.as_fd())
}
