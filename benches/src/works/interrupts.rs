//! From an interrupt in one thread to the return of another one, which waits for a line that does not come.

use std::{
    future::{Future, poll_fn},
    os::{fd::AsRawFd, unix::net::UnixStream},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    task::Poll,
    time::Duration,
};

use heapless::String;
use rustix::{
    event::{EventfdFlags, PollFd, PollFlags, eventfd, poll},
    io::{Errno, read, write},
    net::{RecvFlags, recv},
    thread::futex,
};
use sockpipe::{Deadline, Interrupt, Peek, PolledWaker, RecvError, Sock, ThreadInterrupt, TokenPipe, make_socket_pair};
use tokio::sync::Notify;

use crate::{CoreSock, Latency};

fn bare_futex() -> Latency {
    let word = Arc::new(AtomicU32::new(0));
    let (sleeps, sets, resets) = (word.clone(), word.clone(), word);
    let wait = move || {
        while sleeps.load(SeqCst) == 0 {
            let _ = futex::wait(&sleeps, futex::Flags::PRIVATE, 0, None);
        }
    };
    let interrupt = move || {
        sets.store(1, SeqCst);
        futex::wake(&sets, futex::Flags::PRIVATE, 1).unwrap();
    };
    Latency::new("bare futex", wait, interrupt, move || resets.store(0, SeqCst))
}

/// Two sockets, of which one gets nothing.
fn line(interrupt: &impl Interrupt, (sock, _peer): &(Sock, Sock)) {
    let end = sock.recv_until_terminator(b'\n', &mut String::<80>::new(), Deadline::Never, interrupt);
    assert_eq!(end, Err(RecvError::Interrupted { received: 0 }));
}

fn thread_interrupt() -> Latency {
    let (interrupt, socks) = (Arc::new(ThreadInterrupt::new().unwrap()), make_socket_pair().unwrap());
    let (waits, resets) = (interrupt.clone(), interrupt.clone());
    let wait = move || line(&*waits, &socks);
    Latency::new("ours: ThreadInterrupt, a line", wait, move || interrupt.interrupt().unwrap(), move || resets.reset())
}

fn polled_waker() -> Latency {
    let (waker, socks) = (Arc::new(PolledWaker::new().unwrap()), make_socket_pair().unwrap());
    let (waits, takes) = (waker.clone(), waker.clone());
    let wait = move || line(&*waits, &socks);
    Latency::new(
        "ours: PolledWaker, a line",
        wait,
        move || waker.wake().unwrap(),
        move || assert_eq!(takes.take(), Ok(true)),
    )
}

fn token_pipe() -> Latency {
    let ((reader, writer), socks) = (TokenPipe::pair().unwrap(), make_socket_pair().unwrap());
    let reader = Arc::new(reader);
    let drains = reader.clone();
    let wait = move || line(&*reader, &socks);
    let drain = move || assert_eq!(drains.try_token_read(), Ok(Some(0)));
    Latency::new("ours: TokenPipe, a line", wait, move || writer.try_token_write(0).unwrap(), drain)
}

fn of_mio() -> Latency {
    let mut poll = mio::Poll::new().unwrap();
    let waker = mio::Waker::new(poll.registry(), mio::Token(0)).unwrap();
    let socks = UnixStream::pair().unwrap();
    let fd = socks.0.as_raw_fd();
    let mut source = mio::unix::SourceFd(&fd);
    poll.registry().register(&mut source, mio::Token(1), mio::Interest::READABLE).unwrap();
    let mut events = mio::Events::with_capacity(4);
    let wait = move || {
        let _open = &socks;
        poll.poll(&mut events, None).unwrap();
    };
    Latency::new("mio Poll with a socket, Waker", wait, move || waker.wake().unwrap(), || ())
}

/// Without a socket: it takes `unsafe` to give it one.
fn of_polling() -> Latency {
    let poller = Arc::new(polling::Poller::new().unwrap());
    let (waits, mut events) = (poller.clone(), polling::Events::new());
    let wait = move || {
        events.clear();
        waits.wait(&mut events, None).unwrap();
    };
    Latency::new("polling wait, notify", wait, move || poller.notify().unwrap(), || ())
}

fn of_tokio() -> Latency {
    let notify = Arc::new(Notify::new());
    let notified = notify.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let (sock, peer) = UnixStream::pair().unwrap();
    sock.set_nonblocking(true).unwrap();
    let guard = runtime.enter();
    let sock = tokio::net::UnixStream::from_std(sock).unwrap();
    drop(guard);
    let wait = move || {
        let _open = &peer;
        let (mut notified, mut readable) = (pin!(notified.notified()), pin!(sock.readable()));
        // What select! makes of it.
        runtime.block_on(poll_fn(|context| {
            let is_ready = notified.as_mut().poll(context).is_ready() || readable.as_mut().poll(context).is_ready();
            if is_ready { Poll::Ready(()) } else { Poll::Pending }
        }));
    };
    Latency::new("tokio, a socket or a Notify", wait, move || notify.notify_one(), || ())
}

/// Core's loop, which looks every second.
pub fn interrupt_as_core_does() -> Latency {
    let flag = Arc::new(AtomicBool::new(false));
    let (waits, resets) = (flag.clone(), flag.clone());
    let (sock, peer) = make_socket_pair().unwrap();
    let sock = CoreSock(sock.into());
    let wait = move || {
        let _open = &peer;
        assert!(sock.recv_until_terminator(b'\n', Duration::from_secs(60), &waits, 80).is_none());
    };
    Latency::new("Core, a line", wait, move || flag.store(true, SeqCst), move || resets.store(false, SeqCst)).slow()
}

/// A poll of both and nothing else; or also the last look at the socket, without which what came at the same time is missed.
fn bare_poll(name: &'static str, looks: bool) -> Latency {
    let (ring, socks) = (Arc::new(eventfd(0, EventfdFlags::CLOEXEC).unwrap()), make_socket_pair().unwrap());
    let (waits, hushes) = (ring.clone(), ring.clone());
    let wait = move || {
        let (sock, _peer) = &socks;
        poll(&mut [PollFd::new(&*waits, PollFlags::IN), PollFd::new(sock, PollFlags::IN)], None).unwrap();
        if looks {
            assert_eq!(recv(sock, &mut [0; 512], RecvFlags::DONTWAIT | RecvFlags::PEEK), Err(Errno::AGAIN));
        }
    };
    let interrupt = move || {
        write(&ring, &1_u64.to_ne_bytes()).unwrap();
    };
    let hush = move || {
        read(&hushes, &mut [0; 8]).unwrap();
    };
    Latency::new(name, wait, interrupt, hush)
}

/// All the ways that wake at once.
pub fn interrupts() -> Vec<Latency> {
    vec![
        bare_futex(),
        bare_poll("bare poll of a socket and an eventfd", false),
        bare_poll("bare poll, and a last peek", true),
        thread_interrupt(),
        polled_waker(),
        token_pipe(),
        of_mio(),
        of_polling(),
        of_tokio(),
    ]
}
