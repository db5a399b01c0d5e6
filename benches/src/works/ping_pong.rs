//! From one thread to another and back, on one CPU: who waits for the answer is asleep when it comes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    thread,
};

use rustix::{
    event::{EventfdFlags, eventfd},
    io::{read, write},
    pipe::{PipeFlags, pipe_with},
    thread::futex,
};
use sockpipe::{Deadline, Never, PolledWaker, TokenPipe, WakePipe, Waker};
use tokio::sync::Notify;

use crate::Case;

type Operation = Box<dyn FnMut() + Send>;
/// What wakes, and what waits for that: once for each direction.
type Way = (Operation, Operation);

/// What they give is not looked at: who fails has panicked.
fn way<A, B>(mut wake: impl FnMut() -> A + Send + 'static, mut wait: impl FnMut() -> B + Send + 'static) -> Way {
    (
        Box::new(move || {
            wake();
        }),
        Box::new(move || {
            wait();
        }),
    )
}

/// The end that begins. Whoever answers ends with it.
struct Round {
    there: Operation,
    pong: Operation,
    is_over: Arc<AtomicBool>,
}

impl Drop for Round {
    fn drop(&mut self) {
        self.is_over.store(true, SeqCst);
        (self.there)();
    }
}

/// A round trip: a wake this way, and a wait for the one that comes back.
fn round_trip(name: &'static str, make: impl Fn() -> Way) -> Case<'static> {
    let ((there, mut ping), (mut back, pong)) = (make(), make());
    let mut round = Round { there, pong, is_over: Arc::default() };
    let is_over = round.is_over.clone();
    thread::spawn(move || {
        loop {
            ping();
            if is_over.load(SeqCst) {
                break;
            }
            back();
        }
    });
    Case::new(name, move || {
        (round.there)();
        (round.pong)();
    })
}

fn bare_pipe() -> Way {
    let (read_end, write_end) = pipe_with(PipeFlags::CLOEXEC).unwrap();
    way(move || write(&write_end, b"t").unwrap(), move || read(&read_end, &mut [0]).unwrap())
}

fn bare_eventfd() -> Way {
    let ring = Arc::new(eventfd(0, EventfdFlags::CLOEXEC).unwrap());
    let rung = ring.clone();
    way(move || write(&ring, &1_u64.to_ne_bytes()).unwrap(), move || read(&rung, &mut [0; 8]).unwrap())
}

fn bare_futex() -> Way {
    let word = Arc::new(AtomicU32::new(0));
    let woken = word.clone();
    let wake = move || {
        word.store(1, SeqCst);
        futex::wake(&word, futex::Flags::PRIVATE, 1).unwrap();
    };
    let wait = move || {
        while woken.swap(0, SeqCst) == 0 {
            let _ = futex::wait(&woken, futex::Flags::PRIVATE, 0, None);
        }
    };
    way(wake, wait)
}

fn waker() -> Way {
    let waker = Arc::new(Waker::new());
    let woken = waker.clone();
    way(move || waker.wake().unwrap(), move || woken.wait(Deadline::Never, &Never).unwrap())
}

fn wake_pipe() -> Way {
    let (reader, writer) = Box::leak(Box::new(WakePipe::new())).split().unwrap();
    way(move || writer.wake().unwrap(), move || reader.wait(Deadline::Never, &Never).unwrap())
}

fn token_pipe() -> Way {
    let (reader, writer) = TokenPipe::pair().unwrap();
    way(
        move || writer.token_write(b't', Deadline::Never, &Never).unwrap(),
        move || reader.token_read(Deadline::Never, &Never).unwrap(),
    )
}

fn polled_in_epoll() -> Way {
    let mut poll = mio::Poll::new().unwrap();
    let waker = Arc::new(PolledWaker::new().unwrap());
    let fd = std::os::fd::AsRawFd::as_raw_fd(&*waker);
    let mut source = mio::unix::SourceFd(&fd);
    poll.registry().register(&mut source, mio::Token(0), mio::Interest::READABLE).unwrap();
    let (woken, mut events) = (waker.clone(), mio::Events::with_capacity(4));
    let wait = move || {
        poll.poll(&mut events, None).unwrap();
        woken.take().unwrap();
    };
    way(move || waker.wake().unwrap(), wait)
}

fn of_mio() -> Way {
    let mut poll = mio::Poll::new().unwrap();
    let waker = mio::Waker::new(poll.registry(), mio::Token(0)).unwrap();
    let mut events = mio::Events::with_capacity(4);
    way(move || waker.wake().unwrap(), move || poll.poll(&mut events, None).unwrap())
}

fn of_polling() -> Way {
    let poller = Arc::new(polling::Poller::new().unwrap());
    let (notified, mut events) = (poller.clone(), polling::Events::new());
    let wait = move || {
        events.clear();
        notified.wait(&mut events, None).unwrap();
    };
    way(move || poller.notify().unwrap(), wait)
}

fn of_tokio() -> Way {
    let notify = Arc::new(Notify::new());
    let notified = notify.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    way(move || notify.notify_one(), move || runtime.block_on(notified.notified()))
}

/// All the ways; on the CPU of this thread, if it is on one.
pub fn ping_pongs() -> Vec<Case<'static>> {
    vec![
        round_trip("bare pipe", bare_pipe),
        round_trip("bare eventfd", bare_eventfd),
        round_trip("bare futex", bare_futex),
        round_trip("ours: Waker", waker),
        round_trip("ours: WakePipe", wake_pipe),
        round_trip("ours: TokenPipe", token_pipe),
        round_trip("ours: PolledWaker in mio's Poll", polled_in_epoll),
        round_trip("mio Waker", of_mio),
        round_trip("polling notify", of_polling),
        round_trip("tokio Notify", of_tokio),
    ]
}
