//! A storm of signals, whose handler does not restart what it interrupts: no wait ends early because of it, none becomes longer,
//! and nothing is lost.
#![cfg(target_os = "linux")]

use std::{
    io::{Read, Write},
    mem::zeroed,
    os::unix::net::UnixStream,
    ptr::null_mut,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use sockpipe::{
    AcceptError, Address, ConnectError, Deadline, Events, Family, Interrupt, Never, Peek, RecvError, RecvExactError,
    SendError, Sink, Sock, Source, TokenError, TokenPipe, TokenReader, TokenWriter, Wait, WaitSet, make_socket_pair,
};

static SIGNALS: AtomicU64 = AtomicU64::new(0);

extern "C" fn count(_: i32) {
    SIGNALS.fetch_add(1, Relaxed);
}

fn install(signal: i32, handler: extern "C" fn(i32)) {
    // SAFETY: a plain C struct, for which zeros are a value: no flags, so no SA_RESTART.
    let mut action: libc::sigaction = unsafe { zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    // SAFETY: the handlers of this file are async-signal-safe.
    unsafe { libc::sigaction(signal, &action, null_mut()) };
}

/// Runs `body` while signals of this number come to this thread, one each time that `pause` has passed; for 30 s at most, so that
/// what would go on as long as they come is found out.
fn in_a_storm<T>(signal: i32, pause: Duration, body: impl FnOnce() -> T) -> T {
    struct Ends<'a>(&'a AtomicBool);
    impl Drop for Ends<'_> {
        fn drop(&mut self) {
            self.0.store(true, Relaxed);
        }
    }

    // SAFETY: always possible.
    let here = unsafe { libc::pthread_self() };
    let (start, over) = (Instant::now(), AtomicBool::new(false));
    thread::scope(|scope| {
        let _ends = Ends(&over);
        scope.spawn(|| {
            while !over.load(Relaxed) && start.elapsed() < Duration::from_secs(30) {
                // SAFETY: the thread lives until the scope ends.
                unsafe { libc::pthread_kill(here, signal) };
                match pause {
                    Duration::ZERO => thread::yield_now(),
                    pause => thread::sleep(pause),
                }
            }
        });
        body()
    })
}

/// Such a storm, with signals that are counted.
fn in_a_counted_storm<T>(pause: Duration, body: impl FnOnce() -> T) -> T {
    install(libc::SIGUSR1, count);
    in_a_storm(libc::SIGUSR1, pause, body)
}

/// Lets `operation` wait in a storm, and looks at how long that took.
fn timed_out<T>(operation: impl FnOnce(Deadline) -> T) -> T {
    const TIME: Duration = Duration::from_millis(300);
    let (start, before) = (Instant::now(), SIGNALS.load(Relaxed));
    let result = in_a_counted_storm(Duration::from_millis(5), || operation(Deadline::Within(TIME)));
    let elapsed = start.elapsed();
    assert!(elapsed >= TIME, "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
    assert!(SIGNALS.load(Relaxed) - before >= 3, "there was no storm");
    result
}

/// An interrupt that lends a descriptor and is not set.
fn quiet() -> (TokenReader, TokenWriter) {
    TokenPipe::pair().unwrap()
}

#[test]
fn a_socket_waits_its_time() {
    let (a, b) = make_socket_pair().unwrap();
    let (interrupt, _writer) = quiet();
    assert_eq!(timed_out(|end| a.wait_for(Events::RECV, end, &Never)), Ok(Events::NONE));
    assert_eq!(timed_out(|end| a.wait_for(Events::RECV, end, &interrupt)), Ok(Events::NONE));
    assert_eq!(timed_out(|end| a.wait_for(Events::RECV, end, &AtomicBool::new(false))), Ok(Events::NONE));

    b.send(b"abc").unwrap();
    let mut line = heapless::Vec::<u8, 64>::new();
    let error = timed_out(|end| a.recv_until_terminator(b'\n', &mut line, end, &interrupt));
    assert_eq!((error, line.as_slice()), (Err(RecvError::TimedOut { received: 3 }), &b"abc"[..]));

    b.send(b"def").unwrap();
    let mut bytes = [0; 4];
    let error = timed_out(|end| a.recv_exact(&mut bytes, end, &interrupt));
    assert_eq!((error, bytes), (Err(RecvExactError::TimedOut { received: 3 }), *b"def\0"));

    while a.send(&[0; 4096]).is_ok() {}
    let error = timed_out(|end| a.send_complete(&[0; 100_000], end, &interrupt));
    assert_eq!(error, Err(SendError::TimedOut { sent: 0, total: 100_000 }));
}

#[test]
fn a_character_in_two_pieces_waits_its_time() {
    let (a, b) = make_socket_pair().unwrap();
    b.send(b"\xE2\x82").unwrap();
    let mut line = heapless::String::<64>::new();
    let error = timed_out(|end| a.recv_until_terminator(b'\n', &mut line, end, &Never));
    assert_eq!(error, Err(RecvError::TimedOut { received: 0 }));
}

#[test]
fn a_token_pipe_waits_its_time() {
    let (reader, writer) = TokenPipe::pair().unwrap();
    let (interrupt, _writer) = quiet();
    assert_eq!(timed_out(|end| reader.token_read(end, &interrupt)), Err(TokenError::TimedOut));
    while writer.try_token_write(1).is_ok() {}
    assert_eq!(timed_out(|end| writer.token_write(1, end, &interrupt)), Err(TokenError::TimedOut));
}

#[test]
fn a_set_waits_its_time() {
    let (a, b) = make_socket_pair().unwrap();
    let (interrupt, _writer) = quiet();
    let mut set = WaitSet::<2>::new();
    set.add(&a, Events::RECV);
    set.add(&b, Events::RECV);
    assert_eq!(timed_out(|end| set.wait(end, &interrupt)), Ok(0));
    assert_eq!(timed_out(|end| WaitSet::<0>::new().wait(end, &Never)), Ok(0));
}

#[test]
fn connecting_and_accepting_wait_their_time() {
    let (interrupt, _writer) = quiet();
    let listener = Sock::stream(Family::Unix).unwrap();
    listener.bind(&Address::Unnamed).unwrap();
    listener.listen(0).unwrap();
    let address = listener.get_sock_name().unwrap();
    assert_eq!(timed_out(|end| listener.accept(end, &interrupt).err()), Some(AcceptError::TimedOut));

    let first = Sock::stream(Family::Unix).unwrap();
    first.connect(&address, Deadline::NOW, &Never).unwrap();
    let second = Sock::stream(Family::Unix).unwrap();
    assert_eq!(timed_out(|end| second.connect(&address, end, &interrupt)), Err(ConnectError::TimedOut));
    listener.accept(Deadline::NOW, &Never).unwrap();
    assert_eq!(second.connect(&address, Deadline::NOW, &Never), Ok(()));
}

#[test]
fn an_interrupt_that_is_not_set_says_so() {
    let (interrupt, _writer) = quiet();
    let before = SIGNALS.load(Relaxed);
    let set = in_a_counted_storm(Duration::ZERO, || (0..300_000).filter(|_| interrupt.is_set()).count());
    assert_eq!(set, 0, "of 300000 looks, during {} signals", SIGNALS.load(Relaxed) - before);
}

#[test]
fn nothing_is_lost() {
    const LINES: u32 = 20_000;
    let (ours, theirs) = UnixStream::pair().unwrap();
    let ours = Sock::from(std::os::fd::OwnedFd::from(ours));
    thread::scope(|scope| {
        let mut back = theirs.try_clone().unwrap();
        scope.spawn(move || (0..LINES).for_each(|n| writeln!(back, "line {n}").unwrap()));
        let mut there = &theirs;
        let arrived = scope.spawn(move || {
            let mut all = vec![0; 1 << 20];
            there.read_exact(&mut all).unwrap();
            all
        });
        // Should this fail, the socket is closed, and the threads end.
        in_a_counted_storm(Duration::from_micros(100), move || {
            let mut line = heapless::String::<64>::new();
            for n in 0..LINES {
                line.clear();
                ours.recv_until_terminator(b'\n', &mut line, Deadline::Never, &Never).unwrap();
                assert_eq!(line, *format!("line {n}"));
            }
            let all: Vec<u8> = (0..1 << 20).map(|n: u32| (n % 251) as u8).collect();
            ours.send_complete(&all, Deadline::Never, &Never).unwrap();
            assert!(arrived.join().unwrap() == all);
        });
    });
}

#[test]
fn a_handler_can_write_a_token() {
    static WRITER: OnceLock<TokenWriter> = OnceLock::new();
    extern "C" fn write_it(_: i32) {
        if let Some(writer) = WRITER.get() {
            let _ = writer.try_token_write(b'x');
        }
    }

    let (reader, writer) = TokenPipe::pair().unwrap();
    WRITER.set(writer).unwrap();
    install(libc::SIGUSR2, write_it);
    in_a_storm(libc::SIGUSR2, Duration::ZERO, || {
        // The pipe fills, so the handler's write fails with EAGAIN; the code that it interrupts looks at an errno of its own.
        for _ in 0..20_000 {
            let error = std::fs::File::open("").unwrap_err();
            assert_eq!(error.raw_os_error(), Some(libc::ENOENT));
            assert_eq!(std::io::Error::last_os_error().raw_os_error(), Some(libc::ENOENT));
        }
        assert_eq!(reader.token_read(Deadline::Never, &Never), Ok(Some(b'x')));
    });
}
