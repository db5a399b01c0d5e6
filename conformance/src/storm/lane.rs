//! Tokens that go there and back: between threads or processes, one after the other or as many as the pipes hold.
//!
//! # Safety
//! This file forks.
#![allow(unsafe_code)]

use core::time::Duration;
use std::{
    format,
    string::{String, ToString},
    thread,
};

use rustix::{pipe::fcntl_setpipe_size, process};
use sockpipe::{
    Deadline, Never, Sink, Sock, Source, TokenError, TokenPipe, TokenReader, TokenWriter, make_socket_pair,
};

use super::{
    signals::Target,
    worker::{Counts, Shared, Worker},
};

/// How the tokens of a lane go.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// For who reads it.
    pub name: &'static str,
    /// Of ten round trips so many are of this kind.
    pub share: u64,
    /// Who sends them back is another process, and not another thread.
    forked: bool,
    /// As many as there is room for, which is little, so that writers wait, too.
    many: bool,
    /// The handler writes a token; or else it sets a `ThreadInterrupt`.
    ticks: bool,
}

/// All.
pub const KINDS: [Kind; 4] = [
    Kind { name: "threads, one after the other", share: 1, forked: false, many: false, ticks: true },
    Kind { name: "threads, many at once", share: 4, forked: false, many: true, ticks: false },
    Kind { name: "processes, one after the other", share: 1, forked: true, many: false, ticks: false },
    Kind { name: "processes, many at once", share: 4, forked: true, many: true, ticks: true },
];

/// Two pipes, and who sends the tokens back, if that is another process.
pub struct Lane {
    kind: Kind,
    trips: u64,
    pause: Duration,
    there: (TokenReader, TokenWriter),
    back: (TokenReader, TokenWriter),
    child: Option<(process::Pid, Sock)>,
}

impl Lane {
    /// Forks, if it is of that kind, so this is to be done before there are other threads.
    pub fn new(kind: Kind, trips: u64, pause: Duration) -> Result<Self, String> {
        let mut lane = Self { kind, trips, pause, there: pipe(kind)?, back: pipe(kind)?, child: None };
        if kind.forked {
            lane.fork()?;
        }
        Ok(lane)
    }

    fn fork(&mut self) -> Result<(), String> {
        let (here, there) = make_socket_pair().map_err(|errno| errno.to_string())?;
        // SAFETY: the child does nothing but system calls; text it makes only if it fails.
        match unsafe { libc::fork() } {
            0 => {
                let counts = self.target().and_then(|target| self.echo(&target, &Shared::default()));
                let status = match counts {
                    Ok(counts) => i32::from(tell(&there, counts).is_err()),
                    Err(why) => {
                        std::eprintln!("in the other process: {why}");
                        1
                    }
                };
                // SAFETY: it runs nothing of this process any more.
                unsafe { libc::_exit(status) }
            }
            pid => {
                let pid = process::Pid::from_raw(pid.max(0)).ok_or("this kernel gives no other process")?;
                self.child = Some((pid, here));
                Ok(())
            }
        }
    }

    fn target(&self) -> Result<Target, String> {
        if self.kind.ticks { Target::ticked() } else { Target::interrupted() }.map_err(|errno| errno.to_string())
    }

    /// Moves all its tokens, and looks that there is none too many.
    pub fn run(mut self, shared: &Shared) -> Result<Counts, String> {
        let child = self.child.take();
        let lane = &self;
        let ours = thread::scope(|scope| {
            let other = child.is_none().then(|| scope.spawn(|| lane.echo(&lane.target()?, shared)));
            let writer = lane.kind.many.then(|| {
                scope.spawn(|| lane.work(&lane.target()?, shared, |worker| worker.write_all(&lane.there.1, lane.trips)))
            });
            let counts = lane.work(&lane.target()?, shared, |worker| match lane.kind.many {
                true => worker.read_all(&lane.back.0, lane.trips),
                false => worker.round_trips(&lane.there.1, &lane.back.0, lane.trips),
            });
            let mut sum = counts?;
            for thread in [other, writer].into_iter().flatten() {
                add(&mut sum, thread.join().map_err(|_| "a thread panicked")??);
            }
            Ok::<_, String>(sum)
        });
        let mut sum = match ours {
            Ok(sum) => sum,
            Err(why) => {
                if let Some((pid, _)) = &child {
                    let _ = process::kill_process(*pid, process::Signal::KILL);
                }
                reap(child);
                return Err(why);
            }
        };
        if let Some((_, report)) = &child {
            add(&mut sum, hear(report).ok_or("the other process ended without a word")?);
        }
        reap(child);
        for reader in [&self.there.0, &self.back.0] {
            if reader.try_token_read() != Err(TokenError::WouldBlock) {
                return Err("a token came twice, at the end".into());
            }
        }
        Ok(sum)
    }

    fn echo(&self, target: &Target, shared: &Shared) -> Result<Counts, String> {
        self.work(target, shared, |worker| worker.echo(&self.there.0, &self.back.1, self.trips))
    }

    /// As a worker in a storm.
    fn work<'a>(
        &self,
        target: &'a Target,
        shared: &'a Shared,
        what: impl FnOnce(&Worker<'a>) -> Result<(), String>,
    ) -> Result<Counts, String> {
        let worker = Worker::new(target, shared, self.pause)?;
        worker.run(what).map_err(|why| format!("{}: {why}", self.kind.name))
    }
}

/// A pipe, which holds few tokens if there are many.
fn pipe(kind: Kind) -> Result<(TokenReader, TokenWriter), String> {
    let (reader, writer) = TokenPipe::pair().map_err(|errno| errno.to_string())?;
    if kind.many {
        // A page, or what the kernel makes of it.
        let _ = fcntl_setpipe_size(&writer, 4096);
    }
    Ok((reader, writer))
}

fn add(sum: &mut Counts, more: Counts) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

fn tell(to: &Sock, counts: Counts) -> Result<(), sockpipe::SendError> {
    counts.iter().try_for_each(|count| to.send_complete(&count.to_ne_bytes(), Deadline::Never, &Never))
}

fn hear(from: &Sock) -> Option<Counts> {
    let mut counts = Counts::default();
    for count in &mut counts {
        let mut bytes = [0; 8];
        from.recv_exact(&mut bytes, Deadline::Within(Duration::from_secs(60)), &Never).ok()?;
        *count = u64::from_ne_bytes(bytes);
    }
    Some(counts)
}

fn reap(child: Option<(process::Pid, Sock)>) {
    if let Some((pid, report)) = child {
        drop(report);
        let _ = process::waitpid(Some(pid), process::WaitOptions::empty());
    }
}
