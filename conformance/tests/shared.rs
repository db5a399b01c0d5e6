//! Descriptors of every kind as ends of a token pipe, shared with another process: what each operation says, that none hangs, and
//! that nobody's mode is changed.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    io::{Read, Seek, Write},
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::net::UnixStream,
    },
    process::{Child, Command},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use common::{fifo, in_a_process_of_its_own, one_at_a_time};
use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    pipe::{PipeFlags, pipe_with},
    pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt},
    termios::{OptionalActions, tcgetattr, tcsetattr},
};
use sockpipe::{Deadline, Errno, Never, TokenError, TokenPipe, TokenReader, TokenWriter};

const A_MOMENT: Duration = Duration::from_millis(20);

/// What a token pipe can be made of, and what it says when the other end is gone.
struct Kind {
    name: &'static str,
    make: fn() -> (OwnedFd, OwnedFd),
    /// To a read, when all is read.
    end: Result<Option<u8>, TokenError>,
    /// To a write.
    broken: Result<(), TokenError>,
}

const GONE: TokenError = TokenError::Failed(Errno::IO);

const KINDS: [Kind; 6] = [
    Kind { name: "pipe", make: pipe, end: Ok(None), broken: Err(TokenError::BrokenPipe) },
    Kind { name: "non-blocking pipe", make: nonblocking, end: Ok(None), broken: Err(TokenError::BrokenPipe) },
    Kind { name: "FIFO", make: fifo, end: Ok(None), broken: Err(TokenError::BrokenPipe) },
    Kind { name: "socket", make: socket, end: Ok(None), broken: Err(TokenError::BrokenPipe) },
    // From a terminal's program to its user, and back. A terminal can be opened again, so writing to a closed one is no error.
    Kind { name: "tty to pty", make: terminal, end: Err(GONE), broken: Err(GONE) },
    Kind { name: "pty to tty", make: || swap(terminal()), end: Ok(None), broken: Ok(()) },
];

fn pipe() -> (OwnedFd, OwnedFd) {
    pipe_with(PipeFlags::CLOEXEC).unwrap()
}

fn nonblocking() -> (OwnedFd, OwnedFd) {
    pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).unwrap()
}

fn socket() -> (OwnedFd, OwnedFd) {
    let (a, b) = UnixStream::pair().unwrap();
    (a.into(), b.into())
}

/// The two sides of a pseudo-terminal that passes every byte on: the master, non-blocking, and the terminal.
fn terminal() -> (OwnedFd, OwnedFd) {
    let (master, terminal) = blocking_terminal();
    fcntl_setfl(&master, fcntl_getfl(&master).unwrap() | OFlags::NONBLOCK).unwrap();
    (master, terminal)
}

fn blocking_terminal() -> (OwnedFd, OwnedFd) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let terminal = ioctl_tiocgptpeer(&master, flags).unwrap();
    let mut modes = tcgetattr(&terminal).unwrap();
    modes.make_raw();
    tcsetattr(&terminal, OptionalActions::Now, &modes).unwrap();
    (master, terminal)
}

fn swap((a, b): (OwnedFd, OwnedFd)) -> (OwnedFd, OwnedFd) {
    (b, a)
}

/// Both ends of a new pipe of this kind.
fn ends(kind: &Kind) -> (TokenReader, TokenWriter) {
    let (read, write) = (kind.make)();
    (read.into(), write.into())
}

/// Runs `check` for each kind, and says which one it was.
fn for_each_kind(check: fn(&Kind)) {
    let _turn = one_at_a_time();
    // What has no twin needs the kernel's help, which the forced fallbacks do without.
    let without_nowait = cfg!(sockpipe_force_no_nowait);
    let without_quiet_writes = cfg!(all(sockpipe_force_no_nosignal, sockpipe_force_no_sigmask));
    for kind in &KINDS {
        let refused = match kind.name {
            "socket" => without_nowait || without_quiet_writes,
            "pty to tty" => without_quiet_writes,
            _ => false,
        };
        println!("{}{}", kind.name, if refused { ": skipped, it is refused in this configuration" } else { "" });
        if !refused {
            check(kind);
        }
    }
}

/// What it says after that time, and not before it.
fn after_a_moment<T>(operation: impl FnOnce(Deadline) -> T) -> T {
    let start = Instant::now();
    let result = operation(Deadline::Within(A_MOMENT));
    assert!(start.elapsed() >= A_MOMENT);
    result
}

#[test]
fn empty() {
    for_each_kind(|kind| {
        let (reader, writer) = ends(kind);
        assert_eq!(reader.try_token_read(), Err(TokenError::WouldBlock));
        assert_eq!(after_a_moment(|end| reader.token_read(end, &Never)), Err(TokenError::TimedOut));
        drop(writer);
    });
}

#[test]
fn every_byte() {
    for_each_kind(|kind| {
        let (reader, writer) = ends(kind);
        for token in 0..=255 {
            assert_eq!(writer.try_token_write(token), Ok(()));
            assert_eq!(reader.token_read(Deadline::Never, &Never), Ok(Some(token)));
        }
    });
}

#[test]
fn full() {
    for_each_kind(|kind| {
        let (reader, writer) = ends(kind);
        // A terminal takes a little more each time it has passed something on.
        let mut written = 0_u64;
        while after_a_moment_at_most(&writer) == Ok(()) {
            written += 1;
        }
        assert_eq!(writer.try_token_write(1), Err(TokenError::WouldBlock));
        assert_eq!(after_a_moment(|end| writer.token_write(1, end, &Never)), Err(TokenError::TimedOut));

        let mut tokens = [0; 1000];
        let mut read = 0;
        while read < written {
            assert_eq!(reader.token_read(Deadline::Never, &Never), Ok(Some(1)));
            read += 1;
            if let Ok(Some(n)) = reader.drain(&mut tokens) {
                read += n as u64;
            }
        }
        assert_eq!(read, written);
        assert_eq!(reader.try_token_read(), Err(TokenError::WouldBlock));
        assert_eq!(writer.token_write(2, Deadline::Never, &Never), Ok(()));
        assert_eq!(reader.token_read(Deadline::Never, &Never), Ok(Some(2)));
    });
}

fn after_a_moment_at_most(writer: &TokenWriter) -> Result<(), TokenError> {
    writer.token_write(1, Deadline::Within(A_MOMENT), &Never)
}

#[test]
fn end() {
    for_each_kind(|kind| {
        for used_before in [false, true] {
            let (reader, writer) = ends(kind);
            if used_before {
                assert_eq!(reader.try_token_read(), Err(TokenError::WouldBlock));
            }
            drop(writer);
            assert_eq!(reader.token_read(Deadline::Never, &Never), kind.end, "used before: {used_before}");
            assert_eq!(reader.try_token_read(), kind.end, "used before: {used_before}");
        }
    });
}

#[test]
fn broken() {
    for_each_kind(|kind| {
        for used_before in [false, true] {
            let (reader, writer) = ends(kind);
            if used_before {
                assert_eq!(writer.try_token_write(1), Ok(()));
            }
            drop(reader);
            assert_eq!(writer.token_write(1, Deadline::Never, &Never), kind.broken, "used before: {used_before}");
            assert_eq!(writer.try_token_write(1), kind.broken, "used before: {used_before}");
        }
    });
}

/// Opening it again would make another terminal.
#[test]
fn a_master_in_blocking_mode_is_refused() {
    if cfg!(sockpipe_force_unix) {
        println!("skipped: where there are no twins it is polled");
        return;
    }
    const REFUSED: TokenError = TokenError::Failed(Errno::OPNOTSUPP);
    let (master, _terminal) = blocking_terminal();
    let reader = TokenReader::from(master.try_clone().unwrap());
    assert_eq!(reader.try_token_read(), Err(REFUSED));
    let writer = TokenWriter::from(master);
    assert_eq!(writer.try_token_write(1), Err(REFUSED));
}

/// /dev/tty is the terminal of whoever opens it: opened again after a change of terminals, it would be another one.
#[test]
fn whoever_s_terminal_it_is_now_is_not_used() {
    if cfg!(sockpipe_force_unix) {
        println!("skipped: where there are no twins nothing is opened again");
        return;
    }
    in_a_process_of_its_own("whoever_s_terminal_it_is_now_is_not_used", || {
        let (master, terminal) = blocking_terminal();
        // Whose master is closed is hung up, which would end this process.
        std::mem::forget(master);
        // SAFETY: always possible; this process was started for this.
        unsafe { libc::setsid() };
        // SAFETY: the terminal is open, and the last argument is a number.
        if unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) } != 0 {
            println!("skipped: this process cannot get a terminal of its own");
            return;
        }
        let writer = TokenWriter::from(OwnedFd::from(fs::OpenOptions::new().write(true).open("/dev/tty").unwrap()));
        assert_eq!(writer.try_token_write(1), Err(TokenError::Failed(Errno::OPNOTSUPP)));
    });
}

/// Opened again, it would be written to from its beginning on.
#[test]
fn a_regular_file_is_not_overwritten() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"begins").unwrap();
    let writer = TokenWriter::from(OwnedFd::from(file.try_clone().unwrap()));
    let _ = writer.try_token_write(b'!');
    file.rewind().unwrap();
    let mut all = String::new();
    file.read_to_string(&mut all).unwrap();
    assert!(all.starts_with("begins"), "{all:?}");
}

/// Another process that has both ends open, and does nothing with them.
struct Partner(Child);

impl Partner {
    fn of(read: &OwnedFd, write: &OwnedFd) -> Self {
        let (read, write) = (read.try_clone().unwrap(), write.try_clone().unwrap());
        Self(Command::new("sleep").arg("60").stdin(read).stdout(write).spawn().unwrap())
    }

    /// The flags of its descriptors, among them O_NONBLOCK.
    fn flags(&self) -> [String; 2] {
        let flags = |fd| {
            let info = fs::read_to_string(format!("/proc/{}/fdinfo/{fd}", self.0.id())).unwrap();
            info.lines().find(|line| line.starts_with("flags:")).unwrap().to_owned()
        };
        [flags(0), flags(1)]
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn nobodys_mode_is_changed() {
    for_each_kind(|kind| {
        let (read, write) = (kind.make)();
        let partner = Partner::of(&read, &write);
        let before = partner.flags();
        let unchanged = || assert_eq!(partner.flags(), before);

        let (reader, writer) = (TokenReader::from(read), TokenWriter::from(write));
        assert_eq!(reader.try_token_read(), Err(TokenError::WouldBlock));
        unchanged();
        assert_eq!(reader.token_read(Deadline::Within(A_MOMENT), &Never), Err(TokenError::TimedOut));
        unchanged();
        while after_a_moment_at_most(&writer) == Ok(()) {}
        unchanged();
        assert_eq!(writer.token_write(1, Deadline::Within(A_MOMENT), &Never), Err(TokenError::TimedOut));
        unchanged();
        assert_eq!(reader.drain(&mut [0; 99]).map(|n| n.is_some()), Ok(true));
        unchanged();
        drop((OwnedFd::from(reader), OwnedFd::from(writer)));
        unchanged();
    });
}

#[test]
fn threads_lose_and_double_no_token() {
    const EACH: u32 = 5_000;
    let (reader, writer) = TokenPipe::pair().unwrap();
    let counts: [AtomicU32; 4] = Default::default();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(token) = reader.token_read(Deadline::Never, &Never).unwrap() {
                    counts[usize::from(token)].fetch_add(1, Relaxed);
                }
            });
        }
        thread::scope(|scope| {
            for token in 0..4 {
                let writer = &writer;
                scope.spawn(move || {
                    (0..EACH).for_each(|_| writer.token_write(token, Deadline::Never, &Never).unwrap());
                });
            }
        });
        drop(writer);
    });
    assert_eq!(counts.map(AtomicU32::into_inner), [EACH; 4]);
}
