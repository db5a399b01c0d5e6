//! Wakes in one thread: of somebody who was woken already, and taken by nobody who sleeps.
#![allow(missing_docs)]

use std::{
    future::Future,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering::AcqRel},
    task::{Context, Poll},
    thread,
};

use benches::{Case, compare, settings};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rustix::{
    event::{EventfdFlags, PollFd, PollFlags, eventfd, poll},
    io::{read, write},
    pipe::{PipeFlags, pipe_with},
};
use sockpipe::{Deadline, Never, PolledWaker, WakePipe, Waker};
use tokio::sync::Notify;

/// So many are one operation: a single one is as short as reading the clock.
const AT_ONCE: usize = 16;
/// So many fit into a pipe, and fewer than that do not wait.
const PIPE: usize = 4096;

fn many(mut each: impl FnMut()) -> impl FnMut() {
    move || (0..AT_ONCE).for_each(|_| each())
}

/// Wakes that find that somebody did it before.
fn woken_already(criterion: &mut Criterion) {
    let ring = eventfd(0, EventfdFlags::CLOEXEC).unwrap();
    let ring = || {
        write(&ring, &1_u64.to_ne_bytes()).unwrap();
    };
    let state = AtomicU32::new(1);
    let swap = || {
        if state.swap(1, AcqRel) == 0 {
            ring();
        }
    };

    let waker = Waker::new();
    let polled = PolledWaker::new().unwrap();
    let mut pipe = WakePipe::new();
    let (_reader, writer) = pipe.split().unwrap();

    let (read_end, write_end) = pipe_with(PipeFlags::CLOEXEC).unwrap();
    let mut tokens = 0;
    let bare_pipe = || {
        write(&write_end, b"t").unwrap();
        tokens += 1;
        if tokens == PIPE {
            tokens -= read(&read_end, &mut [0; PIPE]).unwrap();
        }
    };
    let mio_poll = mio::Poll::new().unwrap();
    let mio_waker = mio::Waker::new(mio_poll.registry(), mio::Token(0)).unwrap();
    let poller = polling::Poller::new().unwrap();
    let notify = Notify::new();
    let this = thread::current();

    compare(
        criterion,
        &format!("{AT_ONCE} wakes of who was woken already"),
        Throughput::Elements(AT_ONCE as u64),
        &mut [
            Case::new("bare swap", many(swap)),
            Case::new("Waker", many(|| waker.wake().unwrap())),
            Case::new("PolledWaker", many(|| polled.wake().unwrap())),
            Case::new("WakePipe", many(|| writer.wake().unwrap())),
            Case::new("std unpark", many(|| this.unpark())),
            Case::new("polling Poller::notify", many(|| poller.notify().unwrap())),
            Case::new("tokio Notify::notify_one", many(|| notify.notify_one())),
            Case::new("bare eventfd write", many(ring)),
            Case::new("bare pipe write, drained in time", many(bare_pipe)),
            Case::new("mio Waker::wake", many(|| mio_waker.wake().unwrap())),
        ],
    );
}

/// A wake, and then a wait that need not sleep.
fn nobody_asleep(criterion: &mut Criterion) {
    let state = AtomicU32::new(0);
    let swaps = || {
        assert!(state.swap(1, AcqRel) == 0);
        assert!(state.swap(0, AcqRel) == 1);
    };

    let waker = Waker::new();
    let ours = || {
        waker.wake().unwrap();
        assert!(waker.wait(Deadline::Never, &Never) == Ok(true));
    };
    let mut pipe = WakePipe::new();
    let (reader, writer) = pipe.split().unwrap();
    let our_pipe = || {
        writer.wake().unwrap();
        assert!(reader.wait(Deadline::Never, &Never) == Ok(true));
    };
    let polled = PolledWaker::new().unwrap();
    let our_polled = || {
        polled.wake().unwrap();
        assert!(polled.take() == Ok(true));
    };

    let this = thread::current();
    let park = || {
        this.unpark();
        thread::park();
    };
    let ring = eventfd(0, EventfdFlags::CLOEXEC).unwrap();
    let bare = || {
        write(&ring, &1_u64.to_ne_bytes()).unwrap();
        read(&ring, &mut [0; 8]).unwrap();
    };
    let polled_ring = eventfd(0, EventfdFlags::CLOEXEC).unwrap();
    let bare_polled = || {
        write(&polled_ring, &1_u64.to_ne_bytes()).unwrap();
        poll(&mut [PollFd::new(&polled_ring, PollFlags::IN)], None).unwrap();
        read(&polled_ring, &mut [0; 8]).unwrap();
    };
    let mut mio_poll = mio::Poll::new().unwrap();
    let mut mio_events = mio::Events::with_capacity(4);
    let mio_waker = mio::Waker::new(mio_poll.registry(), mio::Token(0)).unwrap();
    let mio = || {
        mio_waker.wake().unwrap();
        mio_poll.poll(&mut mio_events, None).unwrap();
        assert!(!mio_events.is_empty());
    };
    let poller = polling::Poller::new().unwrap();
    let mut events = polling::Events::new();
    let polling = || {
        poller.notify().unwrap();
        events.clear();
        poller.wait(&mut events, None).unwrap();
    };
    let notify = Notify::new();
    let mut context = Context::from_waker(std::task::Waker::noop());
    let tokio = || {
        notify.notify_one();
        assert!(pin!(notify.notified()).poll(&mut context) == Poll::Ready(()));
    };

    compare(
        criterion,
        &format!("{AT_ONCE} wakes, each with a wait, nobody asleep"),
        Throughput::Elements(AT_ONCE as u64),
        &mut [
            Case::new("two bare swaps", many(swaps)),
            Case::new("Waker wake, wait", many(ours)),
            Case::new("WakePipe wake, wait", many(our_pipe)),
            Case::new("std unpark, park", many(park)),
            Case::new("tokio Notify, polled once", many(tokio)),
            Case::new("PolledWaker wake, take", many(our_polled)),
            Case::new("bare eventfd write, read", many(bare)),
            Case::new("bare eventfd write, poll, read", many(bare_polled)),
            Case::new("mio Waker::wake, Poll::poll", many(mio)),
            Case::new("polling notify, wait", many(polling)),
        ],
    );
}

criterion_group! {
    name = benches;
    config = settings();
    targets = woken_already, nobody_asleep
}
criterion_main!(benches);
