//! The server: how many tokens there are, what MAKEFLAGS gets, and that the FIFO goes as it came.

use std::{
    fs::{self, File},
    os::{fd::AsRawFd, unix::fs::MetadataExt},
    path::Path,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sockpipe::{
    Errno, Never,
    jobs::{Auth, JobClient, JobCountError, JobError, JobServer, JobServerError, MakeFlags},
};

use crate::{SOON, common::in_a_process_of_its_own};

#[test]
fn one_token_less_than_jobs() {
    for (jobs, tokens) in [(0, 0), (1, 0), (2, 1), (64, 63), (65, 64), (1000, 999)] {
        let server = JobServer::new(jobs).unwrap();
        assert_eq!((server.jobs(), server.available()), (tokens + 1, Ok(tokens)));
        let held = (0..tokens).map(|_| server.client().try_acquire().unwrap()).collect::<Vec<_>>();
        assert!(held.iter().all(|token| token.byte() == Some(b'+')));
        assert_eq!(server.client().try_acquire().err(), Some(JobError::WouldBlock));
        drop(held);
        assert_eq!(server.count_back(), Ok(()));
    }
}

#[test]
fn what_did_not_come_back_is_counted() {
    let server = JobServer::new(8).unwrap();
    std::mem::forget(server.client().try_acquire().unwrap());
    let wrong = server.count_back().unwrap_err();
    assert_eq!(wrong, JobCountError::Wrong { available: 6, should_be: 7 });
    assert_eq!(wrong.to_string(), "Exiting with 6 jobserver tokens available; should be 7!");
}

/// Pages are freed when they are empty, and not before, so a pipe that was full takes a byte back only after 4,096 were taken.
#[test]
fn as_many_as_can_always_be_given_back() {
    let Err(JobServerError::TooManyJobs { most }) = JobServer::new(u32::MAX) else { panic!("there is a limit") };
    assert_eq!(JobServer::new(most + 1).err(), Some(JobServerError::TooManyJobs { most }));
    let server = JobServer::new(most).unwrap();
    for round in 0..10_000 {
        let token = server.client().try_acquire().unwrap();
        assert_eq!(token.release(), Ok(()), "round {round}");
    }
    assert_eq!(server.count_back(), Ok(()));
}

#[test]
fn what_makeflags_gets() {
    let server = JobServer::new(4).unwrap();
    let text = server.makeflags().to_string();
    assert!(text.starts_with(" -j4 --jobserver-auth="), "{text}");
    let flags = MakeFlags::new(text.as_bytes());
    assert_eq!((flags.jobs(), flags.dry_run()), (Some(4), false));
    let client = JobClient::open(flags.auth().unwrap()).unwrap();
    let token = client.acquire(SOON, &Never).unwrap();
    assert_eq!(server.available(), Ok(2));
    drop(token);
    assert_eq!(server.count_back(), Ok(()));
}

/// However many descriptors are missing, the error is that, and nothing is left.
#[test]
fn descriptors_run_out() {
    in_a_process_of_its_own("server::descriptors_run_out", || {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("fifo");
        let path = path.to_str().unwrap();
        let next = File::open("/dev/null").unwrap().as_raw_fd() as u64;
        let most = getrlimit(Resource::Nofile).maximum;
        // Older kernels take more of them: second descriptions, for good or for the length of a write.
        let older = if cfg!(sockpipe_force_no_nowait) || cfg!(sockpipe_force_no_sigmask) { 3 } else { 0 };
        for more in 0..8 {
            setrlimit(Resource::Nofile, Rlimit { current: Some(next + more), maximum: most }).unwrap();
            let fifo = JobServer::fifo(path, 3).map(|server| server.count_back());
            let pipe = JobServer::new(3).map(|server| server.count_back());
            let missing = JobServerError::Failed(Errno::MFILE);
            for (server, takes) in [(fifo, 4), (pipe, 2)] {
                match server {
                    Err(error) => assert!(error == missing && more < takes + older, "{more} of {takes}: {error}"),
                    Ok(back) => assert!(back == Ok(()) && more >= takes, "{more} of {takes}: {back:?}"),
                }
            }
            assert!(!Path::new(path).exists());
        }
    });
}

#[test]
fn a_fifo_goes_as_it_came() {
    let place = tempfile::tempdir().unwrap();
    for name in ["fifo", r"with a blank and a \"] {
        let path = place.path().join(name);
        let path = path.to_str().unwrap();
        let server = JobServer::fifo(path, 3).unwrap();
        assert_eq!(fs::metadata(path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(JobServer::fifo(path, 3).err(), Some(JobServerError::Failed(Errno::from_raw(17)))); // EEXIST
        let text = server.makeflags().to_string();
        let flags = MakeFlags::new(text.as_bytes());
        assert!(matches!(flags.auth(), Some(Auth::Fifo(said)) if said.bytes().eq(path.bytes())), "{text}");
        let client = JobClient::open(flags.auth().unwrap()).unwrap();
        drop([client.acquire_blocking().unwrap(), client.acquire(SOON, &Never).unwrap()]);
        assert_eq!(server.count_back(), Ok(()));
        assert_eq!(server.keep_across_exec(), Ok(()));
        drop(server);
        assert!(!Path::new(path).exists());
    }
    let path = place.path().join("too many");
    let end = JobServer::fifo(path.to_str().unwrap(), u32::MAX);
    assert!(matches!(end.err(), Some(JobServerError::TooManyJobs { .. })));
    assert!(!path.exists());
    assert_eq!(JobServer::fifo("", 1).err(), Some(JobServerError::Failed(Errno::INVAL)));
    assert_eq!(JobServer::fifo("a\0b", 1).err(), Some(JobServerError::Failed(Errno::INVAL)));
}
