//! Who has which end, and what becomes of it.

use rustix::{
    fd::{AsFd, AsRawFd, OwnedFd},
    fs::fcntl_getfl,
    io::{FdFlags, fcntl_getfd},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use sockpipe::{Deadline, Errno, Never, TokenError, TokenPipe, TokenReader, TokenWriter};

use crate::{Outcome, Verdict, claim, must};

/// T-12
pub(super) fn closed_end_is_none() -> Verdict {
    let mut pipe = must!(TokenPipe::make());
    pipe.close();
    claim!(pipe.take_read_end().is_none());
    claim!(pipe.take_write_end().is_none());
    Ok(())
}

/// T-13
pub(super) fn taken_once() -> Verdict {
    let mut pipe = must!(TokenPipe::make());
    let (reader, writer) = (pipe.take_read_end(), pipe.take_write_end());
    claim!((reader.is_some(), writer.is_some()), (true, true));
    claim!((pipe.take_read_end().is_none(), pipe.take_write_end().is_none()), (true, true));
    // Asking again took nothing away from who has them.
    claim!(writer.is_some_and(|writer| writer.try_token_write(1).is_ok()));
    claim!(reader.is_some_and(|reader| reader.try_token_read() == Ok(Some(1))));
    Ok(())
}

/// T-14
pub(super) fn untaken_end_is_closed() -> Verdict {
    let mut pipe = must!(TokenPipe::make());
    let reader = must!(pipe.take_read_end().ok_or("it is there"));
    drop(pipe);
    claim!(reader.token_read(Deadline::Never, &Never), Ok(None));

    let mut pipe = must!(TokenPipe::make());
    let writer = must!(pipe.take_write_end().ok_or("it is there"));
    drop(pipe);
    claim!(writer.token_write(1, Deadline::Never, &Never), Err(TokenError::BrokenPipe));
    Ok(())
}

/// T-15
pub(super) fn closed_twice() -> Verdict {
    let mut pipe = must!(TokenPipe::make());
    let reader = must!(pipe.take_read_end().ok_or("it is there"));
    pipe.close();
    claim!(reader.try_token_read(), Ok(None));
    // These may have the numbers that were just closed.
    let (other_reader, other_writer) = must!(TokenPipe::pair());
    pipe.close();
    drop(pipe);
    must!(other_writer.try_token_write(1));
    claim!(other_reader.try_token_read(), Ok(Some(1)));
    Ok(())
}

/// T-17
pub(super) fn no_descriptors_left() -> Verdict {
    let before = getrlimit(Resource::Nofile);
    must!(setrlimit(Resource::Nofile, Rlimit { current: Some(0), ..before }));
    claim!(TokenPipe::make().map(drop), Err(Errno::MFILE));
    must!(setrlimit(Resource::Nofile, before));
    must!(TokenPipe::make());
    Ok(())
}

/// T-18
pub(super) fn close_on_exec() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    claim!(must!(fcntl_getfd(&reader)), FdFlags::CLOEXEC);
    claim!(must!(fcntl_getfd(&writer)), FdFlags::CLOEXEC);
    Ok(())
}

/// T-26
pub(super) fn only_owned_descriptors() -> Verdict {
    fn number_and_mode(end: &impl AsFd) -> Result<(i32, u32), Outcome> {
        Ok((end.as_fd().as_raw_fd(), must!(fcntl_getfl(end)).bits()))
    }

    let (reader, writer) = must!(TokenPipe::pair());
    let before = (number_and_mode(&reader)?, number_and_mode(&writer)?);
    let (read, write) = (OwnedFd::from(reader), OwnedFd::from(writer));
    let (reader, writer) = (TokenReader::from(read), TokenWriter::from(write));
    must!(writer.try_token_write(9));
    claim!(reader.try_token_read(), Ok(Some(9)));
    claim!((number_and_mode(&reader)?, number_and_mode(&writer)?), before);
    // Given up, it stays open.
    let write = OwnedFd::from(writer);
    claim!(reader.try_token_read(), Err(TokenError::WouldBlock));
    drop(write);
    claim!(reader.try_token_read(), Ok(None));
    Ok(())
}
