//! Token pipes and sockets in the event loops of others, and a token as the interrupt of a wait in another thread.
#![cfg(target_os = "linux")]

use std::{os::fd::AsFd, thread, time::Duration};

use conformance::faulty::{Call, Faulty, Plan};
use rustix::{
    event::{PollFd, PollFlags, Timespec, epoll, poll},
    fd::OwnedFd,
};
use sockpipe::{
    Deadline, Events, Interrupt, Never, Peek, RecvError, RecvExactError, SendError, Sink, Source, TokenError,
    TokenPipe, TokenReader, Wait, WaitError, WaitSet, make_socket_pair,
};

const NO_TIME: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

/// What poll(2) says of it now.
fn polled(fd: &impl AsFd, wanted: PollFlags) -> PollFlags {
    let mut fds = [PollFd::new(fd, wanted)];
    poll(&mut fds, Some(&NO_TIME)).unwrap();
    fds[0].revents()
}

/// An epoll instance that watches these, each known by its place.
fn watch(fds: &[(&dyn AsFd, epoll::EventFlags)]) -> OwnedFd {
    let instance = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
    for (place, (fd, flags)) in fds.iter().enumerate() {
        epoll::add(&instance, fd, epoll::EventData::new_u64(place as u64), *flags).unwrap();
    }
    instance
}

/// What epoll_wait(2) says now: who, and what.
fn ready(instance: &OwnedFd) -> Vec<(u64, epoll::EventFlags)> {
    let mut events = Vec::with_capacity(8);
    epoll::wait(instance, rustix::buffer::spare_capacity(&mut events), Some(&NO_TIME)).unwrap();
    events.iter().map(|event| ({ event.data }.u64(), event.flags)).collect()
}

#[test]
fn a_token_pipe_in_poll() {
    let (reader, writer) = TokenPipe::pair().unwrap();
    assert_eq!(polled(&reader, PollFlags::IN), PollFlags::empty());
    assert_eq!(polled(&writer, PollFlags::OUT), PollFlags::OUT);
    writer.try_token_write(1).unwrap();
    assert_eq!(polled(&reader, PollFlags::IN), PollFlags::IN);
    while writer.try_token_write(1).is_ok() {}
    assert_eq!(polled(&writer, PollFlags::OUT), PollFlags::empty());
    reader.drain(&mut [0; 65536]).unwrap();
    assert_eq!(polled(&writer, PollFlags::OUT), PollFlags::OUT);
    drop(reader);
    assert!(polled(&writer, PollFlags::OUT).contains(PollFlags::ERR));

    let (reader, writer) = TokenPipe::pair().unwrap();
    drop(writer);
    assert!(polled(&reader, PollFlags::IN).contains(PollFlags::HUP));
}

#[test]
fn all_of_them_in_epoll() {
    use epoll::EventFlags as E;
    let (reader, writer) = TokenPipe::pair().unwrap();
    let (a, b) = make_socket_pair().unwrap();
    let instance = watch(&[(&reader, E::IN), (&a, E::IN)]);
    assert_eq!(ready(&instance), []);
    writer.try_token_write(1).unwrap();
    // Level-triggered: as long as the token lies there.
    assert_eq!(ready(&instance), [(0, E::IN)]);
    assert_eq!(ready(&instance), [(0, E::IN)]);
    assert_eq!(reader.try_token_read(), Ok(Some(1)));
    b.send(b"x").unwrap();
    assert_eq!(ready(&instance), [(1, E::IN)]);
    assert_eq!(a.recv(&mut [0; 9]), Ok(1));
    drop(writer);
    assert_eq!(ready(&instance), [(0, E::HUP)]);

    let (reader, writer) = TokenPipe::pair().unwrap();
    let edges = watch(&[(&reader, E::IN | E::ET)]);
    writer.try_token_write(1).unwrap();
    assert_eq!(ready(&edges), [(0, E::IN)]);
    assert_eq!(ready(&edges), []);
    // Each token is an edge, also before the last one was read.
    writer.try_token_write(2).unwrap();
    assert_eq!(ready(&edges), [(0, E::IN)]);
    assert_eq!(reader.drain(&mut [0; 9]), Ok(Some(2)));
}

#[test]
fn an_epoll_instance_can_be_waited_for() {
    let (reader, writer) = TokenPipe::pair().unwrap();
    let instance = watch(&[(&reader, epoll::EventFlags::IN)]);
    let mut set = WaitSet::<1>::new();
    set.add(&instance, Events::RECV);
    assert_eq!(set.wait(Deadline::NOW, &Never), Ok(0));
    writer.try_token_write(1).unwrap();
    assert_eq!(set.wait(Deadline::Never, &Never), Ok(1));
}

/// Lets `wait` begin in another thread, interrupts it from this one, and returns what it said.
///
/// Nothing can tell whether it sleeps already; if not, it finds the token before it does, and the answer is the same.
fn interrupted<T: Send>(wait: impl FnOnce(&TokenReader) -> T + Send) -> T {
    let (stop, stopper) = TokenPipe::pair().unwrap();
    let result = thread::scope(|scope| {
        let waiting = scope.spawn(|| wait(&stop));
        thread::sleep(Duration::from_millis(50));
        stopper.try_token_write(9).unwrap();
        waiting.join().unwrap()
    });
    // It was looked at, and not eaten.
    assert!(stop.is_set());
    assert_eq!(stop.try_token_read(), Ok(Some(9)));
    assert!(!stop.is_set());
    result
}

#[test]
fn a_token_ends_every_wait() {
    let (a, b) = make_socket_pair().unwrap();
    let end = Deadline::Never;
    assert_eq!(interrupted(|stop| a.wait_for(Events::RECV, end, stop)), Err(WaitError::Interrupted));

    b.send(b"abc").unwrap();
    let mut line = heapless::Vec::<u8, 16>::new();
    let recv = interrupted(|stop| a.recv_until_terminator(b'\n', &mut line, end, stop));
    assert_eq!((recv, line.as_slice()), (Err(RecvError::Interrupted { received: 3 }), &b"abc"[..]));

    let recv = interrupted(|stop| a.recv_exact(&mut [0; 4], end, stop));
    assert_eq!(recv, Err(RecvExactError::Interrupted { received: 0 }));

    while a.send(&[0; 4096]).is_ok() {}
    let send = interrupted(|stop| a.send_complete(&[0; 1 << 20], end, stop));
    assert_eq!(send, Err(SendError::Interrupted { sent: 0, total: 1 << 20 }));

    let mut set = WaitSet::<1>::new();
    set.add(&a, Events::RECV);
    assert_eq!(interrupted(|stop| set.wait(end, stop)), Err(WaitError::Interrupted));

    let (reader, writer) = TokenPipe::pair().unwrap();
    assert_eq!(interrupted(|stop| reader.token_read(end, stop)), Err(TokenError::Interrupted));
    while writer.try_token_write(1).is_ok() {}
    assert_eq!(interrupted(|stop| writer.token_write(1, end, stop)), Err(TokenError::Interrupted));
}

/// It wakes, and is not found at the next look: nobody looks, the wait has no end of its own.
#[test]
fn a_token_wakes_at_once() {
    let (a, _b) = make_socket_pair().unwrap();
    let a = Faulty::new(a, Plan::default());
    let calls = interrupted(move |stop| {
        assert_eq!(a.wait_for(Events::RECV, Deadline::Never, stop), Err(WaitError::Interrupted));
        a.calls()
    });
    let look = Call::Wait(Events::RECV, Some(Duration::ZERO));
    let sleep = Call::Wait(Events::RECV, None);
    assert!(calls == [look, sleep, look] || calls == [look], "{calls:?}");
}

#[test]
fn everybody_who_waits_is_woken() {
    let (stop, stopper) = TokenPipe::pair().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let (a, _b) = make_socket_pair().unwrap();
                assert_eq!(a.wait_for(Events::RECV, Deadline::Never, &stop), Err(WaitError::Interrupted));
            });
        }
        stopper.try_token_write(1).unwrap();
    });
    assert!(stop.is_set());
}

#[test]
fn an_interrupt_whose_writer_is_gone_is_set() {
    let (stop, stopper) = TokenPipe::pair().unwrap();
    assert!(!stop.is_set());
    let (a, _b) = make_socket_pair().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| a.wait_for(Events::RECV, Deadline::Never, &stop));
        thread::sleep(Duration::from_millis(20));
        drop(stopper);
        assert_eq!(waiting.join().unwrap(), Err(WaitError::Interrupted));
    });
    assert!(stop.is_set());
}
