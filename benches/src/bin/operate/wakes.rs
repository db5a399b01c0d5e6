//! The operations of the wakers.
//!
//! Where somebody has to be asleep, that is mostly the thread itself: it wakes itself once it has lain down, as the interrupt that it
//! waits with is looked at then. Without an interrupt another thread does, and waits until the first one is seen asleep.

use std::{
    sync::atomic::{
        AtomicU32, AtomicUsize,
        Ordering::{AcqRel, Acquire},
    },
    thread,
    time::Duration,
};

use benches::is_asleep;
use heapless::Vec;
use rustix::thread::gettid;
use sockpipe::{
    Deadline, Interrupt, Lend, Never, Peek, PolledWaker, RecvError, ThreadInterrupt, WaitError, WakePipe, WakeReader,
    WakeWriter, Waker, When,
};

use super::marked;

static SWAPPED: AtomicU32 = AtomicU32::new(1);
static WAKER: Waker = Waker::new();

/// Performs the operation of this name. False: there is none.
pub fn operate(name: &str, count: usize) -> bool {
    let polled = PolledWaker::new().unwrap();
    let mut pipe = WakePipe::new();
    let (reader, writer) = pipe.split().unwrap();
    let interrupt = ThreadInterrupt::new().unwrap();
    match name {
        // What each of the next four is measured by.
        "swap" => repeat(count, || assert!(SWAPPED.swap(1, AcqRel) == 1)),
        "wake_again" => {
            WAKER.wake().unwrap();
            repeat(count, || WAKER.wake().unwrap());
        }
        "polled_wake_again" => {
            polled.wake().unwrap();
            repeat(count, || polled.wake().unwrap());
        }
        "pipe_wake_again" => {
            writer.wake().unwrap();
            repeat(count, || writer.wake().unwrap());
        }
        "interrupt_again" => {
            interrupt.interrupt().unwrap();
            repeat(count, || interrupt.interrupt().unwrap());
        }
        "wake_and_wait" => repeat(count, || {
            WAKER.wake().unwrap();
            assert!(WAKER.wait(Deadline::Never, &Never) == Ok(true));
        }),
        "pipe_wake_and_wait" => repeat(count, || {
            writer.wake().unwrap();
            assert!(reader.wait(Deadline::Never, &Never) == Ok(true));
        }),
        "polled_wake_and_take" => repeat(count, || {
            polled.wake().unwrap();
            assert!(polled.take() == Ok(true));
        }),
        "wake_asleep" => {
            wake_asleep(&WAKER);
            repeat(count, || wake_asleep(&WAKER));
        }
        "slept" => {
            wake_asleep(&WAKER);
            woken_by_another(count, || WAKER.wait(Deadline::Never, &Never), || WAKER.wake().unwrap());
        }
        "pipe_slept" => woken_by_another(count, || reader.wait(Deadline::Never, &Never), || writer.wake().unwrap()),
        "first_sleep" => {
            let wakers: std::vec::Vec<_> = (0..count).map(|_| Waker::new()).collect();
            marked(|| wakers.iter().for_each(wake_asleep));
        }
        "pipe_wake_asleep" => repeat(count, || pipe_wake_asleep(&reader, &writer)),
        "polled_wake_asleep" => {
            let (sock, _peer) = sockpipe::make_socket_pair().unwrap();
            repeat(count, || {
                let end = sock.recv_until_terminator(
                    b'\n',
                    &mut Vec::<u8, 64>::new(),
                    Deadline::Never,
                    &WokenMeanwhile(&polled),
                );
                assert_eq!(end, Err(RecvError::Interrupted { received: 0 }));
                assert_eq!(polled.take(), Ok(true));
            });
        }
        "interrupt_and_reset" => repeat(count, || {
            interrupt.interrupt().unwrap();
            interrupt.reset();
        }),
        _ => return false,
    }
    true
}

fn repeat(count: usize, mut operation: impl FnMut()) {
    marked(|| (0..count).for_each(|_| operation()));
}

/// Each time that this thread is asleep, another one wakes it.
fn woken_by_another(count: usize, wait: impl Fn() -> Result<bool, WaitError>, wake: impl Fn() + Sync) {
    let (here, done) = (gettid(), AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            for already in 0..count {
                while done.load(Acquire) < already || !is_asleep(here) {
                    thread::sleep(Duration::from_micros(20));
                }
                wake();
            }
        });
        repeat(count, || {
            assert!(wait() == Ok(true));
            done.fetch_add(1, AcqRel);
        });
    });
}

fn wake_asleep(waker: &Waker) {
    let wakes = When(|| waker.wake().is_err());
    assert_eq!(waker.wait(Deadline::Never, &wakes), Ok(true));
}

fn pipe_wake_asleep(reader: &WakeReader<'_>, writer: &WakeWriter<'_>) {
    let wakes = When(|| writer.wake().is_err());
    assert_eq!(reader.wait(Deadline::Never, &wakes), Ok(true));
}

/// A waker that is woken after it was looked at, and before the sleep.
struct WokenMeanwhile<'w>(&'w PolledWaker);

impl Interrupt for WokenMeanwhile<'_> {
    fn is_set(&self) -> bool {
        let was_set = self.0.is_set();
        self.0.wake().unwrap();
        was_set
    }

    fn lend(&self) -> Lend<'_> {
        self.0.lend()
    }
}
