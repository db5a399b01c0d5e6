//! Waiting for many: none, too many, the same twice, and who wins.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use sockpipe::{Deadline, Events, Instant, Never, Sock, TokenPipe, WaitError, WaitSet, make_socket_pair};

use crate::{SHORT, SHORTLY, SOON, hang_up, interrupt_shortly, on_the_cpu};

#[test]
fn an_empty_set_sleeps() {
    let start = Instant::now();
    assert_eq!(WaitSet::<0>::new().wait(SHORTLY, &Never), Ok(0));
    assert_eq!(WaitSet::<4>::new().wait(SHORTLY, &Never), Ok(0));
    let flag = AtomicBool::new(false);
    assert_eq!(WaitSet::<4>::new().wait(SHORTLY, &flag), Ok(0));
    assert!(Instant::now().saturating_duration_since(start) >= 3 * SHORT);

    let (bell, ringer) = interrupt_shortly();
    assert_eq!(WaitSet::<0>::new().wait(Deadline::Never, &bell), Err(WaitError::Interrupted));
    assert_eq!(WaitSet::<4>::new().wait(Deadline::Never, &bell), Err(WaitError::Interrupted));
    ringer.join().unwrap();
}

#[test]
fn a_full_set_refuses_and_still_works() {
    let (a, b) = make_socket_pair().unwrap();
    let mut set = WaitSet::<1>::new();
    assert_eq!(set.add(&a, Events::RECV), Some(0));
    assert_eq!(set.add(&b, Events::RECV), None);
    assert_eq!(WaitSet::<0>::new().add(&b, Events::RECV), None);
    b.send(b"x").unwrap();
    assert_eq!(set.wait(SOON, &Never), Ok(1));
    assert_eq!(
        (set.occurred(0), set.occurred(1), set.occurred(usize::MAX)),
        (Events::RECV, Events::NONE, Events::NONE)
    );
    set.set_events(usize::MAX, Events::SEND);
}

#[test]
fn the_same_descriptor_twice() {
    let (a, b) = make_socket_pair().unwrap();
    b.send(b"x").unwrap();
    let mut set = WaitSet::<3>::new();
    let numbers = [Events::RECV, Events::SEND, Events::HANGUP].map(|events| set.add(&a, events).unwrap());
    assert_eq!(set.wait(SOON, &Never), Ok(2));
    assert_eq!(numbers.map(|number| set.occurred(number)), [Events::RECV, Events::SEND, Events::NONE]);
    hang_up(b, &a);
    assert_eq!(set.wait(SOON, &Never), Ok(3));
    // Being gone in both directions comes unasked.
    assert!(numbers.into_iter().all(|number| set.occurred(number).contains(Events::ERROR | Events::HANGUP)));
}

#[test]
fn one_place_and_an_interrupt_with_a_descriptor() {
    let (a, b) = make_socket_pair().unwrap();
    let (bell, ringer) = interrupt_shortly();
    let mut set = WaitSet::<1>::new();
    set.add(&a, Events::RECV).unwrap();
    let (end, cpu) = on_the_cpu(|| set.wait(Deadline::Never, &bell));
    assert_eq!((end, set.occurred(0)), (Err(WaitError::Interrupted), Events::NONE));
    assert!(cpu < SHORT, "it took {cpu:?} of CPU time");
    ringer.join().unwrap();
    // What is there beats the interrupt, and a passed deadline.
    b.send(b"x").unwrap();
    assert_eq!(set.wait(Deadline::At(Instant::from_nanos(0)), &bell), Ok(1));
    // A passed deadline beats the interrupt, and what was found is forgotten.
    a.recv(&mut [0]).unwrap();
    assert_eq!((set.wait(Deadline::NOW, &bell), set.occurred(0)), (Ok(0), Events::NONE));
}

#[test]
fn the_interrupt_itself_in_the_set() {
    let (bell, rope) = TokenPipe::pair().unwrap();
    rope.try_token_write(0).unwrap();
    let mut set = WaitSet::<2>::new();
    set.add(&bell, Events::RECV).unwrap();
    assert_eq!(set.wait(Deadline::Never, &bell), Ok(1));
}

#[test]
fn a_plain_flag_is_noticed() {
    let (a, _b) = make_socket_pair().unwrap();
    let flag = AtomicBool::new(false);
    let mut set = WaitSet::<1>::new();
    set.add(&a, Events::RECV).unwrap();
    let end = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SHORT);
            flag.store(true, Ordering::Release);
        });
        set.wait(Deadline::Never, &flag)
    });
    assert_eq!(end, Err(WaitError::Interrupted));
}

#[test]
fn one_of_many_wakes() {
    let pairs: Vec<(Sock, Sock)> = (0..100).map(|_| make_socket_pair().unwrap()).collect();
    let mut set = WaitSet::<100>::new();
    for (a, _) in &pairs {
        set.add(a, Events::RECV).unwrap();
    }
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SHORT);
            pairs[73].1.send(b"x").unwrap();
        });
        assert_eq!(set.wait(SOON, &Never), Ok(1));
    });
    assert_eq!((0..100).filter(|n| !set.occurred(*n).is_empty()).collect::<Vec<_>>(), [73]);
}
