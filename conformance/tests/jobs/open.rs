//! Opening what MAKEFLAGS says: what is inherited is left alone, and what is not a job server's is told apart.

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::fd::{AsFd, AsRawFd, OwnedFd},
};

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::{FdFlags, fcntl_getfd},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{OptionalActions, tcgetattr, tcsetattr},
};
use sockpipe::{
    Errno, Never, TokenPipe,
    jobs::{Auth, JobClient, JobError, JobOpenError, JobServerError, MakeFlags},
};

use crate::{SOON, common::in_a_process_of_its_own, left, pipe};

fn open(flags: &str) -> Result<JobClient, JobOpenError> {
    JobClient::open(MakeFlags::new(flags.as_bytes()).auth().expect("flags that say something"))
}

fn open_numbers(read: &impl AsRawFd, write: &impl AsRawFd) -> Result<JobClient, JobOpenError> {
    JobClient::open(Auth::Pipe { read: read.as_raw_fd(), write: write.as_raw_fd() })
}

#[test]
fn the_pipe_is_left_as_it_is() {
    // As make 4.3 has it: one end that does not block, and one that does.
    let (reader, writer) = pipe(b"ab");
    let modes = || [reader.as_fd(), writer.as_fd()].map(|fd| fcntl_getfl(fd).unwrap());
    fcntl_setfl(&reader, fcntl_getfl(&reader).unwrap() | OFlags::NONBLOCK).unwrap();
    let before = modes();
    let client = open_numbers(&reader, &writer).unwrap();
    let tokens = [client.acquire(SOON, &Never).unwrap(), client.acquire_blocking().unwrap()];
    assert_eq!(client.try_acquire().err(), Some(JobError::WouldBlock));
    assert_eq!(modes(), before);
    drop(tokens);
    drop(client);
    // The inherited numbers are still there, for programs that are started.
    assert_eq!(left(&reader), b"ab");
    writer.try_token_write(b'c').unwrap();
}

#[test]
fn four_descriptors_and_all_close_on_exec() {
    in_a_process_of_its_own("open::four_descriptors_and_all_close_on_exec", || {
        let numbers = || {
            let mut numbers = fs::read_dir("/proc/self/fd")
                .unwrap()
                .map(|entry| entry.unwrap().file_name().to_str().unwrap().parse::<i32>().unwrap())
                .collect::<Vec<_>>();
            // Not that of the folder itself.
            numbers.retain(|number| fs::symlink_metadata(format!("/proc/self/fd/{number}")).is_ok());
            numbers.sort_unstable();
            numbers
        };
        let (reader, writer) = pipe(b"a");
        let before = numbers();
        let client = open_numbers(&reader, &writer).unwrap();
        drop(client.acquire(SOON, &Never).unwrap());
        let new = numbers().into_iter().filter(|number| !before.contains(number)).collect::<Vec<_>>();
        // What cannot be opened again is duplicated.
        assert_eq!(new.len(), if cfg!(sockpipe_force_unix) { 2 } else { 4 });
        for number in new {
            // SAFETY: it was there a moment ago, and this process has no other thread that closes any.
            let fd = unsafe { rustix::fd::BorrowedFd::borrow_raw(number) };
            assert_eq!(fcntl_getfd(fd).unwrap(), FdFlags::CLOEXEC);
        }
        drop(client);
        assert_eq!(numbers(), before);
        // Descriptor 0 is one like the others. It is /dev/null here.
        assert_eq!(open("--jobserver-auth=0,0").unwrap_err(), JobOpenError::NotAJobServer(Some(0)));
        // Neither do errors leave any open.
        let null = File::options().write(true).open("/dev/null").unwrap();
        let before = numbers();
        assert!(open_numbers(&reader, &null).is_err());
        assert_eq!(numbers(), before);
    });
}

#[test]
fn what_make_has_kept_for_itself() {
    const CLOSED: i32 = 1_000_000;
    let (reader, writer) = pipe(b"");
    let error = open(&format!("-j2 --jobserver-auth={CLOSED},{}", writer.as_raw_fd())).unwrap_err();
    assert_eq!(error, JobOpenError::NotOpen(CLOSED));
    assert!(error.to_string().contains("Add '+'"));
    let error = open(&format!("-j2 --jobserver-auth={},{CLOSED}", reader.as_raw_fd())).unwrap_err();
    assert_eq!(error, JobOpenError::NotOpen(CLOSED));

    assert_eq!(JobClient::open(Auth::Pipe { read: -3, write: 4 }).unwrap_err(), JobOpenError::NotOpen(-3));

    // The numbers were used again: for files, or for pipes that have nothing to do with it.
    let null = File::options().read(true).write(true).open("/dev/null").unwrap();
    let file = tempfile::tempfile().unwrap();
    let (socket, _) = sockpipe::make_socket_pair().unwrap();
    for fd in [null.as_fd(), file.as_fd(), socket.as_fd()] {
        let error = JobOpenError::NotAJobServer(Some(fd.as_raw_fd()));
        assert_eq!(open_numbers(&fd, &fd).unwrap_err(), error);
        assert_eq!(open_numbers(&reader, &fd).unwrap_err(), error);
    }
    if cfg!(sockpipe_force_unix) {
        println!("skipped: elsewhere than on Linux nobody can tell two ends of one pipe from those of two");
        return;
    }
    let (_other, stranger) = TokenPipe::pair().unwrap();
    let error = JobOpenError::NotAJobServer(Some(stranger.as_raw_fd()));
    assert_eq!(open_numbers(&reader, &stranger).unwrap_err(), error);
}

#[test]
fn names_that_are_no_fifos() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path().to_str().unwrap();
    fs::write(format!("{place}/file"), "+++").unwrap();
    let cases = [
        ("/none", JobOpenError::Failed(Errno::NOENT)),
        ("/file", JobOpenError::NotAJobServer(None)),
        ("", JobOpenError::NotAJobServer(None)),
        ("/file/x", JobOpenError::Failed(Errno::NOTDIR)),
        ("/zero\0", JobOpenError::Failed(Errno::INVAL)),
        (&"/x".repeat(2048), JobOpenError::Failed(Errno::NAMETOOLONG)),
    ];
    for (name, error) in cases {
        let end = open(&format!("-j2 --jobserver-auth=fifo:{place}{name}"));
        assert_eq!(end.unwrap_err(), error, "{name}");
    }
    assert_eq!(fs::read(format!("{place}/file")).unwrap(), b"+++");
}

#[test]
fn errors_have_words() {
    for (error, words) in [
        (JobOpenError::NotOpen(3), "The job server's descriptor 3 is not open. Add '+' to the rule in the makefile"),
        (
            JobOpenError::NotAJobServer(Some(3)),
            "Descriptor 3 is not the job server's. Add '+' to the rule in the makefile",
        ),
        (JobOpenError::NotAJobServer(None), "The job server's name is not that of a FIFO"),
        (JobOpenError::Unknown, "This kind of job server is not known"),
        (JobOpenError::Failed(Errno::ACCESS), "Permission denied (13)"),
    ] {
        assert_eq!(error.to_string(), words);
    }
    for (error, words) in [
        (JobError::WouldBlock, "No job token is free"),
        (JobError::TimedOut, "Job token timeout"),
        (JobError::Interrupted, "Interrupted while waiting for a job token"),
        (JobError::NoServer, "No job server: one job at a time"),
        (JobError::ServerGone, "The job server is gone"),
        (JobError::Failed(Errno::IO), "Input/output error (5)"),
    ] {
        assert_eq!(error.to_string(), words);
    }
    let errors =
        [JobServerError::TooManyJobs { most: 9 }.to_string(), JobServerError::Failed(Errno::MFILE).to_string()];
    assert_eq!(errors, ["The job server can have at most 9 jobs", "Too many open files (24)"]);
}

#[test]
fn none_and_unknown() {
    let client = open("-j2 --jobserver-auth=-2,-2").unwrap();
    assert!(!client.has_server());
    assert!(client.implicit().is_some());
    assert_eq!(client.acquire(SOON, &Never).err(), Some(JobError::NoServer));
    assert_eq!(open("-j2 --jobserver-auth=gmake_semaphore_1").unwrap_err(), JobOpenError::Unknown);
}

/// There are servers that are a character device. A terminal stands in for one.
#[test]
fn a_device() {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, vec![]).unwrap().into_string().unwrap();
    let other: OwnedFd = File::options().read(true).write(true).open(&name).unwrap().into();
    let mut raw = tcgetattr(&other).unwrap();
    raw.make_raw();
    tcsetattr(&other, OptionalActions::Now, &raw).unwrap();

    let mut master = File::from(master);
    let client = open(&format!("--jobserver-auth=fifo:{name}")).unwrap();
    assert_eq!(client.try_acquire().err(), Some(JobError::WouldBlock));
    // It is open once more, whatever it counts, and non-blocking; the other one is not.
    let of_the_device = fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| {
        let entry = entry.unwrap();
        let is_it = fs::read_link(entry.path()).is_ok_and(|path| path.to_str() == Some(&name));
        is_it.then(|| fs::read_to_string(entry.path().to_str().unwrap().replace("fd/", "fdinfo/")).unwrap())
    });
    // The line is "flags:" and a number, octal as it is written in C.
    let is_non_blocking = |info: String| {
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap();
        u32::from_str_radix(flags.trim(), 8).unwrap() & OFlags::NONBLOCK.bits() != 0
    };
    let modes = of_the_device.map(is_non_blocking).collect::<Vec<_>>();
    assert_eq!((modes.len(), modes.iter().filter(|mode| **mode).count()), (5, 4));
    for way in 0..2 {
        master.write_all(b"x").unwrap();
        let token = if way == 0 { client.acquire(SOON, &Never).unwrap() } else { client.acquire_blocking().unwrap() };
        assert_eq!(token.byte(), Some(b'x'));
        assert_eq!(token.release(), Ok(()));
        let mut back = [0];
        master.read_exact(&mut back).unwrap();
        assert_eq!(back, *b"x");
    }
}
