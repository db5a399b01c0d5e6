//! SIGPIPE at its default action kills. No write of this crate raises it, and none changes anything about it.
#![cfg(target_os = "linux")]

mod common;

use std::{mem::zeroed, net::TcpListener, os::fd::OwnedFd, os::unix::net::UnixStream, ptr::null_mut, thread};

use common::{fifo, in_a_process_of_its_own};
use libc::{SIG_BLOCK, SIG_DFL, SIG_IGN, SIG_UNBLOCK, SIGPIPE};
use rustix::pipe::{PipeFlags, pipe_with};
use sockpipe::{Deadline, Errno, Never, SendError, Sink, Sock, TokenError, TokenPipe, TokenWriter};

/// Write ends of every kind, and who would read.
fn writers() -> Vec<(&'static str, OwnedFd, TokenWriter)> {
    let made = || {
        let (reader, writer) = TokenPipe::pair().unwrap();
        (reader.into(), writer.into())
    };
    let kinds: [(_, (OwnedFd, OwnedFd)); 5] = [
        ("made", made()),
        ("adopted", pipe_with(PipeFlags::empty()).unwrap()),
        ("non-blocking", pipe_with(PipeFlags::NONBLOCK).unwrap()),
        ("FIFO", fifo()),
        ("socket", UnixStream::pair().map(|(a, b)| (a.into(), b.into())).unwrap()),
    ];
    kinds.into_iter().map(|(kind, (reader, writer))| (kind, reader, TokenWriter::from(writer))).collect()
}

/// What a write without readers says. A socket has no twin; without a signal mask its write is refused.
fn broken(kind: &str) -> TokenError {
    match kind {
        "socket" if cfg!(all(sockpipe_force_no_nosignal, sockpipe_force_no_sigmask)) => {
            TokenError::Failed(Errno::OPNOTSUPP)
        }
        "socket" if cfg!(sockpipe_force_no_nowait) => TokenError::Failed(Errno::OPNOTSUPP),
        _ => TokenError::BrokenPipe,
    }
}

/// Writes to every kind of write end, some of them used before, after the readers are gone.
fn write_in_vain() {
    for used_before in [false, true] {
        for (kind, reader, writer) in writers() {
            if used_before {
                let _ = writer.try_token_write(1);
            }
            drop(reader);
            for _ in 0..3 {
                assert_eq!(writer.token_write(1, Deadline::Never, &Never), Err(broken(kind)), "{kind}");
                assert_eq!(writer.try_token_write(1), Err(broken(kind)), "{kind}");
            }
            assert_eq!(sockpipe::ready(writer), Err(broken(kind)), "{kind}");
        }
    }
}

/// The action of SIGPIPE, this thread's mask, and the signals that wait behind it.
fn state() -> (usize, Vec<i32>, Vec<i32>) {
    let members = |set: &libc::sigset_t| {
        // SAFETY: the set is initialised, and the numbers are those of signals.
        (1..=64).filter(|signal| unsafe { libc::sigismember(set, *signal) } == 1).collect()
    };
    // SAFETY: these are plain C structs, for which zeros are a value.
    let (mut action, mut mask, mut pending): (libc::sigaction, libc::sigset_t, libc::sigset_t) = unsafe { zeroed() };
    // SAFETY: with a null pointer for the new action, the old one is written, and nothing changes.
    unsafe { libc::sigaction(SIGPIPE, null_mut(), &mut action) };
    // SAFETY: with a null pointer for the new set, the old one is written, and nothing changes.
    unsafe { libc::pthread_sigmask(SIG_BLOCK, null_mut(), &mut mask) };
    // SAFETY: the set is written.
    unsafe { libc::sigpending(&mut pending) };
    (action.sa_sigaction, members(&mask), members(&pending))
}

fn set_action(action: libc::sighandler_t) {
    // SAFETY: the action is the default one, none, or `count_it`, which is async-signal-safe.
    unsafe { libc::signal(SIGPIPE, action) };
}

fn only_sigpipe() -> libc::sigset_t {
    // SAFETY: a plain C struct, for which zeros are a value.
    let mut set = unsafe { zeroed() };
    // SAFETY: SIGPIPE is a signal's number.
    unsafe { libc::sigaddset(&mut set, SIGPIPE) };
    set
}

fn change_mask(how: i32) {
    // SAFETY: the set is initialised; a masked SIGPIPE is what the test is about.
    unsafe { libc::pthread_sigmask(how, &only_sigpipe(), null_mut()) };
}

/// Takes one pending SIGPIPE off, if there is one.
fn take_off() -> bool {
    let no_time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: both structs are initialised, and nothing is to be reported.
    unsafe { libc::sigtimedwait(&only_sigpipe(), null_mut(), &no_time) == SIGPIPE }
}

#[test]
fn default_action_does_not_kill() {
    in_a_process_of_its_own("default_action_does_not_kill", || {
        set_action(SIG_DFL);
        let before = state();
        write_in_vain();
        assert_eq!(state(), before);
        assert_eq!(before.0, SIG_DFL);
    });
}

#[test]
fn ignored_stays_ignored() {
    in_a_process_of_its_own("ignored_stays_ignored", || {
        set_action(SIG_IGN);
        let before = state();
        write_in_vain();
        assert_eq!(state(), before);
    });
}

#[test]
fn a_handler_is_not_called() {
    extern "C" fn count_it(_: i32) {
        CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
    static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

    in_a_process_of_its_own("a_handler_is_not_called", || {
        set_action(count_it as extern "C" fn(i32) as libc::sighandler_t);
        write_in_vain();
        assert_eq!(CALLS.load(std::sync::atomic::Ordering::Relaxed), 0);
    });
}

#[test]
fn masked_leaves_none_pending() {
    in_a_process_of_its_own("masked_leaves_none_pending", || {
        set_action(SIG_DFL);
        change_mask(SIG_BLOCK);
        let before = state();
        write_in_vain();
        assert_eq!(state(), before);
        assert!(!take_off());
        change_mask(SIG_UNBLOCK);
    });
}

#[test]
fn one_that_was_pending_stays() {
    in_a_process_of_its_own("one_that_was_pending_stays", || {
        set_action(SIG_DFL);
        change_mask(SIG_BLOCK);
        // SAFETY: the signal goes to this thread, where it is masked.
        unsafe { libc::raise(SIGPIPE) };
        let before = state();
        write_in_vain();
        assert_eq!(state(), before);
        assert_eq!((take_off(), take_off()), (true, false));
        change_mask(SIG_UNBLOCK);
    });
}

#[test]
fn threads_do_not_disturb_each_other() {
    in_a_process_of_its_own("threads_do_not_disturb_each_other", || {
        set_action(SIG_DFL);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..50).for_each(|_| write_in_vain()));
            }
        });
    });
}

#[test]
fn send_complete_to_a_closed_peer() {
    in_a_process_of_its_own("send_complete_to_a_closed_peer", || {
        set_action(SIG_DFL);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let tcp = (client.into(), listener.accept().unwrap().0.into());
        let unix = UnixStream::pair().map(|(a, b)| (a.into(), b.into())).unwrap();
        for (ours, theirs) in [tcp, unix] as [(OwnedFd, OwnedFd); 2] {
            drop(theirs);
            let ours = Sock::from(ours);
            // TCP takes one more send, which the peer resets, and tells of the reset once.
            let error = (0..100).find_map(|_| {
                thread::sleep(std::time::Duration::from_millis(1));
                match ours.send_complete(b"x", Deadline::Never, &Never) {
                    Ok(()) | Err(SendError::Failed { errno: Errno::CONNRESET, .. }) => None,
                    Err(error) => Some(error),
                }
            });
            assert_eq!(error, Some(SendError::Failed { errno: Errno::PIPE, sent: 0 }));
            assert_eq!(Sink::send(&ours, b"x"), Err(Errno::PIPE));
        }
        assert_eq!(state().2, []);
    });
}

#[test]
fn without_the_crate_it_kills() {
    use std::os::unix::process::ExitStatusExt;
    const NAME: &str = "without_the_crate_it_kills";
    if common::is_the_child(NAME) {
        set_action(SIG_DFL);
        let (reader, writer) = pipe_with(PipeFlags::empty()).unwrap();
        drop(reader);
        let _ = rustix::io::write(&writer, b"x");
        return;
    }
    let status = common::again(NAME).stdout(std::process::Stdio::null()).status().unwrap();
    assert_eq!(status.signal(), Some(SIGPIPE), "or these tests test nothing");
}
