//! The kernel that this program runs on: real sockets, real pipes, a real clock.

use core::{cell::RefCell, marker::PhantomData, time::Duration};

use heapless::Vec;
use rustix::{
    fd::{AsFd, OwnedFd},
    io::fcntl_dupfd_cloexec,
    net::{AddressFamily, Shutdown, SocketFlags, SocketType, shutdown, socketpair},
    time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime},
};
use sockpipe::{Deadline, Events, Family, Interrupt, Lend, Never, Sink, Sock, Source, Wait, options::Linger};

use super::states;
use crate::{Act, Skip, State, Verdict, World};

/// What kind of connection a case gets.
pub trait Kind {
    /// Its name in the results.
    const NAME: &'static str;
    /// Its family.
    const FAMILY: Family;
    /// See [`World::SETTLES`].
    const SETTLES: Duration;
    /// Whether cases about descriptors are run with it.
    const SYSTEM: Result<(), Skip>;
    /// A connection. Both ends in blocking mode: that deadlines hold all the same is the point.
    fn pair() -> Option<(Sock, Sock)>;
    /// See [`World::cut`].
    fn cut(stream: &Sock, peer: Sock) -> Result<(), Skip>;
}

/// Unix sockets.
#[derive(Debug)]
pub struct Unix;

impl Kind for Unix {
    const NAME: &'static str = "unix";
    const FAMILY: Family = Family::Unix;
    const SETTLES: Duration = Duration::ZERO;
    const SYSTEM: Result<(), Skip> = Ok(());

    fn pair() -> Option<(Sock, Sock)> {
        let (a, b) = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).ok()?;
        Some((a.into(), b.into()))
    }

    fn cut(_: &Sock, _: Sock) -> Result<(), Skip> {
        Err(Skip("the kernel holds both ends of a Unix socket"))
    }
}

/// TCP over the loopback interface.
#[derive(Debug)]
pub struct Tcp;

impl Kind for Tcp {
    const NAME: &'static str = "tcp";
    const FAMILY: Family = Family::Inet;
    // An acknowledgement is delayed by up to 200 ms, and then the bytes leave the sender's buffer.
    const SETTLES: Duration = Duration::from_millis(250);
    const SYSTEM: Result<(), Skip> = Err(Skip("about descriptors: it is run in the world of Unix sockets"));

    fn pair() -> Option<(Sock, Sock)> {
        let listener = states::listener(Family::Inet, 1)?;
        let client = Sock::stream(Family::Inet).ok()?;
        client.connect(&listener.get_sock_name().ok()?, Deadline::Never, &Never).ok()?;
        let (server, _) = listener.accept(Deadline::Never, &Never).ok()?;
        blocking(&client)?;
        blocking(&server)?;
        Some((client, server))
    }

    fn cut(stream: &Sock, peer: Sock) -> Result<(), Skip> {
        #[cfg(feature = "std")]
        return super::cable::cut(stream, peer);
        #[cfg(not(feature = "std"))]
        {
            let _ = (stream, peer);
            Err(Skip("takes an option that can be set through a C library only"))
        }
    }
}

/// Puts a descriptor into blocking mode.
fn blocking(fd: impl AsFd) -> Option<()> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let flags = fcntl_getfl(&fd).ok()?;
    fcntl_setfl(&fd, flags - OFlags::NONBLOCK).ok()
}

/// How something can be done at the same time: a thread, or another process.
pub trait Concurrently: Default {
    /// Does the job after that time, while the caller goes on.
    fn run(&self, after: Duration, job: Job) -> Result<(), Skip>;

    /// Runs this in a process of its own, and gives what came of it. See [`apart`](super::apart).
    fn run_apart(&self, body: fn() -> Verdict) -> Verdict;
}

/// What a peer is to do.
#[derive(Debug)]
pub struct Job {
    peer: Sock,
    act: Act,
}

impl Job {
    /// Does it. Gives the peer back unless it is closed; it must then be kept open until the case ends.
    pub fn run(self) -> Option<Sock> {
        match self.act {
            Act::Sends(bytes) => drop(self.peer.send_complete(bytes, Deadline::Never, &Never)),
            Act::Drains(n) => drain(&self.peer, n),
            Act::HalfCloses => drop(self.peer.shutdown_send()),
            Act::Closes => return None,
            Act::Resets => {
                reset(self.peer);
                return None;
            }
            Act::ShutsDown => drop(shutdown(&self.peer, Shutdown::Both)),
        }
        Some(self.peer)
    }

    /// The peer, which is all that another process needs to do the job.
    pub fn peer(&self) -> &Sock {
        &self.peer
    }

    /// Leaves it to another process. Gives the peer back where that must be kept open here as well, until the case ends.
    pub fn leave(self) -> Option<Sock> {
        match self.act {
            Act::Closes | Act::Resets => None,
            _ => Some(self.peer),
        }
    }
}

fn drain(peer: &Sock, mut n: usize) {
    let mut bytes = [0; 1024];
    while n > 0 {
        let some = n.min(bytes.len());
        if peer.recv_exact(&mut bytes[..some], Deadline::Never, &Never).is_err() {
            return;
        }
        n -= some;
    }
}

/// TCP resets when it is closed without lingering. A Unix socket does when it is closed with something unread: the case has to
/// have sent it something.
fn reset(peer: Sock) {
    let _ = peer.set_sock_opt(Linger(Some(Duration::ZERO)));
}

/// The world of this kernel.
#[derive(Debug)]
pub struct Kernel<K, C> {
    concurrently: C,
    kept: RefCell<Vec<Sock, 8>>,
    kind: PhantomData<K>,
}

impl<K, C: Default> Default for Kernel<K, C> {
    fn default() -> Self {
        Self { concurrently: C::default(), kept: RefCell::default(), kind: PhantomData }
    }
}

impl<K: Kind, C: Concurrently> World for Kernel<K, C> {
    const NAME: &'static str = K::NAME;
    const SETTLES: Duration = K::SETTLES;
    type Stream<'w>
        = Sock
    where
        Self: 'w;
    type Interrupt<'w>
        = Timer
    where
        Self: 'w;

    fn pair(&self) -> Result<(Sock, Sock), Skip> {
        K::pair().ok_or(Skip("this kernel gives no connection of this kind"))
    }

    fn now(&self, peer: Sock, act: Act) -> Result<(), Skip> {
        match (Job { peer, act }).run() {
            Some(peer) => self.kept.borrow_mut().push(peer).map_err(|_| Skip("this world keeps no more peers")),
            None => Ok(()),
        }
    }

    fn later(&self, peer: Sock, after: Duration, act: Act) -> Result<(), Skip> {
        self.concurrently.run(after, Job { peer, act })
    }

    fn twin(&self, stream: &Sock) -> Result<Sock, Skip> {
        let twin = fcntl_dupfd_cloexec(stream, 0).map_err(|_| Skip("no more descriptors"))?;
        Ok(twin.into())
    }

    fn cut(&self, stream: &Sock, peer: Sock) -> Result<(), Skip> {
        K::cut(stream, peer)
    }

    fn in_state(&self, state: State) -> Result<Sock, Skip> {
        states::socket(K::FAMILY, state, |sock| {
            self.kept.borrow_mut().push(sock).map_err(|_| Skip("this world keeps no more peers"))
        })
    }

    fn interrupt_after(&self, after: Duration) -> Result<Timer, Skip> {
        Timer::new(after).ok_or(Skip("this kernel has no timerfd"))
    }

    fn system(&self) -> Result<(), Skip> {
        K::SYSTEM
    }

    fn in_a_process_of_its_own(&self, body: fn() -> Verdict) -> Verdict {
        K::SYSTEM?;
        self.concurrently.run_apart(body)
    }
}

/// A timerfd as interrupt: it is set once it has run down, and needs no thread for that.
#[derive(Debug)]
pub struct Timer(OwnedFd);

impl Timer {
    /// One that will be set after that time.
    pub fn new(after: Duration) -> Option<Self> {
        let fd = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK).ok()?;
        // A time of zero would disarm it.
        let after = after.max(Duration::from_nanos(1));
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let value = Timespec { tv_sec: after.as_secs() as _, tv_nsec: after.subsec_nanos() as _ };
        timerfd_settime(&fd, TimerfdTimerFlags::empty(), &Itimerspec { it_interval: zero, it_value: value }).ok()?;
        Some(Self(fd))
    }
}

impl Interrupt for Timer {
    fn is_set(&self) -> bool {
        let mut set = sockpipe::WaitSet::<1>::new();
        set.add(&self.0, Events::RECV);
        set.wait(Deadline::NOW, &Never) != Ok(0)
    }

    fn lend(&self) -> Lend<'_> {
        Lend::Handle(self.0.as_fd())
    }
}

/// Whether anything is there to be received, without waiting.
pub fn is_readable(sock: &Sock) -> bool {
    sock.wait(Events::RECV, Some(Duration::ZERO), &Never).is_ok_and(|events| events.contains(Events::RECV))
}
