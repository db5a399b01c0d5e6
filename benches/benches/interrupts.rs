//! From an interrupt in one thread to the return of another one, which waits for a line that does not come.
//!
//! On two CPUs, as threads are, and on one, where the time is not that of waking up a CPU.
#![allow(missing_docs)]

use benches::{compare_latencies, pinned, works};
use rustix::io::Errno;

fn on_two_cpus() -> Result<(), Errno> {
    let mut ways = pinned(1, || {
        let mut ways = works::interrupts();
        ways.push(works::interrupt_as_core_does());
        ways
    })?;
    pinned(0, || compare_latencies("interrupt to return, from one CPU to another", &mut ways))
}

fn on_one_cpu() -> Result<(), Errno> {
    pinned(0, || compare_latencies("interrupt to return, on one CPU", &mut works::interrupts()))
}

fn main() {
    for measured in [on_two_cpus(), on_one_cpu()] {
        if let Err(errno) = measured {
            println!("skipped, as threads cannot be kept on these CPUs: {errno}");
        }
    }
}
