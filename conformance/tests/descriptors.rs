//! Descriptors: none leaks, running out of them is said, and high numbers are like all others.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    os::{
        fd::{AsFd, AsRawFd, OwnedFd},
        unix::net::UnixStream,
    },
    sync::Barrier,
    time::Duration,
};

use common::{fifo, in_a_process_of_its_own};
use rustix::{
    io::fcntl_dupfd_cloexec,
    pipe::{PipeFlags, pipe_with},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use sockpipe::{
    AcceptError, Address, Deadline, Errno, Events, Family, Never, Peek, Readiness, Sink, Sock, Source, ThreadInterrupt,
    TokenError, TokenPipe, TokenReader, TokenWriter, Wait, WaitError, WaitSet, Waker, is_selectable_socket,
    make_socket_pair,
};

const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
const A_MOMENT: Deadline = Deadline::Within(Duration::from_millis(1));

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Lets the process have so many descriptors.
fn limit(descriptors: u64) {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: Some(descriptors), maximum }).unwrap();
}

/// Lets the process have no more descriptors than it has now.
fn use_them_up() -> Vec<OwnedFd> {
    limit(64);
    let mut all = vec![OwnedFd::from(fs::File::open("/dev/null").unwrap())];
    while let Ok(another) = all[0].try_clone() {
        all.push(another);
    }
    all
}

/// Something of everything, with its failures.
fn a_day_in_the_life() {
    for (read, write) in [
        pipe_with(PipeFlags::empty()).unwrap(),
        pipe_with(PipeFlags::NONBLOCK).unwrap(),
        fifo(),
        UnixStream::pair().map(|(a, b)| (a.into(), b.into())).unwrap(),
    ] {
        let (reader, writer) = (TokenReader::from(read), TokenWriter::from(write));
        let _ = reader.token_read(A_MOMENT, &Never);
        let _ = writer.token_write(1, A_MOMENT, &Never);
        let _ = reader.drain(&mut [0; 9]);
        drop(OwnedFd::from(reader));
        assert!(writer.token_write(1, A_MOMENT, &Never).is_err());
    }
    let mut pipe = TokenPipe::make().unwrap();
    drop(pipe.take_read_end());
    drop(pipe);

    let interrupt = ThreadInterrupt::new().unwrap();
    interrupt.interrupt().unwrap();
    assert_eq!(interrupt.wait(A_MOMENT, &Never), Ok(true));
    interrupt.reset();
    let (readiness, notifier) = Readiness::pair().unwrap();
    notifier.ready().unwrap();
    assert_eq!(readiness.wait(A_MOMENT, &Never), Ok(()));

    let (a, b) = make_socket_pair().unwrap();
    b.send_complete(b"line\nrest", A_MOMENT, &Never).unwrap();
    let mut line = heapless::String::<16>::new();
    a.recv_until_terminator(b'\n', &mut line, A_MOMENT, &Never).unwrap();
    assert!(a.recv_exact(&mut [0; 9], A_MOMENT, &Never).is_err());
    drop(b);
    assert!(a.send_complete(b"x", A_MOMENT, &Never).is_err());
    assert!(a.is_connected().is_err());

    let listener = Sock::stream(Family::Inet).unwrap();
    listener.bind(&Address::from((core::net::Ipv4Addr::LOCALHOST, 0))).unwrap();
    let address = listener.get_sock_name().unwrap();
    assert!(Sock::stream(Family::Inet).unwrap().connect(&address, A_MOMENT, &Never).is_err());
    listener.listen(1).unwrap();
    assert_eq!(listener.accept(A_MOMENT, &Never).err(), Some(AcceptError::TimedOut));
    let client = Sock::stream(Family::Inet).unwrap();
    client.connect(&address, SOON, &Never).unwrap();
    drop(listener.accept(SOON, &Never).unwrap());

    let listener = unix_listener(0);
    let address = listener.get_sock_name().unwrap();
    let clients = [(); 4].map(|()| Sock::stream(Family::Unix).unwrap());
    let connected = clients.iter().filter(|client| client.connect(&address, A_MOMENT, &Never).is_ok()).count();
    assert!((1..4).contains(&connected), "{connected} clients for a backlog of none");
    let accepted = (0..4).filter(|_| listener.accept(A_MOMENT, &Never).is_ok()).count();
    assert_eq!(accepted, connected);
}

fn unix_listener(backlog: i32) -> Sock {
    let listener = Sock::stream(Family::Unix).unwrap();
    listener.bind(&Address::Unnamed).unwrap();
    listener.listen(backlog).unwrap();
    listener
}

#[test]
fn none_leaks() {
    in_a_process_of_its_own("none_leaks", || {
        a_day_in_the_life();
        let before = open_descriptors();
        for _ in 0..50 {
            a_day_in_the_life();
        }
        assert_eq!(open_descriptors(), before);
    });
}

#[test]
fn racing_for_a_twin_leaks_none() {
    in_a_process_of_its_own("racing_for_a_twin_leaks_none", || {
        let race = || {
            let (read, write) = fifo();
            let (reader, writer) = (TokenReader::from(read), TokenWriter::from(write));
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| writer.try_token_write(1).unwrap());
                    scope.spawn(|| reader.token_read(Deadline::Never, &Never).unwrap());
                }
            });
        };
        race();
        let before = open_descriptors();
        (0..200).for_each(|_| race());
        assert_eq!(open_descriptors(), before);
    });
}

/// All of them sleep with the same one.
#[test]
fn racing_for_a_bell_leaks_none() {
    in_a_process_of_its_own("racing_for_a_bell_leaks_none", || {
        let race = || {
            let (waker, all) = (Waker::new(), Barrier::new(4));
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        all.wait();
                        assert_eq!(waker.wait(A_MOMENT, &Never), Ok(false));
                        // The last one wakes the others, one after the other.
                        if all.wait().is_leader() {
                            waker.wake().unwrap();
                        }
                        assert_eq!(waker.wait(SOON, &Never), Ok(true));
                        waker.wake().unwrap();
                    });
                }
            });
        };
        race();
        let before = open_descriptors();
        (0..200).for_each(|_| race());
        assert_eq!(open_descriptors(), before);
    });
}

/// T-17, G-08
#[test]
fn running_out_of_them_is_said() {
    in_a_process_of_its_own("running_out_of_them_is_said", || {
        let (read, write) = fifo();
        let (reader, writer) = (TokenReader::from(read), TokenWriter::from(write));
        let (listener, client) = (unix_listener(1), Sock::stream(Family::Unix).unwrap());
        client.connect(&listener.get_sock_name().unwrap(), SOON, &Never).unwrap();
        let before = open_descriptors();

        let mut all = use_them_up();
        assert_eq!(TokenPipe::make().err(), Some(Errno::MFILE));
        assert_eq!(TokenPipe::pair().err(), Some(Errno::MFILE));
        assert_eq!(ThreadInterrupt::new().err(), Some(Errno::MFILE));
        assert_eq!(Readiness::pair().err(), Some(Errno::MFILE));
        assert_eq!(make_socket_pair().err(), Some(Errno::MFILE));
        assert_eq!(Sock::stream(Family::Inet).err(), Some(Errno::MFILE));
        assert_eq!(listener.accept(Deadline::Never, &Never).err(), Some(AcceptError::Resource(Errno::MFILE)));
        // A twin cannot be had now; that is another thing than that there can be none. Other Unixes need none.
        if !cfg!(sockpipe_force_unix) {
            assert_eq!(reader.token_read(Deadline::Never, &Never), Err(TokenError::Failed(Errno::MFILE)));
            assert_eq!(writer.token_write(1, Deadline::Never, &Never), Err(TokenError::Failed(Errno::MFILE)));
        }

        // More to poll than there may be descriptors. What an earlier wait found is no longer true.
        let mut set = WaitSet::<128>::new();
        set.add(&client, Events::SEND);
        assert_eq!((set.wait(Deadline::NOW, &Never), set.occurred(0)), (Ok(1), Events::SEND));
        while set.add(&client, Events::SEND).is_some() {}
        assert_eq!(set.wait(Deadline::Never, &Never), Err(WaitError::Failed(Errno::INVAL)));
        assert_eq!(set.occurred(0), Events::NONE);

        // With one left, what needs two takes none.
        drop(all.pop());
        assert_eq!(TokenPipe::make().err(), Some(Errno::MFILE));
        assert_eq!(make_socket_pair().err(), Some(Errno::MFILE));
        assert!(Sock::stream(Family::Inet).is_ok());

        drop(all);
        assert_eq!(open_descriptors(), before);
        assert!(TokenPipe::make().is_ok());
        assert!(listener.accept(SOON, &Never).is_ok());
        writer.try_token_write(1).unwrap();
        assert_eq!(reader.try_token_read(), Ok(Some(1)));
    });
}

/// The same file under a number that is not below `number`.
fn moved<T: From<OwnedFd> + Into<OwnedFd>>(from: T, number: i32) -> T {
    let high = fcntl_dupfd_cloexec(from.into(), number).unwrap();
    assert!(high.as_raw_fd() >= number);
    high.into()
}

#[test]
fn a_sock_receives_into_plain_memory_too() {
    // By itself: a process that another test starts has for a moment a copy of the peer.
    in_a_process_of_its_own("a_sock_receives_into_plain_memory_too", || {
        let (a, b) = make_socket_pair().unwrap();
        let mut memory = [0; 2];
        assert_eq!((b.recv(&mut memory), b.peek(&mut memory)), (Err(Errno::AGAIN), Err(Errno::AGAIN)));
        a.send(b"abc").unwrap();
        for _ in 0..2 {
            assert_eq!((b.peek(&mut memory), memory), (Ok(2), *b"ab"));
            memory = [0; 2];
        }
        assert_eq!((b.recv(&mut memory), memory), (Ok(2), *b"ab"));
        assert_eq!((b.peek(&mut memory), memory), (Ok(1), *b"cb"));
        drop(a);
        assert_eq!((b.recv(&mut memory), memory), (Ok(1), *b"cb"));
        assert_eq!((b.peek(&mut memory), b.recv(&mut memory)), (Ok(0), Ok(0)));
    });
}

#[test]
fn high_numbers_are_like_all_others() {
    in_a_process_of_its_own("high_numbers_are_like_all_others", || {
        let Some(maximum) = getrlimit(Resource::Nofile).maximum.filter(|maximum| *maximum > 1100) else {
            println!("skipped: the limit on descriptors is too low");
            return;
        };
        limit(maximum);
        let highest = i32::try_from(maximum.min(1 << 20)).unwrap() - 64;
        for number in [1023, 1024, 1025, highest] {
            use_at(number);
        }
    });
}

fn use_at(number: i32) {
    let (a, b) = make_socket_pair().unwrap();
    let (a, b) = (moved(a, number), moved(b, number));
    assert_eq!(is_selectable_socket(&a), a.as_fd().as_raw_fd() < 1024);
    assert!(!is_selectable_socket(&b));
    b.send_complete(b"line\nrest", A_MOMENT, &Never).unwrap();
    assert_eq!(a.wait_for(Events::RECV, A_MOMENT, &Never), Ok(Events::RECV));
    let mut line = heapless::String::<16>::new();
    a.recv_until_terminator(b'\n', &mut line, A_MOMENT, &Never).unwrap();
    assert_eq!(line, "line");
    let mut rest = [0; 4];
    a.recv_exact(&mut rest, A_MOMENT, &Never).unwrap();
    assert_eq!(a.is_connected(), Ok(()));

    let (interrupt, set) = TokenPipe::pair().unwrap();
    let (interrupt, set) = (moved(interrupt, number), moved(set, number));
    assert_eq!(interrupt.token_read(A_MOMENT, &Never), Err(TokenError::TimedOut));
    let mut many = WaitSet::<2>::new();
    let (from_a, from_b) = (many.add(&a, Events::RECV).unwrap(), many.add(&b, Events::SEND).unwrap());
    assert_eq!(many.wait(A_MOMENT, &interrupt), Ok(1));
    assert_eq!((many.occurred(from_a), many.occurred(from_b)), (Events::NONE, Events::SEND));
    set.token_write(1, A_MOMENT, &Never).unwrap();
    assert_eq!(a.recv_exact(&mut rest, Deadline::Never, &interrupt).unwrap_err().received(), 0);
    assert_eq!(interrupt.token_read(A_MOMENT, &Never), Ok(Some(1)));

    // With twins.
    let (read, write) = fifo();
    let (reader, writer) = (TokenReader::from(moved(read, number)), TokenWriter::from(moved(write, number)));
    writer.token_write(7, A_MOMENT, &Never).unwrap();
    assert_eq!(reader.token_read(A_MOMENT, &Never), Ok(Some(7)));
}
