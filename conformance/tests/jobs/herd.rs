//! How many clients wake up for each token, of fifty that wait: one if they sleep in a read, and many if they poll.
//!
//! `cargo test --release -p conformance --test jobs -- --nocapture herd` prints it.

use std::{
    fs, mem,
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    thread,
    time::Duration,
};

use rustix::fd::AsFd;
use sockpipe::{
    Deadline, Never, ThreadInterrupt, TokenPipe,
    jobs::{JobClient, JobError, JobServer, MakeFlags},
};

use crate::SOON;

const CLIENTS: usize = 50;
const TOKENS: usize = 100;

/// How often this thread has gone to sleep, which is how often it was woken.
fn sleeps() -> i64 {
    let status = fs::read_to_string("/proc/thread-self/status").unwrap();
    let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.and_then(|count| count.trim().parse().ok()).expect("the kernel counts")
}

/// Wake-ups for each token, while tokens come one by one, some milliseconds apart. `wait` gives false when it was ended otherwise.
fn woken(between: Duration, wait: impl Fn(&JobClient, &ThreadInterrupt) -> bool + Sync) -> f64 {
    let server = JobServer::new(1).unwrap();
    let put = {
        let flags = server.makeflags().to_string();
        let numbers = flags.rsplit_once('=').and_then(|(_, numbers)| numbers.split_once(',')).unwrap();
        let writer: i32 = numbers.1.parse().unwrap();
        // SAFETY: it is the server's, which lives on.
        let writer = unsafe { rustix::fd::BorrowedFd::borrow_raw(writer) };
        sockpipe::TokenWriter::from(writer.as_fd().try_clone_to_owned().unwrap())
    };
    let (got, gets) = TokenPipe::pair().unwrap();
    let (stop, total) = (ThreadInterrupt::new().unwrap(), AtomicI64::new(0));
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let flags = server.makeflags().to_string();
                let client = JobClient::open(MakeFlags::new(flags.as_bytes()).auth().unwrap()).unwrap();
                let before = sleeps();
                while wait(&client, &stop) {
                    gets.try_token_write(0).unwrap();
                }
                total.fetch_add(sleeps() - before, SeqCst);
            });
        }
        thread::sleep(Duration::from_millis(100));
        for _ in 0..TOKENS {
            put.try_token_write(b'+').unwrap();
            got.token_read(SOON, &Never).unwrap();
            thread::sleep(between);
        }
        stop.interrupt().unwrap();
        // For those who sleep where no interrupt reaches.
        for _ in 0..CLIENTS {
            put.try_token_write(b'.').unwrap();
        }
    });
    (total.load(SeqCst) - CLIENTS as i64) as f64 / TOKENS as f64
}

#[test]
fn a_herd() {
    if cfg!(sockpipe_force_unix) {
        println!("skipped: elsewhere than on Linux the server's pipe is non-blocking, and all poll it");
        return;
    }
    let blocking = |client: &JobClient, _: &ThreadInterrupt| {
        let token = client.acquire_blocking().unwrap();
        let goes_on = token.byte() == Some(b'+');
        mem::forget(token);
        goes_on
    };
    let polling = |client: &JobClient, stop: &ThreadInterrupt| match client.acquire(Deadline::Never, stop) {
        Ok(token) => {
            let goes_on = token.byte() == Some(b'+');
            mem::forget(token);
            goes_on
        }
        Err(JobError::Interrupted) => false,
        Err(error) => panic!("{error}"),
    };
    for millis in [2, 10] {
        let between = Duration::from_millis(millis);
        let [blocking, polling] = [woken(between, blocking), woken(between, polling)];
        println!(
            "{CLIENTS} clients, a token every {millis} ms: {blocking:.1} wake for each, and {polling:.1} of those who poll"
        );
        assert!(blocking < 3.0 && polling > 3.0, "{blocking} {polling}");
    }
}
