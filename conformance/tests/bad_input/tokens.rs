//! Token ends that are something else: the wrong end, a socket, a device, a directory.

use rustix::{
    fd::OwnedFd,
    fs::{Mode, OFlags, open},
    pipe::{PipeFlags, pipe_with},
};
use sockpipe::{Errno, Events, Never, Sock, TokenError, TokenPipe, TokenReader, TokenWriter, Wait};

use crate::{SHORTLY, SOON, both, hang_up};

#[test]
fn the_wrong_end_of_a_pipe() {
    let (reader, writer) = TokenPipe::pair().unwrap();
    for (reader, writer) in [(reader.into(), writer.into()), pipe_with(PipeFlags::CLOEXEC).unwrap()] {
        let (reader, writer) = (TokenWriter::from(reader), TokenReader::from(writer));
        assert_eq!(reader.token_write(0, SOON, &Never), Err(TokenError::Failed(Errno::BADF)));
        assert_eq!(writer.token_read(SOON, &Never), Err(TokenError::Failed(Errno::BADF)));
    }
}

#[test]
fn an_end_can_be_taken_once() {
    let mut pipe = TokenPipe::make().unwrap();
    assert!(pipe.take_read_end().is_some() && pipe.take_read_end().is_none());
    pipe.close();
    pipe.close();
    assert!(pipe.take_write_end().is_none());
}

#[test]
fn a_socket_carries_tokens_and_kills_nobody() {
    both(|a, b| {
        // Where sockets cannot be asked not to block call by call, it must not block by itself.
        let adopt = |a: OwnedFd, b: OwnedFd| (TokenWriter::from(a), TokenReader::from(b));
        let (mut to, mut from) = adopt(a.into(), b.into());
        if from.try_token_read() == Err(TokenError::Failed(Errno::OPNOTSUPP)) {
            let (a, b) = (Sock::from(OwnedFd::from(to)), Sock::from(OwnedFd::from(from)));
            a.set_non_blocking().and(b.set_non_blocking()).unwrap();
            (to, from) = adopt(a.into(), b.into());
        }
        assert_eq!(from.token_read(SHORTLY, &Never), Err(TokenError::TimedOut));
        if cfg!(all(sockpipe_force_no_nosignal, sockpipe_force_no_sigmask)) {
            // There is no way left to write without risking SIGPIPE.
            assert_eq!(to.token_write(7, SOON, &Never), Err(TokenError::Failed(Errno::OPNOTSUPP)));
            return;
        }
        assert_eq!(to.token_write(7, SOON, &Never), Ok(()));
        assert_eq!(from.token_read(SOON, &Never), Ok(Some(7)));
        let to = Sock::from(OwnedFd::from(to));
        hang_up(OwnedFd::from(from).into(), &to);
        let to = TokenWriter::from(OwnedFd::from(to));
        // TCP finds out by the answer to what is sent first.
        let end = loop {
            match to.token_write(7, SOON, &Never) {
                Ok(()) => to.wait_for(Events::NONE, SOON, &Never).map(drop).unwrap(),
                Err(error) => break error,
            }
        };
        assert_eq!(end, TokenError::BrokenPipe);
    });
}

#[test]
fn files_that_are_no_pipes() {
    let null = || open("/dev/null", OFlags::RDWR, Mode::empty()).unwrap();
    assert_eq!(TokenReader::from(null()).token_read(SHORTLY, &Never), Ok(None));
    assert_eq!(TokenWriter::from(null()).token_write(0, SHORTLY, &Never), Ok(()));

    let directory = open("/", OFlags::RDONLY, Mode::empty()).unwrap();
    assert!(matches!(TokenReader::from(directory).token_read(SHORTLY, &Never), Err(TokenError::Failed(_))));
}

#[test]
fn a_drain_leaves_what_it_does_not_overwrite() {
    let (reader, writer) = TokenPipe::pair().expect("there are descriptors");
    let mut tokens = [7; 4];
    assert_eq!(reader.drain(&mut tokens), Err(TokenError::WouldBlock));
    assert_eq!(tokens, [7; 4]);
    writer.try_token_write(1).expect("there is room");
    assert_eq!(reader.drain(&mut tokens), Ok(Some(1)));
    assert_eq!(tokens, [1, 7, 7, 7]);
}
