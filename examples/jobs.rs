//! Runs a command many times, as many at a time as the make, ninja or cargo above it has tokens for. It stops on SIGTERM and
//! SIGINT: what runs is waited for, nothing more is started, and every token goes back.
//!
//! ```text
//! pictures:; +jobs 100 convert {}.png {}.jpg                              # in a makefile, for make -j8. {} is 1, 2, ... 100
//! cargo run --release --example jobs -- 20 sh -c 'echo {}; sleep 1'       # by hand: it is its own job server
//! ```

use std::{
    env,
    error::Error,
    os::unix::ffi::OsStrExt,
    process::{Command, ExitCode},
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering::Relaxed},
    },
    thread,
};

use sockpipe::{
    Deadline, Interrupt, ThreadInterrupt,
    jobs::{JobClient, JobError, JobServer, MakeFlags},
};

/// The signal that has come, 0 for none.
static SIGNAL: AtomicI32 = AtomicI32::new(0);
/// Set when no more tokens are wanted: a signal has come, or the last job has begun.
static ENOUGH: OnceLock<ThreadInterrupt> = OnceLock::new();

extern "C" fn on_signal(signal: i32) {
    SIGNAL.store(signal, Relaxed);
    if let Some(enough) = ENOUGH.get() {
        let _ = enough.interrupt();
    }
}

/// The jobs that nobody has begun.
struct Queue<'a> {
    next: AtomicU32,
    count: u32,
    command: &'a [String],
    has_failed: AtomicBool,
}

impl Queue<'_> {
    /// Does the next job. False: there is none, or it is time to stop.
    fn work(&self, enough: &ThreadInterrupt) -> bool {
        let number = self.next.fetch_add(1, Relaxed);
        if number >= self.count {
            // Whoever sleeps until there is a token need not.
            let _ = enough.interrupt();
        }
        if number > self.count || SIGNAL.load(Relaxed) != 0 {
            return false;
        }
        let mut words = self.command.iter().map(|word| word.replace("{}", &number.to_string()));
        let program = words.next().unwrap_or_default();
        let succeeds = match Command::new(&program).args(words).status() {
            Ok(status) => status.success(),
            Err(error) => {
                eprintln!("jobs: {program}: {error}");
                false
            }
        };
        if !succeeds {
            self.has_failed.store(true, Relaxed);
        }
        true
    }
}

fn run(count: u32, command: &[String]) -> Result<bool, Box<dyn Error>> {
    let flags = env::var_os("MAKEFLAGS").unwrap_or_default();
    let flags = MakeFlags::new(flags.as_bytes());
    if flags.dry_run() {
        println!("{count} times: {}", command.join(" "));
        return Ok(true);
    }
    // Before anything else opens descriptors: make may have closed the pipe, and then its numbers are free.
    let own;
    let opened;
    let client = match flags.auth() {
        Some(auth) => {
            opened = JobClient::open(auth).unwrap_or_else(|error| {
                eprintln!("jobs: {error}; one job at a time");
                JobClient::default()
            });
            &opened
        }
        None => {
            own = JobServer::new(thread::available_parallelism().map_or(1, |n| n.get() as u32))?;
            own.client()
        }
    };

    let interrupt = ThreadInterrupt::new()?;
    let enough = ENOUGH.get_or_init(|| interrupt);
    for signal in [libc::SIGTERM, libc::SIGINT] {
        let handler: extern "C" fn(i32) = on_signal;
        // SAFETY: the handler stores to an atomic and sets an interrupt, which may both be done in a handler.
        unsafe { libc::signal(signal, handler as libc::sighandler_t) };
    }

    let queue = Queue { next: AtomicU32::new(1), count, command, has_failed: AtomicBool::new(false) };
    thread::scope(|scope| {
        // One thread has the implicit token, and goes on until there is nothing left.
        scope.spawn(|| {
            let _token = client.implicit();
            while queue.work(enough) {}
        });
        // For each token that can be had, one thread does one job.
        loop {
            match client.acquire(Deadline::Never, enough) {
                Ok(token) => {
                    let queue = &queue;
                    scope.spawn(move || {
                        let _token = token; // goes back when the thread ends, also if it panics
                        queue.work(enough);
                    });
                }
                Err(JobError::Interrupted | JobError::NoServer) => return Ok(()),
                Err(error) => return Err(error),
            }
            // An interrupt ends waiting only: as long as there are tokens, nobody waits.
            if enough.is_set() {
                return Ok(());
            }
        }
    })?;
    Ok(!queue.has_failed.load(Relaxed))
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let [count, command @ ..] = args.as_slice() else { return usage() };
    let Ok(count) = count.parse() else { return usage() };
    if command.is_empty() {
        return usage();
    }
    let result = run(count, command);
    match (SIGNAL.load(Relaxed), result) {
        (0, Ok(true)) => ExitCode::SUCCESS,
        (0, Ok(false)) => ExitCode::FAILURE,
        (0, Err(error)) => {
            eprintln!("jobs: {error}");
            ExitCode::FAILURE
        }
        // As a shell says it.
        (signal, _) => ExitCode::from(128_u8.saturating_add(signal as u8)),
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: jobs COUNT COMMAND [ARGUMENT...]");
    ExitCode::from(2)
}
