//! What cannot be written or read is said, and nothing else happens.

use rustix::fd::OwnedFd;
use sockpipe::{Deadline, Errno, Events, Never, Sink, Source, TokenError, TokenPipe, TokenReader, TokenWriter, Wait};

use crate::{Verdict, claim, must};

/// T-07. That nothing died of SIGPIPE, the next case shows: the hosted worlds have it at its default action, too, and
/// `tests/sigpipe.rs` has it in a process of its own.
pub(super) fn no_readers_no_death() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    must!(writer.try_token_write(1));
    drop(reader);
    claim!(writer.try_token_write(1), Err(TokenError::BrokenPipe));
    claim!(Sink::send(&writer, b"many"), Err(Errno::PIPE));
    Ok(())
}

/// T-08
pub(super) fn no_readers_has_a_name() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    while let Ok(()) = writer.try_token_write(1) {}
    drop(reader);
    // Also when the pipe is full, there is nothing to wait for.
    for _ in 0..3 {
        claim!(writer.token_write(1, Deadline::Never, &Never), Err(TokenError::BrokenPipe));
    }
    claim!(must!(writer.wait_for(Events::SEND, Deadline::Never, &Never)).contains(Events::ERROR));
    Ok(())
}

/// T-11
pub(super) fn wrong_direction() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    let wrong_writer = TokenWriter::from(OwnedFd::from(reader));
    let wrong_reader = TokenReader::from(OwnedFd::from(writer));
    claim!(wrong_writer.token_write(1, Deadline::Never, &Never), Err(TokenError::Failed(Errno::BADF)));
    claim!(wrong_reader.token_read(Deadline::Never, &Never), Err(TokenError::Failed(Errno::BADF)));
    claim!(wrong_reader.recv_exact(&mut [0], Deadline::Never, &Never).is_err());
    Ok(())
}

/// T-23
#[cfg(feature = "std")]
pub(super) fn errno_stays() -> Verdict {
    use std::{fs::File, io::Error};

    let (reader, writer) = must!(TokenPipe::pair());
    claim!(File::open("").is_err());
    let before = Error::last_os_error().raw_os_error();
    claim!(before.is_some_and(|errno| errno != 0));
    claim!(reader.try_token_read(), Err(TokenError::WouldBlock));
    must!(writer.try_token_write(1));
    drop(reader);
    claim!(writer.try_token_write(1), Err(TokenError::BrokenPipe));
    claim!(Error::last_os_error().raw_os_error(), before);
    Ok(())
}

/// T-23
#[cfg(not(feature = "std"))]
pub(super) fn errno_stays() -> Verdict {
    Err(crate::Skip("there is no C library here, and so no errno that could be changed").into())
}
