//! A descriptor that is opened when it is first needed, as a pipe's second one: threads that race to open it all get the same one, it is
//! open, and no other is left behind.
//!
//! The descriptors are real ones; that a thread sees the open one is a matter of memory order, which a loom cell for each
//! stands for.
//!
//! Three threads, 3 preemptions: 5,030 executions, 0.6 s.

use std::{cell::RefCell, fs};

use loom::{cell::UnsafeCell, sync::Arc, thread};
use rustix::fd::{AsRawFd, OwnedFd, RawFd};
use sockpipe::{TokenPipe, models::OnceFd};

use crate::outcomes;

/// The process's table of descriptors, as far as they are of one pipe.
pub struct Table {
    pipe: OwnedFd,
    /// A number, and the cell that was written when it became open.
    opened: RefCell<Vec<(RawFd, Arc<UnsafeCell<()>>)>>,
}

impl Table {
    pub fn new() -> Self {
        Self { pipe: TokenPipe::pair().unwrap().0.into(), opened: RefCell::default() }
    }

    pub fn open(&self) -> OwnedFd {
        let fd = rustix::io::fcntl_dupfd_cloexec(&self.pipe, 0).unwrap();
        let cell = Arc::new(UnsafeCell::new(()));
        cell.with_mut(|_| ());
        self.opened.borrow_mut().push((fd.as_raw_fd(), cell));
        fd
    }

    /// Uses a descriptor: it must be open, and this thread must know that it is.
    pub fn use_it(&self, fd: RawFd) {
        let cell = self.opened.borrow().iter().rev().find(|(open, _)| *open == fd).map(|(_, cell)| cell.clone());
        cell.expect("it was never open").with(|_| ());
    }

    /// How many descriptors this process has for the pipe.
    fn count(&self) -> usize {
        let name = |fd: RawFd| fs::read_link(format!("/proc/self/fd/{fd}")).ok();
        let pipe = name(self.pipe.as_raw_fd());
        let numbers = fs::read_dir("/proc/self/fd").unwrap();
        numbers.filter(|number| fs::read_link(number.as_ref().unwrap().path()).ok() == pipe).count()
    }
}

#[test]
fn all_get_the_same_open_descriptor_and_none_leaks() {
    let opened = outcomes("once_fd: three threads", Some(3), || {
        let table = Arc::new(Table::new());
        let once = Arc::new(OnceFd::none());
        let get = {
            let (table, once) = (table.clone(), once.clone());
            move || {
                let fd = once.get_or_open(|| Ok(table.open())).unwrap().as_raw_fd();
                table.use_it(fd);
                fd
            }
        };
        let others = [thread::spawn(get.clone()), thread::spawn(get.clone())];
        let mine = get();
        for other in others {
            assert_eq!(other.join().unwrap(), mine, "two descriptors");
        }
        drop((get, once));
        assert_eq!(table.count(), 1, "a descriptor was left open");
        table.opened.borrow().len()
    });
    // So it has tried what comes between the look and the exchange.
    assert_eq!(Vec::from_iter(opened), [1, 2, 3], "how many were opened");
}
