//! `ThreadInterrupt` with real threads, real signals and a real fork.
#![cfg(target_os = "linux")]

mod common;

use std::{
    mem::zeroed,
    os::fd::{AsFd, AsRawFd},
    panic::{AssertUnwindSafe, catch_unwind},
    ptr::null_mut,
    sync::{
        Barrier, Condvar, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use common::{in_a_process_of_its_own, one_at_a_time};
use sockpipe::{
    Deadline, Events, Interrupt, Lend, Never, RecvExactError, Source, ThreadInterrupt, Ticket, WaitSet, When,
    make_socket_pair,
};

/// More than any machine needs.
const SOON: Deadline = Deadline::Within(Duration::from_secs(30));

fn rings(interrupt: &ThreadInterrupt) -> bool {
    let mut set = WaitSet::<1>::new();
    set.add(interrupt, Events::RECV);
    set.wait(Deadline::NOW, &Never) == Ok(1)
}

#[test]
fn it_is_one_descriptor() {
    let interrupt = ThreadInterrupt::new().unwrap();
    assert_eq!(interrupt.as_raw_fd(), interrupt.as_fd().as_raw_fd());
}

/// I-06, I-12: who sleeps and who waits for a socket.
#[test]
fn one_set_ends_all() {
    let interrupt = ThreadInterrupt::new().unwrap();
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(interrupt.sleep_for(Duration::from_secs(60)), Ok(false)));
            scope.spawn(|| assert_eq!(interrupt.wait(SOON, &Never), Ok(true)));
            scope.spawn(|| {
                let (a, _b) = make_socket_pair().unwrap();
                let ended = a.recv_exact(&mut [0], SOON, &interrupt);
                assert_eq!(ended, Err(RecvExactError::Interrupted { received: 0 }));
            });
        }
        interrupt.interrupt().unwrap();
    });
    assert!(start.elapsed() < Duration::from_secs(20));
    interrupt.reset();
    assert!(!rings(&interrupt));
}

/// An interrupt that knows how many have begun to wait.
struct Counted {
    interrupt: ThreadInterrupt,
    entered: Mutex<usize>,
    one_more: Condvar,
}

impl Interrupt for Counted {
    fn is_set(&self) -> bool {
        self.interrupt.is_set()
    }
    fn lend(&self) -> Lend<'_> {
        self.interrupt.lend()
    }
    fn enter(&self) -> Ticket {
        let ticket = self.interrupt.enter();
        *self.entered.lock().unwrap() += 1;
        self.one_more.notify_all();
        ticket
    }
    fn leave(&self, since: Ticket) -> bool {
        self.interrupt.leave(since)
    }
}

/// I-10: a descriptor that is quiet again before the kernel looks at it wakes nobody.
#[test]
fn set_and_reset_reaches_every_sleeper() {
    const SLEEPERS: usize = 6;
    const ROUNDS: usize = 300;
    let stop = Counted { interrupt: ThreadInterrupt::new().unwrap(), entered: Mutex::new(0), one_more: Condvar::new() };
    let (begin, end) = (Barrier::new(SLEEPERS + 1), Barrier::new(SLEEPERS + 1));
    thread::scope(|scope| {
        for _ in 0..SLEEPERS {
            scope.spawn(|| {
                let (a, _b) = make_socket_pair().unwrap();
                for _ in 0..ROUNDS {
                    begin.wait();
                    let ended = a.recv_exact(&mut [0], SOON, &stop);
                    // Not before the barrier, where the others would wait for ever.
                    end.wait();
                    assert_eq!(ended, Err(RecvExactError::Interrupted { received: 0 }));
                }
            });
        }
        for _ in 0..ROUNDS {
            *stop.entered.lock().unwrap() = 0;
            begin.wait();
            let all = stop.one_more.wait_while(stop.entered.lock().unwrap(), |entered| *entered < SLEEPERS).unwrap();
            drop(all);
            stop.interrupt.interrupt().unwrap();
            stop.interrupt.reset();
            end.wait();
            assert!(!rings(&stop.interrupt), "nobody sleeps, and it rings");
        }
    });
}

/// All that there is room for, with the one who sets it.
#[test]
fn a_quarter_of_a_million_sleepers() {
    let interrupt = ThreadInterrupt::new().unwrap();
    for _ in 0..2 {
        let tickets: Vec<_> = (0..262_142).map(|_| interrupt.enter()).collect();
        interrupt.interrupt().unwrap();
        interrupt.reset();
        assert!(rings(&interrupt));
        assert_eq!(tickets.into_iter().filter(|ticket| interrupt.leave(*ticket)).count(), 262_142);
        assert!(!interrupt.is_set() && !rings(&interrupt));
    }
}

/// Who never left would make it ring for ever, from the next set on.
#[test]
fn a_panic_leaves_nobody_behind() {
    let interrupt = ThreadInterrupt::new().unwrap();
    let panics = || When(|| std::panic::resume_unwind(Box::new("asked")));
    let both = Both { interrupt: &interrupt, other: panics() };
    let (a, _b) = make_socket_pair().unwrap();
    let waits: [&dyn Fn(); 3] = [
        &|| _ = interrupt.wait(Deadline::Never, &panics()),
        &|| _ = a.recv_exact(&mut [0], Deadline::Never, &both),
        &|| _ = WaitSet::<0>::new().wait(Deadline::Never, &both),
    ];
    for (number, wait) in waits.into_iter().enumerate() {
        assert!(catch_unwind(AssertUnwindSafe(wait)).is_err());
        interrupt.interrupt().unwrap();
        interrupt.reset();
        assert!(!rings(&interrupt), "{number}: nobody sleeps, and it rings");
    }
}

/// An interrupt that asks another one, too.
struct Both<'a, I> {
    interrupt: &'a ThreadInterrupt,
    other: I,
}

impl<I: Interrupt> Interrupt for Both<'_, I> {
    fn is_set(&self) -> bool {
        self.interrupt.is_set() || self.other.is_set()
    }
    fn enter(&self) -> Ticket {
        self.interrupt.enter()
    }
    fn leave(&self, since: Ticket) -> bool {
        self.interrupt.leave(since)
    }
}

static HANDLED: OnceLock<ThreadInterrupt> = OnceLock::new();
static SIGNALS: AtomicU64 = AtomicU64::new(0);

extern "C" fn handler(_: i32) {
    if let Some(interrupt) = HANDLED.get() {
        let _ = interrupt.interrupt();
        SIGNALS.fetch_add(1, Relaxed);
    }
}

fn install() {
    // SAFETY: a plain C struct, for which zeros are a value.
    let mut action: libc::sigaction = unsafe { zeroed() };
    action.sa_sigaction = handler as extern "C" fn(i32) as libc::sighandler_t;
    // The handler interrupts itself, too.
    action.sa_flags = libc::SA_NODEFER;
    // SAFETY: the handler does what a handler may do.
    unsafe { libc::sigaction(libc::SIGRTMIN(), &action, null_mut()) };
}

/// I-14, G-01: a handler that sets it, in the middle of every part of it.
#[test]
fn set_by_a_handler() {
    let _turn = one_at_a_time();
    in_a_process_of_its_own("set_by_a_handler", || {
        let interrupt = HANDLED.get_or_init(|| ThreadInterrupt::new().unwrap());
        install();
        // SAFETY: always possible.
        assert_eq!(unsafe { libc::raise(libc::SIGRTMIN()) }, 0);
        assert_eq!(interrupt.wait(Deadline::NOW, &Never), Ok(true));
        interrupt.reset();

        let over = AtomicBool::new(false);
        // SAFETY: always possible.
        let here = unsafe { libc::pthread_self() };
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut sent = SIGNALS.load(Relaxed);
                while !over.load(Relaxed) {
                    // Each interrupts the handler of the last, and a stack has no room for more. Real-time signals are all delivered.
                    if sent - SIGNALS.load(Relaxed) < 16 {
                        // SAFETY: the thread lives until the scope ends.
                        sent += u64::from(unsafe { libc::pthread_kill(here, libc::SIGRTMIN()) } == 0);
                    }
                    thread::yield_now();
                }
            });
            // As many as there is time for: where a signal to another CPU takes milliseconds, that is not all of them.
            let began = Instant::now();
            let rounds = (0..20_000).take_while(|_| began.elapsed() < Duration::from_secs(10));
            let missed = rounds.filter(|_| {
                let set = interrupt.wait(SOON, &Never);
                interrupt.reset();
                set != Ok(true)
            });
            let missed = missed.count();
            over.store(true, Relaxed);
            assert_eq!(missed, 0);
        });
        assert!(SIGNALS.load(Relaxed) > 100, "there was no storm");
        assert_eq!(rings(interrupt), interrupt.is_set());
        interrupt.reset();
        assert!(!rings(interrupt));
        assert_eq!(interrupt.sleep_for(Duration::from_millis(5)), Ok(true));
    });
}

/// I-15: the child of a process, a thread of which sleeps with it.
#[test]
fn used_in_a_forked_child() {
    let _turn = one_at_a_time();
    in_a_process_of_its_own("used_in_a_forked_child", || {
        let stop =
            Counted { interrupt: ThreadInterrupt::new().unwrap(), entered: Mutex::new(0), one_more: Condvar::new() };
        thread::scope(|scope| {
            scope.spawn(|| WaitSet::<0>::new().wait(SOON, &stop));
            drop(stop.one_more.wait_while(stop.entered.lock().unwrap(), |entered| *entered == 0).unwrap());
            // SAFETY: the child makes async-signal-safe calls only, and ends without running anything else of this process.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let interrupt = &stop.interrupt;
                let set = interrupt.interrupt().is_ok() && interrupt.is_set();
                let slept = interrupt.sleep_for(Duration::from_secs(60)) == Ok(false);
                interrupt.reset();
                let slept = slept && interrupt.sleep_for(Duration::from_millis(5)) == Ok(true);
                // SAFETY: always possible.
                unsafe { libc::_exit(i32::from(!set || !slept || interrupt.is_set())) };
            }
            let mut status = -1;
            // SAFETY: `status` can be written to.
            assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
            assert!(!stop.is_set(), "the child's flag is its own");
            stop.interrupt.interrupt().unwrap();
            assert_eq!(status, 0);
        });
    });
}
