//! Waiting for a token, in every mode that a descriptor can have: deadlines and interrupts hold, and who sleeps is woken.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::{
    fd::OwnedFd,
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
};
use sockpipe::{
    Never, ThreadInterrupt, TokenPipe, TokenWriter,
    jobs::{JobClient, JobError, JobServer, MakeFlags},
};

use crate::{A_MOMENT, SOON, common};

fn client((reader, writer): (OwnedFd, OwnedFd)) -> JobClient {
    let writer = TokenWriter::from(writer);
    writer.try_token_write(b'+').unwrap();
    JobClient::from((reader.into(), writer))
}

fn non_blocking(fd: OwnedFd) -> OwnedFd {
    fcntl_setfl(&fd, fcntl_getfl(&fd).unwrap() | OFlags::NONBLOCK).unwrap();
    fd
}

/// Clients of pipes with one token, in every mode, also of pipes that were opened again.
fn every_mode(test: impl Fn(&str, &JobClient)) {
    let pipe = || {
        let (reader, writer) = TokenPipe::pair().unwrap();
        (OwnedFd::from(reader), OwnedFd::from(writer))
    };
    let quick = |(reader, writer)| (non_blocking(reader), non_blocking(writer));
    test("a pipe", &client(pipe()));
    test("a non-blocking pipe", &client(quick(pipe())));
    test("a FIFO", &client(common::fifo()));
    test("a non-blocking FIFO", &client(quick(common::fifo())));

    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("fifo");
    let fifo = JobServer::fifo(path.to_str().unwrap(), 2).unwrap();
    test("a server's FIFO", fifo.client());
    for server in [JobServer::new(2).unwrap(), fifo] {
        let flags = server.makeflags().to_string();
        let client = JobClient::open(MakeFlags::new(flags.as_bytes()).auth().unwrap()).unwrap();
        test(&flags, &client);
    }
}

#[test]
fn deadlines_hold() {
    every_mode(|mode, client| {
        let _token = client.acquire(SOON, &Never).unwrap();
        let start = Instant::now();
        assert_eq!(client.acquire(A_MOMENT, &Never).err(), Some(JobError::TimedOut), "{mode}");
        assert!(start.elapsed() >= Duration::from_millis(30), "{mode}");
        assert_eq!(client.try_acquire().err(), Some(JobError::WouldBlock), "{mode}");
    });
}

#[test]
fn interrupts_hold() {
    every_mode(|mode, client| {
        let _token = client.acquire(SOON, &Never).unwrap();
        let stop = ThreadInterrupt::new().unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| client.acquire(SOON, &stop).err());
            thread::sleep(Duration::from_millis(10));
            stop.interrupt().unwrap();
            assert_eq!(waiting.join().unwrap(), Some(JobError::Interrupted), "{mode}");
        });
    });
}

#[test]
fn a_token_that_comes_back_wakes() {
    every_mode(|mode, client| {
        let token = client.acquire(SOON, &Never).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| client.acquire(SOON, &Never).unwrap().byte());
            thread::sleep(Duration::from_millis(5));
            drop(token);
            assert_eq!(waiting.join().unwrap(), Some(b'+'), "{mode}");
            let token = client.acquire_blocking().unwrap();
            let waiting = scope.spawn(|| client.acquire_blocking().unwrap().byte());
            thread::sleep(Duration::from_millis(5));
            drop(token);
            assert_eq!(waiting.join().unwrap(), Some(b'+'), "{mode}, blocking");
        });
        assert_eq!(client.try_acquire().unwrap().byte(), Some(b'+'), "{mode}");
    });
}

/// Signals end a blocking read, and it goes on.
#[test]
fn signals_do_not_end_a_blocking_wait() {
    extern "C" fn nothing(_: i32) {}
    let handler: extern "C" fn(i32) = nothing;
    // SAFETY: all zeros are no flags, so that a call is not restarted, and an empty set of signals.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    // SAFETY: the handler does nothing.
    assert_eq!(unsafe { libc::sigaction(libc::SIGUSR2, &action, std::ptr::null_mut()) }, 0);
    let server = JobServer::new(2).unwrap();
    let token = server.client().try_acquire().unwrap();
    let ready = Barrier::new(2);
    thread::scope(|scope| {
        let (ready, server) = (&ready, &server);
        let (tell, told) = std::sync::mpsc::channel();
        let waiting = scope.spawn(move || {
            // SAFETY: always possible.
            tell.send(unsafe { libc::pthread_self() }).unwrap();
            ready.wait();
            server.client().acquire_blocking().unwrap().byte()
        });
        let thread = told.recv().unwrap();
        ready.wait();
        for _ in 0..20 {
            thread::sleep(Duration::from_millis(1));
            // SAFETY: the thread has not been joined.
            assert_eq!(unsafe { libc::pthread_kill(thread, libc::SIGUSR2) }, 0);
        }
        assert!(!waiting.is_finished());
        drop(token);
        assert_eq!(waiting.join().unwrap(), Some(b'+'));
    });
    assert_eq!(server.count_back(), Ok(()));
}

/// Many clients, each with a pipe of its own opening, and some that share one; they wait in both ways.
#[test]
fn three_hundred_clients() {
    const JOBS: u32 = 9;
    let server = JobServer::new(JOBS).unwrap();
    let flags = server.makeflags().to_string();
    let (at_once, most, done) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for n in 0..300 {
            let (flags, server, at_once, most, done) = (&flags, &server, &at_once, &most, &done);
            scope.spawn(move || {
                let own;
                let client = if n % 3 == 0 {
                    own = JobClient::open(MakeFlags::new(flags.as_bytes()).auth().unwrap()).unwrap();
                    &own
                } else {
                    server.client()
                };
                for _ in 0..10 {
                    let token = if n % 2 == 0 {
                        client.acquire(SOON, &Never).unwrap()
                    } else {
                        client.acquire_blocking().unwrap()
                    };
                    most.fetch_max(at_once.fetch_add(1, SeqCst) + 1, SeqCst);
                    thread::yield_now();
                    at_once.fetch_sub(1, SeqCst);
                    done.fetch_add(1, SeqCst);
                    drop(token);
                }
            });
        }
    });
    assert_eq!(done.load(SeqCst), 3000);
    assert!(most.load(SeqCst) < JOBS);
    assert_eq!(server.count_back(), Ok(()));
}
