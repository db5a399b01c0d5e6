//! What happens at the same time, another process does.

use core::{cell::RefCell, time::Duration};

use conformance::{
    Skip, Verdict,
    worlds::{
        apart,
        kernel::{Concurrently, Job},
    },
};
use heapless::Vec;
use rustix::process::{Pid, WaitOptions, waitpid};
use sockpipe::{
    Deadline, Never, Sock, TokenPipe, WaitSet,
    fd::{AsFd, AsRawFd},
};

/// The processes of one case, and the peers that stay open until it ends.
#[derive(Default)]
pub struct Children(RefCell<Vec<(Pid, Option<Sock>), 8>>);

impl Concurrently for Children {
    fn run(&self, after: Duration, job: Job) -> Result<(), Skip> {
        let mut children = self.0.borrow_mut();
        if children.is_full() {
            return Err(Skip("this world keeps no more processes"));
        }
        let (closed, open) = TokenPipe::pair().map_err(|_| Skip("no descriptors for another process"))?;
        match rt::fork() {
            ..0 => Err(Skip("this kernel gives no other process")),
            0 => be_the_peer(after, job),
            pid => {
                // It has a copy of every descriptor, and what the case closes is only closed once that copy is, too.
                drop(open);
                let _ = closed.token_read(Deadline::Never, &Never);
                let child = Pid::from_raw(pid as i32).map(|pid| (pid, job.leave()));
                children.extend(child);
                Ok(())
            }
        }
    }

    fn run_apart(&self, body: fn() -> Verdict) -> Verdict {
        apart::run(body, || rt::fork() as i32, || rt::exit(0))
    }
}

/// The other process: has nothing but the peer, waits, does the job, and ends.
fn be_the_peer(after: Duration, job: Job) -> ! {
    let peer = job.peer().as_fd().as_raw_fd() as usize;
    // SAFETY: nothing but the peer is used any more, and `exit` drops nothing.
    let below = peer == 3 || unsafe { rt::close_range(3, peer - 1) } == 0;
    // SAFETY: as above.
    let above = unsafe { rt::close_range(peer + 1, i32::MAX as usize) } == 0;
    if !below || !above {
        rt::exit(1);
    }
    let _ = WaitSet::<1>::new().wait(Deadline::Within(after), &Never);
    let _peer = job.run();
    rt::exit(0)
}

impl Drop for Children {
    fn drop(&mut self) {
        for (pid, _) in self.0.get_mut().iter() {
            let status = waitpid(Some(*pid), WaitOptions::empty());
            if !matches!(status, Ok(Some((_, status))) if status.exit_status() == Some(0)) {
                panic!("the process that played the peer ended with {status:?}");
            }
        }
    }
}
