//! Places in the file system where sockets are: what is there, who has the lock on it, and its removal.

use rustix::{
    fd::OwnedFd,
    fs::{CWD, FlockOperation, Mode, OFlags, flock, fstat, lstat, openat, unlink},
};

use super::file::File;
use crate::Errno;

/// What stands at this place itself: a symbolic link is not followed. `None`: nothing. lstat(2).
pub(crate) fn look(path: &[u8]) -> Result<Option<File>, Errno> {
    match lstat(path).map_err(Errno::from) {
        Ok(stat) => Ok(Some(stat.into())),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno),
    }
}

/// Removes it, if it is there. unlink(2).
pub(crate) fn remove(path: &[u8]) -> Result<(), Errno> {
    match unlink(path).map_err(Errno::from) {
        Err(Errno::NOENT) => Ok(()),
        result => Ok(result?),
    }
}

/// How often a lock file may vanish, between its opening and its locking, before somebody else counts as having the lock.
const VANISHED: u32 = 64;

/// A lock that is held, and given back when dropped: at once, even if a fork has made copies of the descriptor.
#[derive(Debug)]
pub(crate) struct Lock(OwnedFd);

/// Takes the lock on this file, and makes the file if there is none. Does not wait; `None`: somebody else has it. flock(2).
///
/// The file is never removed here: who has it open already would lock a file that nobody else can find, and believe to have the
/// lock. Others do remove it, so once the lock is had, the file must still be the one of this name.
pub(crate) fn lock(path: &[u8]) -> Result<Option<Lock>, Errno> {
    // O_NONBLOCK: somebody may have put a FIFO there.
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    for _ in 0..VANISHED {
        match lock_opened(openat(CWD, path, flags, Mode::RUSR | Mode::WUSR)?, path) {
            Ok(None) => {}
            Err(Errno::AGAIN) => return Ok(None),
            result => return result,
        }
    }
    Ok(None)
}

/// `None`: this file has another name now, or none. EAGAIN if somebody else has the lock.
fn lock_opened(fd: OwnedFd, path: &[u8]) -> Result<Option<Lock>, Errno> {
    flock(super::lend(&fd), FlockOperation::NonBlockingLockExclusive)?;
    let lock = Lock(fd);
    let is_there = look(path)? == Some(fstat(super::lend(&lock.0))?.into());
    Ok(is_there.then_some(lock))
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = flock(super::lend(&self.0), FlockOperation::Unlock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As vox-stream does: the file is removed by its last owner while somebody has it open already.
    #[test]
    fn the_lock_on_a_file_that_is_gone_is_no_lock() -> Result<(), Errno> {
        let path = std::format!("/tmp/sockpipe-{}.lock", std::process::id());
        let path = path.as_bytes();
        let open = || openat(CWD, path, OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC, Mode::RUSR | Mode::WUSR);

        let owner = lock_opened(open()?, path)?.expect("nobody has it");
        let opened_before = open()?;
        assert_eq!(lock_opened(open()?, path).err(), Some(Errno::AGAIN));
        remove(path)?;
        drop(owner);
        assert!(lock_opened(opened_before, path)?.is_none());

        // Also if somebody else has made another one meanwhile.
        let opened_before = open()?;
        remove(path)?;
        let owner = lock(path)?;
        assert!(owner.is_some());
        assert!(lock_opened(opened_before, path)?.is_none());
        assert!(lock(path)?.is_none());
        remove(path)
    }
}
