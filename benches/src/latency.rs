//! How long it takes from an interrupt in one thread until another one has returned from its waiting.

use std::{
    fmt, fs,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use crate::compare::{Case, is_bench, quartiles, table};

const ROUNDS: usize = 41;
const PER_ROUND: usize = 9;
/// For one that takes half a second.
const SLOW_ROUNDS: usize = 5;

/// A way to wait in a thread of its own, and to interrupt that.
pub struct Latency {
    name: &'static str,
    is_slow: bool,
    interrupt: Box<dyn FnMut()>,
    /// When dropped, the thread ends.
    begin: SyncSender<()>,
    thread: rustix::thread::Pid,
    returned: Receiver<Instant>,
}

impl Latency {
    /// `wait` returns when `interrupt` is called, and `reset` is for what comes next.
    ///
    /// # Panics
    /// When there can be no thread.
    pub fn new(
        name: &'static str,
        mut wait: impl FnMut() + Send + 'static,
        interrupt: impl FnMut() + 'static,
        mut reset: impl FnMut() + Send + 'static,
    ) -> Self {
        let (begin, begins) = sync_channel(0);
        let (has_returned, returned) = sync_channel(1);
        let (is, id) = sync_channel(1);
        thread::spawn(move || {
            is.send(rustix::thread::gettid()).unwrap();
            while begins.recv().is_ok() {
                wait();
                let time = Instant::now();
                reset();
                has_returned.send(time).unwrap();
            }
        });
        Self { name, is_slow: false, interrupt: Box::new(interrupt), begin, thread: id.recv().unwrap(), returned }
    }

    /// The same, and it takes long: few samples will do.
    #[must_use]
    pub fn slow(self) -> Self {
        Self { is_slow: true, ..self }
    }

    /// As a case of other works: each time of the operation is one of these latencies.
    pub fn into_case(mut self) -> Case<'static> {
        let mut round = 0;
        Case::timed(self.name, move |times| {
            round += 1;
            let nanos: f64 = (0..times).map(|_| self.nanos(round)).sum();
            Duration::from_nanos(nanos as u64)
        })
    }

    fn nanos(&mut self, round: usize) -> f64 {
        self.begin.send(()).unwrap();
        if self.is_slow {
            // At all times of the second after which it looks up.
            thread::sleep(Duration::from_secs(1) * (2 * round as u32 + 1) / (2 * SLOW_ROUNDS as u32));
        }
        // Longer than it takes to begin. Then it is asleep, wherever it is.
        thread::sleep(Duration::from_micros(200));
        while !is_asleep(self.thread) {
            thread::sleep(Duration::from_micros(50));
        }
        let begin = Instant::now();
        (self.interrupt)();
        self.returned.recv().unwrap().saturating_duration_since(begin).as_nanos() as f64
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Whether this thread of ours sleeps, in whatever call.
///
/// # Panics
/// When there is no such thread, or no /proc.
pub fn is_asleep(thread: rustix::thread::Pid) -> bool {
    // See proc_pid_stat(5): the state comes after the name, which is in parentheses.
    let stat = fs::read_to_string(format!("/proc/self/task/{thread}/stat")).unwrap();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('S'))
}

/// Measures the ways in turns, and prints how they stand to the first. As a test, each is run once.
pub fn compare_latencies(title: &str, ways: &mut [Latency]) {
    if !is_bench() {
        for way in ways {
            way.nanos(SLOW_ROUNDS - 1);
        }
        return;
    }
    let mut nanos = vec![Vec::new(); ways.len()];
    for round in 0..ROUNDS {
        for turn in 0..ways.len() {
            let which = (turn + round) % ways.len();
            let way = &mut ways[which];
            match way.is_slow {
                true if round >= SLOW_ROUNDS => {}
                true => nanos[which].push(way.nanos(round)),
                false => {
                    let mut samples: Vec<_> = (0..PER_ROUND).map(|_| way.nanos(round)).collect();
                    nanos[which].push(quartiles(&mut samples).1);
                }
            }
        }
    }
    let names: Vec<_> = ways.iter().map(|way| way.name).collect();
    table(&format!("{title}: medians of {PER_ROUND}, {ROUNDS} rounds, in turns"), &names, &nanos);
}
