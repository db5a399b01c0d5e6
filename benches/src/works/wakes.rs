//! Wakes in one thread: of somebody who was woken already, and taken by nobody who sleeps.

use std::{
    future::Future,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering::AcqRel},
    task::{Context, Poll},
    thread,
};

use rustix::{
    event::{EventfdFlags, PollFd, PollFlags, eventfd, poll},
    fd::OwnedFd,
    io::{read, write},
    pipe::{PipeFlags, pipe_with},
};
use sockpipe::{Deadline, Never, PolledWaker, WakePipe, Waker};
use tokio::sync::Notify;

use super::leak;
use crate::Case;

/// So many are one operation: a single one is as short as reading the clock.
pub const AT_ONCE: usize = 16;
/// So many fit into a pipe, and fewer than that do not wait.
const PIPE: usize = 4096;

fn many(mut each: impl FnMut()) -> impl FnMut() {
    move || (0..AT_ONCE).for_each(|_| each())
}

/// Wakes that find that somebody did it before.
pub fn woken_already() -> Vec<Case<'static>> {
    let ring: &OwnedFd = leak(eventfd(0, EventfdFlags::CLOEXEC).unwrap());
    let ring = move || {
        write(&*ring, &1_u64.to_ne_bytes()).unwrap();
    };
    let state = leak(AtomicU32::new(1));
    let swap = move || {
        if state.swap(1, AcqRel) == 0 {
            ring();
        }
    };

    let waker = leak(Waker::new());
    let polled = leak(PolledWaker::new().unwrap());
    let pipe = leak(WakePipe::new());
    let (reader, writer) = pipe.split().unwrap();
    leak(reader);

    let (read_end, write_end) = pipe_with(PipeFlags::CLOEXEC).unwrap();
    let mut tokens = 0;
    let bare_pipe = move || {
        write(&write_end, b"t").unwrap();
        tokens += 1;
        if tokens == PIPE {
            tokens -= read(&read_end, &mut [0; PIPE]).unwrap();
        }
    };
    let mio_poll = leak(mio::Poll::new().unwrap());
    let mio_waker = mio::Waker::new(mio_poll.registry(), mio::Token(0)).unwrap();
    let poller = leak(polling::Poller::new().unwrap());
    let notify = leak(Notify::new());
    let this: &thread::Thread = leak(thread::current());

    vec![
        Case::new("bare swap", many(swap)),
        Case::new("ours: Waker", many(move || waker.wake().unwrap())),
        Case::new("ours: PolledWaker", many(move || polled.wake().unwrap())),
        Case::new("ours: WakePipe", many(move || writer.wake().unwrap())),
        Case::new("std unpark", many(move || this.unpark())),
        Case::new("polling Poller::notify", many(move || poller.notify().unwrap())),
        Case::new("tokio Notify::notify_one", many(move || notify.notify_one())),
        Case::new("bare eventfd write", many(ring)),
        Case::new("bare pipe write, drained in time", many(bare_pipe)),
        Case::new("mio Waker::wake", many(move || mio_waker.wake().unwrap())),
    ]
}

/// A wake, and then a wait that need not sleep.
pub fn nobody_asleep() -> Vec<Case<'static>> {
    let state = leak(AtomicU32::new(0));
    let swaps = move || {
        assert!(state.swap(1, AcqRel) == 0);
        assert!(state.swap(0, AcqRel) == 1);
    };

    let waker = leak(Waker::new());
    let ours = move || {
        waker.wake().unwrap();
        assert!(waker.wait(Deadline::Never, &Never) == Ok(true));
    };
    let pipe = leak(WakePipe::new());
    let (reader, writer) = pipe.split().unwrap();
    let our_pipe = move || {
        writer.wake().unwrap();
        assert!(reader.wait(Deadline::Never, &Never) == Ok(true));
    };
    let polled = leak(PolledWaker::new().unwrap());
    let our_polled = move || {
        polled.wake().unwrap();
        assert!(polled.take() == Ok(true));
    };

    let this: &thread::Thread = leak(thread::current());
    let park = move || {
        this.unpark();
        thread::park();
    };
    let ring: &OwnedFd = leak(eventfd(0, EventfdFlags::CLOEXEC).unwrap());
    let bare = move || {
        write(&*ring, &1_u64.to_ne_bytes()).unwrap();
        read(&*ring, &mut [0; 8]).unwrap();
    };
    let polled_ring: &OwnedFd = leak(eventfd(0, EventfdFlags::CLOEXEC).unwrap());
    let bare_polled = move || {
        write(&*polled_ring, &1_u64.to_ne_bytes()).unwrap();
        poll(&mut [PollFd::new(&*polled_ring, PollFlags::IN)], None).unwrap();
        read(&*polled_ring, &mut [0; 8]).unwrap();
    };
    let mio_poll = leak(mio::Poll::new().unwrap());
    let mut mio_events = mio::Events::with_capacity(4);
    let mio_waker = mio::Waker::new(mio_poll.registry(), mio::Token(0)).unwrap();
    let mio = move || {
        mio_waker.wake().unwrap();
        mio_poll.poll(&mut mio_events, None).unwrap();
        assert!(!mio_events.is_empty());
    };
    let poller = leak(polling::Poller::new().unwrap());
    let mut events = polling::Events::new();
    let polling = move || {
        poller.notify().unwrap();
        events.clear();
        poller.wait(&mut events, None).unwrap();
    };
    let notify = leak(Notify::new());
    let mut context = Context::from_waker(std::task::Waker::noop());
    let tokio = move || {
        notify.notify_one();
        assert!(pin!(notify.notified()).poll(&mut context) == Poll::Ready(()));
    };

    vec![
        Case::new("two bare swaps", many(swaps)),
        Case::new("ours: Waker wake, wait", many(ours)),
        Case::new("ours: WakePipe wake, wait", many(our_pipe)),
        Case::new("std unpark, park", many(park)),
        Case::new("tokio Notify, polled once", many(tokio)),
        Case::new("ours: PolledWaker wake, take", many(our_polled)),
        Case::new("bare eventfd write, read", many(bare)),
        Case::new("bare eventfd write, poll, read", many(bare_polled)),
        Case::new("mio Waker::wake, Poll::poll", many(mio)),
        Case::new("polling notify, wait", many(polling)),
    ]
}
