//! Tokens of one client: the same byte goes back on every way out, and none is lost or made.

use std::{
    collections::BTreeSet,
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    thread,
};

use rustix::fd::OwnedFd;
use sockpipe::{
    Errno, Never, TokenError, TokenPipe,
    jobs::{JobClient, JobError},
};

use crate::{A_MOMENT, SOON, client_of_pipe, left, pipe};

#[test]
fn the_same_byte_goes_back() {
    let bytes = (0..=255).collect::<Vec<u8>>();
    let (client, reader, _) = client_of_pipe(&bytes);
    let mut tokens = vec![];
    for want in &bytes {
        let token = client.acquire(SOON, &Never).unwrap();
        assert_eq!(token.byte(), Some(*want));
        tokens.push(token);
    }
    assert_eq!(client.try_acquire().err(), Some(JobError::WouldBlock));
    // In another order than they came, half of them with a word.
    for (n, token) in tokens.into_iter().rev().enumerate() {
        if n % 2 == 0 {
            assert_eq!(token.release(), Ok(()));
        }
    }
    assert_eq!(left(&reader), bytes);
}

#[test]
fn on_every_way_out() {
    let (client, reader, _) = client_of_pipe(b"ab");
    let leave_early = || -> Result<(), JobError> {
        let _token = client.try_acquire()?;
        let _second = client.try_acquire()?;
        let _third = client.try_acquire()?;
        unreachable!("there are two");
    };
    assert_eq!(leave_early(), Err(JobError::WouldBlock));
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let _tokens = (client.implicit(), client.try_acquire(), client.try_acquire());
        panic!("a job that panics");
    }));
    assert!(panic.is_err());
    let both = [client.try_acquire(), client.try_acquire()].map(|token| token.unwrap().byte());
    assert_eq!(BTreeSet::from(both), BTreeSet::from([Some(b'a'), Some(b'b')]));
    assert!(client.implicit().is_some());
    assert_eq!(left(&reader), b"ab");
}

#[test]
fn threads_conserve_tokens() {
    const ROUNDS: usize = 5000;
    let (client, reader, _) = client_of_pipe(b"xyz");
    assert!(client.has_server());
    let (at_once, most) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for n in 0..8 {
            let (client, at_once, most) = (&client, &at_once, &most);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let token = match client.implicit() {
                        Some(token) if n % 2 == 0 => token,
                        _ if round % 2 == 0 => client.acquire(SOON, &Never).unwrap(),
                        _ => match client.try_acquire() {
                            Ok(token) => token,
                            Err(JobError::WouldBlock) => continue,
                            Err(error) => panic!("{error}"),
                        },
                    };
                    most.fetch_max(at_once.fetch_add(1, SeqCst) + 1, SeqCst);
                    at_once.fetch_sub(1, SeqCst);
                    drop(token);
                }
            });
        }
    });
    assert!(most.load(SeqCst) <= 4);
    assert_eq!(left(&reader), b"xyz");
}

#[test]
fn the_implicit_token_is_one() {
    let client = JobClient::<sockpipe::TokenReader, sockpipe::TokenWriter>::default();
    assert!(!client.has_server());
    let token = client.implicit().unwrap();
    assert_eq!((token.byte(), client.implicit().is_none()), (None, true));
    assert_eq!(token.release(), Ok(()));
    let inside = AtomicU32::new(0);
    let done = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20_000 {
                    if let Some(_token) = client.implicit() {
                        assert_eq!(inside.fetch_add(1, SeqCst), 0);
                        inside.fetch_sub(1, SeqCst);
                        done.fetch_add(1, SeqCst);
                    }
                }
            });
        }
    });
    assert!(done.load(SeqCst) > 0);
    // And there is no other: who asks for one hears so at once.
    assert_eq!(client.acquire(SOON, &Never).err(), Some(JobError::NoServer));
    assert_eq!(client.try_acquire().err(), Some(JobError::NoServer));
    assert_eq!(client.acquire_blocking().err(), Some(JobError::NoServer));
}

#[test]
fn the_server_is_gone() {
    let (reader, others) = pipe(b"a");
    let (unread, writer) = TokenPipe::pair().unwrap();
    let client = JobClient::from((reader, writer));
    drop(others);
    let token = client.acquire(SOON, &Never).unwrap();
    assert_eq!(client.acquire(SOON, &Never).err(), Some(JobError::ServerGone));
    assert_eq!(client.try_acquire().err(), Some(JobError::ServerGone));
    assert_eq!(client.acquire_blocking().err(), Some(JobError::ServerGone));
    drop(unread);
    assert_eq!(token.release(), Err(TokenError::BrokenPipe));
}

/// Somebody has put in more than was taken out. Nobody hangs because of it.
#[test]
fn a_full_pipe_takes_nothing_back() {
    let (client, reader, writer) = client_of_pipe(b"ab");
    let (one, two) = (client.try_acquire().unwrap(), client.implicit().unwrap());
    let dropped = client.try_acquire().unwrap();
    while writer.try_token_write(b'+') != Err(TokenError::WouldBlock) {}
    assert_eq!(one.release(), Err(TokenError::WouldBlock));
    assert_eq!(two.release(), Ok(()));
    drop(dropped);
    assert!(left(&reader).iter().all(|byte| *byte == b'+'));
}

#[test]
fn errors_of_the_system_are_named() {
    let [write_only, read_only] =
        [true, false].map(|write| OwnedFd::from(File::options().write(write).read(!write).open("/dev/null").unwrap()));
    let client: JobClient = JobClient::from((write_only.into(), read_only.into()));
    assert_eq!(client.acquire(A_MOMENT, &Never).err(), Some(JobError::Failed(Errno::BADF)));
    assert_eq!(client.acquire_blocking().err(), Some(JobError::Failed(Errno::BADF)));
}
