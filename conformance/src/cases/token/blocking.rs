//! A pipe that is empty or full, whatever mode its descriptors are in.

use core::{sync::atomic::AtomicBool, time::Duration};

use rustix::{
    fd::AsFd,
    fs::{OFlags, fcntl_getfl},
    pipe::{PipeFlags, pipe_with},
};
use sockpipe::{
    Deadline, Events, Instant, Interrupt, Lend, Never, TokenError, TokenPipe, TokenReader, TokenWriter, Wait,
    WaitError, WaitSet,
};

use crate::{Outcome, Verdict, claim, must};

const A_MOMENT: Duration = Duration::from_millis(20);

fn is_blocking(end: &impl AsFd) -> Result<bool, Outcome> {
    Ok(!must!(fcntl_getfl(end)).contains(OFlags::NONBLOCK))
}

fn fill(writer: &TokenWriter) -> Verdict {
    while let Ok(()) = writer.try_token_write(1) {}
    claim!(writer.try_token_write(1), Err(TokenError::WouldBlock));
    Ok(())
}

/// A pipe in blocking mode. Those that are made elsewhere than on Linux are not.
fn blocking() -> Result<(TokenReader, TokenWriter), Outcome> {
    if cfg!(sockpipe_force_unix) {
        let (read, write) = must!(pipe_with(PipeFlags::CLOEXEC));
        return Ok((read.into(), write.into()));
    }
    Ok(must!(TokenPipe::pair()))
}

/// T-03
pub(super) fn full_pipe_ends_in_time() -> Verdict {
    let (reader, writer) = blocking()?;
    claim!(is_blocking(&writer)?);
    fill(&writer)?;
    claim!(writer.token_write(2, Deadline::NOW, &Never), Err(TokenError::TimedOut));
    let start = Instant::now();
    claim!(writer.token_write(2, Deadline::Within(A_MOMENT), &Never), Err(TokenError::TimedOut));
    claim!(Instant::now().saturating_duration_since(start) >= A_MOMENT);
    claim!(writer.token_write(2, Deadline::At(start), &Never), Err(TokenError::TimedOut));
    claim!(writer.token_write(2, Deadline::Never, &AtomicBool::new(true)), Err(TokenError::Interrupted));
    claim!(is_blocking(&writer)?);

    // None of these was written after all. Room for one token comes a page at a time.
    let mut tokens = [0; 4096];
    while let Ok(Some(n)) = reader.drain(&mut tokens) {
        claim!(tokens.iter().take(n).all(|token| *token == 1));
    }
    must!(writer.token_write(3, Deadline::Never, &Never));
    claim!(reader.try_token_read(), Ok(Some(3)));
    Ok(())
}

/// T-04
pub(super) fn empty_pipe_ends_in_time() -> Verdict {
    let (reader, writer) = blocking()?;
    claim!(is_blocking(&reader)?);
    claim!(reader.try_token_read(), Err(TokenError::WouldBlock));
    claim!(reader.drain(&mut [0; 9]), Err(TokenError::WouldBlock));
    let start = Instant::now();
    claim!(reader.token_read(Deadline::Within(A_MOMENT), &Never), Err(TokenError::TimedOut));
    claim!(Instant::now().saturating_duration_since(start) >= A_MOMENT);
    claim!(reader.token_read(Deadline::Never, &AtomicBool::new(true)), Err(TokenError::Interrupted));
    claim!(is_blocking(&reader)?);

    let mut set = WaitSet::<1>::new();
    set.add(&reader, Events::RECV);
    claim!(set.wait(Deadline::NOW, &Never), Ok(0));
    must!(writer.try_token_write(3));
    claim!(set.wait(Deadline::Never, &Never), Ok(1));
    // What is there is read although the time is over and the interrupt set.
    claim!(reader.token_read(Deadline::At(start), &AtomicBool::new(true)), Ok(Some(3)));
    Ok(())
}

/// T-10
pub(super) fn nonblocking_ends() -> Verdict {
    let (read, write) = must!(pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK));
    let (reader, writer) = (TokenReader::from(read), TokenWriter::from(write));
    claim!(reader.try_token_read(), Err(TokenError::WouldBlock));
    claim!(reader.token_read(Deadline::Within(A_MOMENT), &Never), Err(TokenError::TimedOut));
    fill(&writer)?;
    claim!(writer.token_write(2, Deadline::Within(A_MOMENT), &Never), Err(TokenError::TimedOut));
    claim!(reader.token_read(Deadline::Never, &Never), Ok(Some(1)));
    claim!((is_blocking(&reader)?, is_blocking(&writer)?), (false, false));
    Ok(())
}

/// T-16. Across threads: `tests/epoll.rs`.
pub(super) fn a_token_wakes() -> Verdict {
    let (stop, stopper) = must!(TokenPipe::pair());
    let (reader, _writer) = must!(TokenPipe::pair());
    claim!(stop.is_set(), false);
    // A wait can sleep as long as it likes.
    claim!(matches!(stop.lend(), Lend::Handle(_)));
    must!(stopper.try_token_write(0));
    claim!(stop.is_set());
    claim!(reader.token_read(Deadline::Never, &stop), Err(TokenError::Interrupted));
    claim!(reader.wait_for(Events::RECV, Deadline::Never, &stop), Err(WaitError::Interrupted));
    // Nobody has eaten the token, so everybody who waits is woken.
    claim!(stop.try_token_read(), Ok(Some(0)));
    claim!(stop.is_set(), false);
    Ok(())
}
