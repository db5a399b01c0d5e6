//! Threads on CPUs that are chosen. On one CPU a wake is a switch from one thread to the other; on two it is a message to another CPU.

use rustix::{
    io::Result,
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};

/// Does this while this thread, and all that it starts meanwhile, are on one CPU: of those that it may be on, the one of this number.
///
/// # Errors
/// EINVAL when there are not so many, or another one of sched_setaffinity(2). It was not done then.
pub fn pinned<T>(number: usize, work: impl FnOnce() -> T) -> Result<T> {
    let before = sched_getaffinity(None)?;
    let mut one = CpuSet::new();
    if let Some(cpu) = (0..CpuSet::MAX_CPU).filter(|cpu| before.is_set(*cpu)).nth(number) {
        one.set(cpu);
    }
    sched_setaffinity(None, &one)?;
    let done = work();
    sched_setaffinity(None, &before)?;
    Ok(done)
}
