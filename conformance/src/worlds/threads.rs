//! A hosted system: what happens at the same time, a thread does.
//!
//! # Safety
//! This file sets the action of a signal.
#![allow(unsafe_code)]

use core::{cell::RefCell, time::Duration};
use std::{
    sync::Once,
    thread::{self, JoinHandle},
    vec::Vec,
};

use sockpipe::Sock;

use super::kernel::{Concurrently, Job, Kernel};
use crate::Skip;

/// This kernel with Unix sockets, on a hosted system.
pub type Unix = Kernel<super::kernel::Unix, Threads>;
/// This kernel with TCP, on a hosted system.
pub type Tcp = Kernel<super::kernel::Tcp, Threads>;

/// Threads, which are joined when the world ends. The peers stay open until then.
#[derive(Debug)]
pub struct Threads(RefCell<Vec<JoinHandle<Option<Sock>>>>);

impl Default for Threads {
    fn default() -> Self {
        die_of_sigpipe();
        Self(RefCell::default())
    }
}

impl Concurrently for Threads {
    fn run(&self, after: Duration, job: Job) -> Result<(), Skip> {
        let work = move || {
            thread::sleep(after);
            job.run()
        };
        self.0.borrow_mut().push(thread::spawn(work));
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        for thread in self.0.take() {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

/// Undoes what Rust's runtime does at start: SIGPIPE kills again, so that a case that raises it does not pass by accident.
pub fn die_of_sigpipe() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: no handler is installed, only the default action.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    });
}
