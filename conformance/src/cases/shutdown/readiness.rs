//! What a child says to its parent: both ends in one process.

use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_getfd};
use sockpipe::{
    Deadline, Errno, Never, Readiness, ReadinessError, ReadinessNotifier, Sink, TokenError, TokenPipe, TokenReader,
    TokenWriter,
};

use crate::{
    Outcome, Verdict,
    cases::common::{ms, text},
    claim, must,
};

/// Both ends, as the two processes have them after a fork: the parent's, the child's.
fn forked() -> Result<[(Readiness, ReadinessNotifier); 2], Outcome> {
    let (reader, writer) = must!(TokenPipe::pair());
    let copied_reader = TokenReader::from(must!(fcntl_dupfd_cloexec(&reader, 0)));
    let copied_writer = TokenWriter::from(must!(fcntl_dupfd_cloexec(&writer, 0)));
    Ok([(reader.into(), writer.into()), (copied_reader.into(), copied_writer.into())])
}

/// G-10
pub(super) fn ready() -> Verdict {
    let [(parent, not_its_own), (not_its_own_either, child)] = forked()?;
    drop((not_its_own, not_its_own_either));
    must!(child.ready());
    claim!(parent.wait(Deadline::Never, &Never), Ok(()));
    // It has said so once.
    claim!(parent.wait(Deadline::Never, &Never), Err(ReadinessError::ChildDied));
    Ok(())
}

/// G-11
pub(super) fn failed_with_errno() -> Verdict {
    for errno in [Errno::ADDRINUSE, Errno::from_raw(12345), Errno::from_raw(-1), Errno::from_raw(0)] {
        let (parent, child) = must!(Readiness::pair());
        must!(child.failed(errno));
        claim!(parent.wait(Deadline::Never, &Never), Err(ReadinessError::ChildFailed(errno)));
    }
    claim!(text(&ReadinessError::ChildFailed(Errno::ADDRINUSE)), "Child failed: Address already in use (98)");
    Ok(())
}

/// G-12: an answer that does not fit is an error, not a success.
fn no_room() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    while writer.send(&[7; 4096]).is_ok() {}
    let copy = TokenWriter::from(must!(fcntl_dupfd_cloexec(&writer, 0)));
    claim!(ReadinessNotifier::from(writer).ready(), Err(TokenError::WouldBlock));
    claim!(ReadinessNotifier::from(copy).failed(Errno::IO), Err(TokenError::WouldBlock));
    drop(reader);
    Ok(())
}

/// G-12: right after the fork, as `-daemon` has it, or when all is running, as `-daemonwait` has it.
pub(super) fn ready_later() -> Verdict {
    let (parent, child) = must!(Readiness::pair());
    claim!(parent.wait(Deadline::NOW, &Never), Err(ReadinessError::TimedOut));
    claim!(parent.wait(Deadline::Within(ms(5)), &Never), Err(ReadinessError::TimedOut));
    let stop = sockpipe::When(|| true);
    claim!(parent.wait(Deadline::Never, &stop), Err(ReadinessError::Interrupted));
    must!(child.ready());
    claim!(parent.wait(Deadline::NOW, &stop), Ok(()));

    no_room()?;

    // It is the token that Core's daemon writes.
    let (reader, writer) = must!(TokenPipe::pair());
    must!(ReadinessNotifier::from(writer).ready());
    claim!((reader.try_token_read(), reader.try_token_read()), (Ok(Some(1)), Ok(None)));
    Ok(())
}

/// G-13: of all that can come out of the pipe, one thing is success.
pub(super) fn died() -> Verdict {
    let (parent, child) = must!(Readiness::pair());
    drop(child);
    claim!(parent.wait(Deadline::Never, &Never), Err(ReadinessError::ChildDied));

    for byte in (0..=255).filter(|byte| *byte != 1) {
        let (reader, writer) = must!(TokenPipe::pair());
        must!(writer.try_token_write(byte));
        let parent = Readiness::from(reader);
        claim!(parent.wait(Deadline::Never, &Never), Err(ReadinessError::Unexpected(byte)));
    }
    // It is cut off in the middle, or goes on.
    for said in [&b"\x00\x62\x00"[..], b"hello world"] {
        let (reader, writer) = must!(TokenPipe::pair());
        must!(Sink::send(&writer, said));
        drop(writer);
        let parent = Readiness::from(reader);
        claim!(matches!(parent.wait(Deadline::Never, &Never), Err(ReadinessError::Unexpected(_))));
    }
    Ok(())
}

/// G-14
pub(super) fn parent_gone() -> Verdict {
    let (parent, child) = must!(Readiness::pair());
    drop(parent);
    claim!(child.ready(), Err(TokenError::BrokenPipe));
    let (parent, child) = must!(Readiness::pair());
    drop(parent);
    claim!(child.failed(Errno::INVAL), Err(TokenError::BrokenPipe));
    Ok(())
}

/// G-15
pub(super) fn kept_by_a_helper() -> Verdict {
    let [(parent, child), (_, helper)] = forked()?;
    drop(child);
    claim!(parent.wait(Deadline::Within(ms(20)), &Never), Err(ReadinessError::TimedOut));
    drop(helper);
    claim!(parent.wait(Deadline::Never, &Never), Err(ReadinessError::ChildDied));

    let (parent, child) = must!(Readiness::pair());
    claim!(must!(fcntl_getfd(TokenReader::from(parent))), FdFlags::CLOEXEC);
    claim!(must!(fcntl_getfd(TokenWriter::from(child))), FdFlags::CLOEXEC);
    Ok(())
}
