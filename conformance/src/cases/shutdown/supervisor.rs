//! What a daemon tells its supervisor. Both ends in one process; real supervisors: `tests/supervisors.rs`.
//!
//! # Safety
//! This file makes a descriptor of a number that is not open, in a process that has nothing else to do.
#![allow(unsafe_code)]

use rustix::{
    fd::{AsRawFd, FromRawFd, OwnedFd},
    io::{dup, fcntl_getfd},
};
use sockpipe::{Deadline, Errno, Never, Sink, TokenError, TokenPipe, ready};

use crate::{Verdict, claim, must};

/// G-16
pub(super) fn newline_then_close() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    claim!(ready(writer), Ok(()));
    let mut heard = [0; 4];
    claim!((reader.drain(&mut heard), heard), (Ok(Some(1)), *b"\n\0\0\0"));
    claim!(reader.try_token_read(), Ok(None));
    Ok(())
}

/// G-17. That nothing died of SIGPIPE, the next case shows.
pub(super) fn supervisor_gone() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    drop(reader);
    claim!(ready(writer), Err(TokenError::BrokenPipe));
    Ok(())
}

/// G-18
pub(super) fn notification_full() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    while let Ok(()) = writer.try_token_write(b'.') {}
    claim!(ready(writer), Err(TokenError::WouldBlock));
    // No newline, and it is closed all the same.
    let mut heard = [0; 4096];
    while let Some(count) = must!(reader.drain(&mut heard)) {
        claim!(heard.iter().take(count).all(|byte| *byte == b'.'));
    }
    Ok(())
}

/// G-19
pub(super) fn notification_closed() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    let closed = {
        let copy = must!(dup(&writer));
        copy.as_raw_fd()
    };
    // SAFETY: it is not open. This process has one thread and nobody else who opens or closes anything.
    let notification = unsafe { OwnedFd::from_raw_fd(closed) };
    claim!(ready(notification), Err(TokenError::Failed(Errno::BADF)));

    // Neither is one that is open for reading only. That one is closed.
    let wrong = must!(dup(&reader));
    let number = wrong.as_raw_fd();
    claim!(ready(wrong), Err(TokenError::Failed(Errno::BADF)));
    let again = must!(dup(&reader));
    claim!(again.as_raw_fd(), number);

    // Nothing else was closed.
    claim!((fcntl_getfd(&reader).is_ok(), fcntl_getfd(&writer).is_ok()), (true, true));
    must!(writer.send_complete(b"ok", Deadline::NOW, &Never));
    claim!(reader.try_token_read(), Ok(Some(b'o')));
    Ok(())
}
