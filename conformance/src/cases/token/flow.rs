//! What goes in comes out: once, in order, and then the end.

use heapless::Vec;
use rustix::{fd::OwnedFd, io::fcntl_dupfd_cloexec, pipe::fcntl_getpipe_size};
use sockpipe::{Deadline, Errno, Events, Never, Sink, Source, TokenError, TokenPipe, TokenReader, TokenWriter, Wait};

use crate::{
    Outcome, Verdict, claim,
    faulty::{Fault, Faulty, Plan},
    must,
};

/// Another descriptor for the same end, as a forked child has one.
fn copy_of<End: From<OwnedFd>>(end: &impl rustix::fd::AsFd) -> Result<End, Outcome> {
    Ok(must!(fcntl_dupfd_cloexec(end, 0)).into())
}

/// T-01
pub(super) fn every_byte_is_a_token() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    for token in 0..=255 {
        must!(writer.token_write(token, Deadline::NOW, &Never));
    }
    for token in 0..=255 {
        claim!(reader.token_read(Deadline::NOW, &Never), Ok(Some(token)));
    }
    claim!(reader.try_token_read(), Err(TokenError::WouldBlock));
    Ok(())
}

/// T-02
pub(super) fn in_order_until_full() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    let mut written = 0;
    while let Ok(()) = writer.try_token_write((written % 251) as u8) {
        written += 1;
    }
    claim!(writer.try_token_write(0), Err(TokenError::WouldBlock));
    // 65,536, unless the administrator or the size of a page says otherwise.
    claim!(written, must!(fcntl_getpipe_size(&reader)));

    let mut read = 0;
    let mut tokens = [0; 1000];
    while let Ok(Some(n)) = reader.drain(&mut tokens) {
        for token in tokens.iter().take(n) {
            claim!(*token, (read % 251) as u8);
            read += 1;
        }
    }
    claim!(read, written);
    claim!(reader.try_token_read(), Err(TokenError::WouldBlock));
    Ok(())
}

/// T-05
pub(super) fn left_then_end() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    must!(writer.send_complete(b"abc", Deadline::NOW, &Never));
    drop(writer);
    let mut tokens = [0; 2];
    claim!((reader.drain(&mut tokens), tokens), (Ok(Some(2)), *b"ab"));
    claim!(reader.drain(&mut []), Ok(Some(0)));
    claim!(reader.token_read(Deadline::Never, &Never), Ok(Some(b'c')));
    for _ in 0..3 {
        claim!(reader.token_read(Deadline::Never, &Never), Ok(None));
        claim!(reader.try_token_read(), Ok(None));
        claim!(reader.drain(&mut tokens), Ok(None));
    }
    Ok(())
}

/// T-06
pub(super) fn copies_delay_the_end() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    let in_the_child: TokenWriter = copy_of(&writer)?;
    drop(writer);
    claim!(reader.try_token_read(), Err(TokenError::WouldBlock));
    must!(in_the_child.try_token_write(1));
    claim!(reader.try_token_read(), Ok(Some(1)));
    drop(in_the_child);
    claim!(reader.token_read(Deadline::Never, &Never), Ok(None));
    Ok(())
}

/// T-09. Real signals: `tests/eintr.rs`.
pub(super) fn signals_are_survived() -> Verdict {
    // One attempt is not ended by a few, and a longer patience by none.
    for (deadline, count) in [(Deadline::NOW, 3), (Deadline::Never, 20)] {
        let storm = &[Fault::Fail(Errno::INTR); 20][..count];
        let (reader, writer) = must!(TokenPipe::pair());
        let writer = Faulty::new(writer, Plan { send: storm, ..Plan::default() });
        claim!(Sink::token_write(&writer, 7, deadline, &Never), Ok(()));
        let reader = Faulty::new(reader, Plan { recv: storm, wait: storm, ..Plan::default() });
        claim!(Source::token_read(&reader, deadline, &Never), Ok(Some(7)));
        claim!(reader.inner().try_token_read(), Err(TokenError::WouldBlock));
    }
    Ok(())
}

/// T-19. Real processes: `tests/fork.rs`.
pub(super) fn forked_ends_are_dropped() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    let (reader_of_child, writer_of_child): (TokenReader, TokenWriter) = (copy_of(&reader)?, copy_of(&writer)?);
    drop((writer, reader_of_child));
    must!(writer_of_child.token_write(42, Deadline::NOW, &Never));
    drop(writer_of_child);
    claim!(reader.token_read(Deadline::Never, &Never), Ok(Some(42)));
    claim!(reader.token_read(Deadline::Never, &Never), Ok(None));
    Ok(())
}

/// T-20
pub(super) fn last_words() -> Verdict {
    let (reader, writer) = must!(TokenPipe::pair());
    must!(writer.try_token_write(5));
    drop(writer);
    let occurred = must!(reader.wait_for(Events::RECV, Deadline::Never, &Never));
    claim!(occurred, Events::RECV | Events::ERROR | Events::HANGUP);
    claim!(reader.try_token_read(), Ok(Some(5)));
    claim!(reader.try_token_read(), Ok(None));
    Ok(())
}

/// T-21. Real threads: `tests/shared.rs`.
pub(super) fn many_writers() -> Verdict {
    let (reader, first) = must!(TokenPipe::pair());
    let (second, third): (TokenWriter, TokenWriter) = (copy_of(&first)?, copy_of(&first)?);
    for token in 0..10 {
        for (number, writer) in [&first, &second, &third].into_iter().enumerate() {
            must!(writer.try_token_write(number as u8 * 10 + token));
        }
    }
    let mut tokens = [0; 64];
    claim!(reader.drain(&mut tokens), Ok(Some(30)));
    for token in 0..30 {
        claim!(tokens.iter().take(30).filter(|got| **got == token).count(), 1);
    }
    Ok(())
}

/// T-22. Real threads: `tests/shared.rs`.
pub(super) fn many_readers() -> Verdict {
    let (first, writer) = must!(TokenPipe::pair());
    let second: TokenReader = copy_of(&first)?;
    must!(writer.send_complete(b"abcdef", Deadline::NOW, &Never));
    let mut got = Vec::<u8, 8>::new();
    while let (Ok(Some(one)), Ok(Some(other))) = (first.try_token_read(), second.try_token_read()) {
        must!(got.extend_from_slice(&[one, other]));
    }
    claim!(got, b"abcdef");
    claim!(second.try_token_read(), Err(TokenError::WouldBlock));
    Ok(())
}
