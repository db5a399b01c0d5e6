//! A hosted system: what happens at the same time, a thread does.
//!
//! # Safety
//! This file sets the action of a signal, and forks.
#![allow(unsafe_code)]

use core::{cell::RefCell, time::Duration};
use std::{
    sync::{Once, PoisonError, RwLock, RwLockReadGuard},
    thread::{self, JoinHandle},
    vec::Vec,
};

use sockpipe::Sock;

use super::{
    apart,
    kernel::{Concurrently, Job, Kernel},
};
use crate::{Skip, Verdict};

/// This kernel with Unix sockets, on a hosted system.
pub type Unix = Kernel<super::kernel::Unix, Threads>;
/// This kernel with TCP, on a hosted system.
pub type Tcp = Kernel<super::kernel::Tcp, Threads>;

/// Held by each world, and taken alone by one that forks: the new process has a copy of every descriptor, and others would see an
/// end that is not closed.
static TURN: RwLock<()> = RwLock::new(());

fn turn() -> RwLockReadGuard<'static, ()> {
    TURN.read().unwrap_or_else(PoisonError::into_inner)
}

/// Threads, which are joined when the world ends. The peers stay open until then.
#[derive(Debug)]
pub struct Threads {
    threads: RefCell<Vec<JoinHandle<Option<Sock>>>>,
    turn: RefCell<Option<RwLockReadGuard<'static, ()>>>,
}

impl Default for Threads {
    fn default() -> Self {
        die_of_sigpipe();
        Self { threads: RefCell::default(), turn: RefCell::new(Some(turn())) }
    }
}

impl Concurrently for Threads {
    fn run(&self, after: Duration, job: Job) -> Result<(), Skip> {
        let work = move || {
            thread::sleep(after);
            job.run()
        };
        self.threads.borrow_mut().push(thread::spawn(work));
        Ok(())
    }

    fn run_apart(&self, body: fn() -> Verdict) -> Verdict {
        drop(self.turn.take());
        let alone = TURN.write().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: what other threads held stays as it was in the copy; cases neither allocate nor print, so they do not miss it.
        let fork = || unsafe { libc::fork() };
        // SAFETY: it runs nothing of this process any more.
        let verdict = apart::run(body, fork, || unsafe { libc::_exit(0) });
        drop(alone);
        *self.turn.borrow_mut() = Some(turn());
        verdict
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        for thread in self.threads.take() {
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
