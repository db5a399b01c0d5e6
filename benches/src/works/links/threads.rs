//! Threads that send on one link, or one socket, at the same time.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use rustix::thread::{CpuSet, sched_setaffinity};
use sockpipe::Sock;

use super::{bare, ours};
use crate::{
    Case,
    connections::{FAMILIES, blocking},
};

/// So many times more often threads do it, as it takes them long to begin.
const MORE: u64 = 64;

/// Threads on all CPUs that send on one stream at the same time. Another one takes what they send away.
pub fn cases(senders: usize) -> Vec<Case<'static>> {
    let case = |name, make: fn(Sock) -> &'static (dyn Fn() + Sync)| {
        let (a, b) = FAMILIES[0].1().unwrap();
        thread::spawn(move || {
            blocking(&b);
            let mut memory = vec![0; 1 << 18];
            while rustix::net::recv(&b, &mut memory[..], rustix::net::RecvFlags::empty()).is_ok_and(|(n, _)| n > 0) {}
        });
        let send = make(a);
        Case::timed(name, move |times| {
            let begin = Barrier::new(senders);
            let each = || {
                let mut all = CpuSet::new();
                (0..CpuSet::MAX_CPU).for_each(|cpu| all.set(cpu));
                // Where that is not allowed they share the CPU.
                let _ = sched_setaffinity(None, &all);
                begin.wait();
                let from = Instant::now();
                (0..(times * MORE).div_ceil(senders as u64)).for_each(|_| send());
                (from, Instant::now())
            };
            let spans: Vec<_> = thread::scope(|scope| {
                let threads: Vec<_> = (0..senders).map(|_| scope.spawn(each)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            // From the first to begin to the last to end.
            let (from, to) = (spans.iter().map(|span| span.0).min(), spans.iter().map(|span| span.1).max());
            to.zip(from).map_or(Duration::ZERO, |(to, from)| to - from) / MORE as u32
        })
    };
    vec![case("bare send", bare::send_shared), case("ours: send", ours::send_shared)]
}
