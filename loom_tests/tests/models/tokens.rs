//! Tokens of a job server: workers that share a pipe take each token once, and all the same bytes are there again at the end.
//!
//! The waits are the crate's `token_read`; who holds a token gives it back when he drops it.
//!
//! Two threads. Two workers, 6 preemptions: 11,060 executions with two tokens and 15,414 with one, 0.4 s and 0.6 s. An end that goes, no bound:
//! 1,087 and 9,979, 0.4 s. Three threads, one of them interrupts, 3 preemptions: 11,590, 0.6 s.

use loom::{cell::UnsafeCell, sync::Arc, thread};
use sockpipe::{
    Deadline, Errno, Never, Sink, Source, TokenError,
    jobs::{JobClient, JobError},
};

use crate::{alarm::Alarm, check, world::World};

type Client = JobClient<World, World>;

fn client(pipe: &World) -> Client {
    Client::from((pipe.without_bell(), pipe.without_bell()))
}

/// A pipe with these tokens.
fn pipe(tokens: &[u8]) -> World {
    let pipe = World::new(tokens.len());
    assert_eq!(pipe.send(tokens), Ok(tokens.len()));
    pipe
}

fn nothing_is_lost(pipe: &World, tokens: &[u8]) {
    let mut left = pipe.left();
    left.sort_unstable();
    assert_eq!(left, tokens, "not the tokens that were there");
}

#[test]
fn two_workers_and_two_tokens() {
    check("tokens: two workers, two jobs each, two tokens", Some(6), || {
        let pipe = pipe(b"ab");
        let client = Arc::new(client(&pipe));
        let work = |client: Arc<Client>| {
            for _ in 0..2 {
                drop(client.acquire(Deadline::Never, &Never).ok().unwrap());
            }
        };
        let other = client.clone();
        let other = thread::spawn(move || work(other));
        work(client);
        other.join().unwrap();
        nothing_is_lost(&pipe, b"ab");
    });
}

#[test]
fn two_workers_and_a_token() {
    check("tokens: two workers, a token, and what is done under it", Some(6), || {
        let pipe = pipe(b"a");
        let shared = Arc::new((client(&pipe), UnsafeCell::new(0)));
        let work = |shared: Arc<(Client, UnsafeCell<i32>)>| {
            for _ in 0..2 {
                let token = shared.0.acquire(Deadline::Never, &Never).ok().unwrap();
                // SAFETY: there is one token.
                shared.1.with_mut(|jobs| unsafe { *jobs += 1 });
                drop(token);
            }
        };
        let other = shared.clone();
        let other = thread::spawn(move || work(other));
        work(shared.clone());
        other.join().unwrap();
        // SAFETY: all are done.
        shared.1.with(|jobs| assert_eq!(unsafe { *jobs }, 4));
        nothing_is_lost(&pipe, b"a");
    });
}

#[test]
fn an_interrupt_ends_one_of_the_waits() {
    check("tokens: two workers, a token, one is interrupted", Some(3), || {
        let pipe = pipe(b"a");
        let alarm = Alarm::new(&pipe);
        let setter = alarm.clone();
        let setter = thread::spawn(move || setter.set());
        let other = client(&pipe);
        let other = thread::spawn(move || drop(other.acquire(Deadline::Never, &Never).ok().unwrap()));

        let mine = Client::from((pipe.clone(), pipe.clone()));
        // Two tokens, so that it sleeps for one of them, or is interrupted, or both come at once.
        let first = mine.acquire(Deadline::Never, &*alarm);
        let second = mine.acquire(Deadline::Never, &*alarm);
        assert!(first.is_err() || second.is_err(), "two tokens of one");
        for token in [&first, &second] {
            assert!(token.is_ok() || matches!(token, Err(JobError::Interrupted)));
        }
        drop((first, second));
        setter.join().unwrap();
        other.join().unwrap();
        nothing_is_lost(&pipe, b"a");
    });
}

#[test]
fn the_last_token_and_then_the_end() {
    check("tokens: one is written, and the pipe is closed, under who reads", None, || {
        let pipe = World::new(1);
        let writer = pipe.clone();
        let writer = thread::spawn(move || {
            writer.token_write(7, Deadline::Never, &Never).unwrap();
            writer.end();
        });
        assert_eq!(pipe.token_read(Deadline::Never, &Never), Ok(Some(7)));
        assert_eq!(pipe.token_read(Deadline::Never, &Never), Ok(None));
        writer.join().unwrap();
    });
}

#[test]
fn the_reader_goes_under_who_writes() {
    check("tokens: three into a pipe for one, and its reader goes", None, || {
        let pipe = World::new(1);
        let reader = pipe.clone();
        let reader = thread::spawn(move || {
            let token = reader.token_read(Deadline::Never, &Never);
            reader.break_it();
            token
        });
        let written = [0, 1, 2].map(|token| pipe.token_write(token, Deadline::Never, &Never));
        assert_eq!(reader.join().unwrap(), Ok(Some(0)));
        assert_eq!(written[0], Ok(()));
        assert_eq!(written[2], Err(TokenError::BrokenPipe));
        assert_eq!(pipe.send(&[3]), Err(Errno::PIPE));
    });
}

/// The token that each process has: one thread at a time works with it, and sees what the one before has done.
#[test]
fn the_implicit_token_is_one() {
    check("tokens: two threads, the implicit token", None, || {
        let shared = Arc::new((Client::default(), UnsafeCell::new(0)));
        let work = |shared: Arc<(Client, UnsafeCell<i32>)>| {
            let token = shared.0.implicit();
            if token.is_some() {
                // SAFETY: there is one token.
                shared.1.with_mut(|jobs| unsafe { *jobs += 1 });
            }
        };
        let other = shared.clone();
        let other = thread::spawn(move || work(other));
        work(shared.clone());
        other.join().unwrap();
    });
}
