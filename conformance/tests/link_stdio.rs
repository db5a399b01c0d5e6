//! `link::stdio` in programs that are started with every kind of standard input and output: everything passes, deadlines hold, nobody's
//! mode is changed, and nobody dies of SIGPIPE.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use common::{fifo, one_at_a_time};
use rustix::{
    io::{FdFlags, dup, fcntl_getfd},
    pipe::{PipeFlags, pipe_with},
    pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt},
    termios::{OptionalActions, tcgetattr, tcsetattr},
};
use sockpipe::{
    Deadline, Errno, Events, Never, Peek, RecvExactError, Room, Sink, Sock, Source, Wait,
    link::{FdReader, FdWriter, Format, Link},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_stdio");
const SOON: Deadline = Deadline::Within(Duration::from_secs(60));

/// What a program's standard input or output can be: its name, and both ends, the reader's first.
type Kind = (&'static str, fn() -> (OwnedFd, OwnedFd));

const KINDS: [Kind; 4] = [
    ("pipe", || pipe_with(PipeFlags::CLOEXEC).unwrap()),
    ("non-blocking pipe", || pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).unwrap()),
    ("FIFO", fifo),
    ("socket", || UnixStream::pair().map(|(a, b)| (a.into(), b.into())).unwrap()),
];

/// The user's side of a terminal that passes every byte on, and the program's.
fn terminal() -> (OwnedFd, OwnedFd) {
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

fn null() -> OwnedFd {
    OpenOptions::new().read(true).write(true).open("/dev/null").unwrap().into()
}

/// Starts the program, lets `meanwhile` be its user, and returns what it said in the end. It must end by itself.
fn run<T>(what: &str, stdin: OwnedFd, stdout: OwnedFd, meanwhile: impl FnOnce() -> T) -> (String, T) {
    let mut command = Command::new(PROGRAM);
    command.arg(what).stdin(stdin).stdout(stdout).stderr(Stdio::piped());
    let program = command.spawn().unwrap();
    // It has copies of the descriptors, and these would keep the pipes open.
    drop(command);
    let result = meanwhile();
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success(), "{what}: {}", output.status);
    (String::from_utf8(output.stderr).unwrap().trim_end().to_owned(), result)
}

fn bytes(n: usize) -> Vec<u8> {
    (0..n).map(|n| (n % 251) as u8).filter(|byte| *byte != b'q').collect()
}

/// Writes all of `data` into the one end and reads the other to its end, at the same time.
fn exchange(to: OwnedFd, data: &[u8], from: OwnedFd) -> Vec<u8> {
    let (to, from) = (FdWriter::from(to), FdReader::from(from));
    thread::scope(|scope| {
        scope.spawn(move || to.send_complete(data, SOON, &Never).unwrap());
        let mut back = vec![];
        let mut buf = vec![0; 100_000];
        loop {
            from.wait_for(Events::RECV, SOON, &Never).unwrap();
            match from.recv(&mut Room::from(&mut buf[..])) {
                Ok(0) => return back,
                Ok(n) => back.extend_from_slice(&buf[..n]),
                Err(errno) => assert_eq!(errno, Errno::AGAIN),
            }
        }
    })
}

#[test]
fn everything_passes() {
    let _turn = one_at_a_time();
    let data = bytes(700_000);
    for (input, make_input) in KINDS {
        for (output, make_output) in KINDS {
            println!("{input} to {output}");
            let ((stdin, to), (from, stdout)) = (make_input(), make_output());
            let (said, back) = run("echo", stdin, stdout, || exchange(to, &data, from));
            assert_eq!(said, format!("Ok({})", data.len()));
            assert!(back == data);
        }
    }
}

/// The frames of a link, with every kind of standard input and output.
#[test]
fn frames_pass() {
    const FRAMES: usize = 2001;
    let _turn = one_at_a_time();
    let data = bytes(3000);
    for (input, make_input) in KINDS {
        for (output, make_output) in KINDS {
            println!("{input} to {output}");
            let ((stdin, to), (from, stdout)) = (make_input(), make_output());
            let (said, ()) = run("frames", stdin, stdout, || {
                let (mut pages, mut buffer) = ([0; 8192], [0; 4096]);
                let link =
                    Link::new(FdReader::from(from), FdWriter::from(to), Format::plain(2000), &mut pages, &mut buffer);
                let (tx, mut rx) = link.split();
                thread::scope(|scope| {
                    let data = &data;
                    scope.spawn(move || {
                        let mut tx = tx;
                        (0..FRAMES).for_each(|len| tx.send(&data[..len], SOON, &Never).unwrap());
                        tx.close(SOON, &Never).unwrap();
                    });
                    for len in 0..FRAMES {
                        assert_eq!(rx.recv(SOON, &Never).unwrap().as_deref(), Some(&data[..len]));
                    }
                    assert_eq!(rx.recv(SOON, &Never), Ok(None));
                });
            });
            assert_eq!(said, format!("Ok({FRAMES})"));
        }
    }
}

/// As under inetd: one socket is both, and half-closing it is the end that the peer sees.
#[test]
fn one_socket() {
    let _turn = one_at_a_time();
    let data = bytes(700_000);
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let stdout = theirs.try_clone().unwrap();
    let (said, back) = run("echo", theirs.into(), stdout.into(), || {
        let mut writing = ours.try_clone().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                writing.write_all(&data).unwrap();
                writing.shutdown(std::net::Shutdown::Write).unwrap();
            });
            let mut back = vec![];
            ours.read_to_end(&mut back).unwrap();
            back
        })
    });
    assert_eq!(said, format!("Ok({})", data.len()));
    assert!(back == data);
}

#[test]
fn a_terminal() {
    let _turn = one_at_a_time();
    let (user, terminal) = terminal();
    let mut user = File::from(user);
    let (said, back) = run("echo", dup(&terminal).unwrap(), terminal, || {
        let mut back = [0; 6];
        user.write_all(b"hello").unwrap();
        user.read_exact(&mut back[..5]).unwrap();
        user.write_all(b"q").unwrap();
        user.read_exact(&mut back[5..]).unwrap();
        back
    });
    assert_eq!((said.as_str(), back), ("Ok(6)", *b"helloq"));
}

/// They are read from where they stand, and written to where they stand, also at their end.
#[test]
fn files() -> io::Result<()> {
    let _turn = one_at_a_time();
    for place in [tempfile::tempdir()?, tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?] {
        let data = bytes(700_000);
        let (input, output) = (place.path().join("input"), place.path().join("output"));
        fs::write(&input, &data)?;
        fs::write(&output, "first ")?;
        let mut stdin = File::open(&input)?;
        stdin.seek(SeekFrom::Start(1000))?;
        let stdout = OpenOptions::new().append(true).open(&output)?;
        let (said, ()) = run("echo", stdin.into(), stdout.into(), || ());
        assert_eq!(said, format!("Ok({})", data.len() - 1000));
        assert!(fs::read(&output)? == [b"first ", &data[1000..]].concat());
    }
    Ok(())
}

#[test]
fn nothing() {
    let _turn = one_at_a_time();
    assert_eq!(run("echo", null(), null(), || ()).0, "Ok(0)");
    assert_eq!(run("starve", null(), null(), || ()).0, "Err(Closed { received: 0 })");
    assert_eq!(run("stuff", null(), null(), || ()).0, "Ok(())");
}

#[test]
fn a_full_disk_is_an_error() {
    let _turn = one_at_a_time();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (said, ()) = run("gone", null(), full.into(), || ());
    assert_eq!(said, "Err(Failed { errno: No space left on device (28), sent: 0 })");
}

#[test]
fn nothing_comes_and_the_deadline_holds() {
    let _turn = one_at_a_time();
    for (kind, make) in KINDS.into_iter().chain([("terminal", (|| swap(terminal())) as _)]) {
        println!("{kind}");
        let (stdin, _to) = make();
        assert_eq!(run("starve", stdin, null(), || ()).0, "Err(TimedOut { received: 0 })");
    }
}

#[test]
fn nobody_takes_anything_and_the_deadline_holds() {
    let _turn = one_at_a_time();
    for (kind, make) in KINDS.into_iter().chain([("terminal", terminal as _)]) {
        println!("{kind}");
        let (_from, stdout) = make();
        let said = run("stuff", null(), stdout, || ()).0;
        assert!(said.starts_with("Err(TimedOut { sent: "), "{said}");
        assert!(!said.contains("sent: 0,"), "{said}");
    }
}

#[test]
fn nobody_is_there_and_nobody_dies_of_it() {
    let _turn = one_at_a_time();
    for (kind, make) in KINDS {
        println!("{kind}");
        let (from, stdout) = make();
        drop(from);
        assert_eq!(run("gone", null(), stdout, || ()).0, "Err(Failed { errno: Broken pipe (32), sent: 0 })");
    }
}

#[test]
fn a_program_without_standard_input() {
    let _turn = one_at_a_time();
    let output = Command::new(PROGRAM).arg("closed").stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "Bad file descriptor (9)\n");
}

/// What is written to standard error must not get into a link, because that has taken its place.
#[test]
fn a_program_without_standard_error() {
    let _turn = one_at_a_time();
    let status = Command::new(PROGRAM).arg("mute").stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{status}");
}

/// The other way: a program that is started by us, over whose standard input and output we have a link.
#[test]
fn a_child_over_pipes() {
    let _turn = one_at_a_time();
    let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let to = FdWriter::from(OwnedFd::from(child.stdin.take().unwrap()));
    let from = FdReader::from(OwnedFd::from(child.stdout.take().unwrap()));
    to.send_complete(b"hello", SOON, &Never).unwrap();
    let mut back = [0; 5];
    from.recv_exact(&mut back, SOON, &Never).unwrap();
    drop(to);
    assert_eq!(from.recv_exact(&mut [0], SOON, &Never), Err(RecvExactError::Closed { received: 0 }));
    assert!(child.wait().unwrap().success());
}

#[test]
fn half_closed_sockets_and_parts() {
    let _turn = one_at_a_time();
    let (ours, theirs) = UnixStream::pair().unwrap();
    let (writer, peer) = (FdWriter::from(OwnedFd::from(ours)), Sock::from(OwnedFd::from(theirs)));
    assert_eq!(writer.send_vectored(&[b"", b"ab", b"c"]), Ok(3));
    writer.finish().unwrap();
    let mut line = heapless::String::<8>::new();
    peer.recv_until_terminator(b'c', &mut line, SOON, &Never).unwrap();
    assert_eq!(line, "ab");
    assert_eq!(peer.recv(&mut [0]), Ok(0));
}

#[test]
fn programs_that_are_started_do_not_have_them() {
    let _turn = one_at_a_time();
    let (reader, writer) = sockpipe::link::stdio().unwrap();
    for flags in [fcntl_getfd(&reader), fcntl_getfd(&writer)] {
        assert!(flags.unwrap().contains(FdFlags::CLOEXEC));
    }
}

fn swap((a, b): (OwnedFd, OwnedFd)) -> (OwnedFd, OwnedFd) {
    (b, a)
}
