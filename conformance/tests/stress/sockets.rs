//! An interrupt ends a wait on a socket long before its deadline, while signals disturb it and the peer trickles: `recv.rs` and
//! `send.rs` of the models.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
    time::{Duration, Instant},
};

use sockpipe::{Deadline, Never, RecvError, RecvExactError, SendError, ThreadInterrupt, make_socket_pair, prelude::*};

use super::{SOON, in_a_storm, rings, rounds};

#[test]
fn an_interrupt_ends_it_and_no_byte_is_lost() {
    for round in 0..rounds(60) {
        let interrupt = ThreadInterrupt::new().unwrap();
        let (ours, theirs) = make_socket_pair().unwrap();
        let over = AtomicBool::new(false);
        let begin = Instant::now();
        let (received, sent) = thread::scope(|scope| {
            let peer = scope.spawn(|| {
                let mut sent = 0;
                while !over.load(SeqCst) {
                    sent += theirs.send(b"a").unwrap_or(0);
                    thread::sleep(Duration::from_micros(50));
                }
                sent
            });
            scope.spawn(|| {
                thread::sleep(Duration::from_micros(37 * (round as u64 % 40)));
                interrupt.interrupt().unwrap();
            });
            let mut line = heapless::Vec::<u8, 65536>::new();
            let end = in_a_storm(|| ours.recv_until_terminator(b'\n', &mut line, SOON, &interrupt));
            over.store(true, SeqCst);
            assert_eq!(end, Err(RecvError::Interrupted { received: line.len() }));
            (line.len(), peer.join().unwrap())
        });
        assert!(begin.elapsed() < Duration::from_secs(50));
        let mut rest = vec![0; sent - received];
        ours.recv_exact(&mut rest, Deadline::NOW, &Never).unwrap();
        assert_eq!(ours.recv_exact(&mut [0], Deadline::NOW, &Never), Err(RecvExactError::TimedOut { received: 0 }));
    }
}

#[test]
fn one_interrupt_ends_senders_and_receivers() {
    for _ in 0..rounds(20) {
        let interrupt = ThreadInterrupt::new().unwrap();
        let begin = Instant::now();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let (ours, theirs) = make_socket_pair().unwrap();
                    let end = in_a_storm(|| ours.send_complete(&[b'x'; 1 << 20], SOON, &interrupt));
                    let Err(SendError::Interrupted { sent, .. }) = end else { panic!("{end:?}") };
                    // The peer has what was sent, and not a byte more.
                    drop(ours);
                    theirs.recv_exact(&mut vec![0; sent], Deadline::NOW, &Never).unwrap();
                    let rest = theirs.recv_exact(&mut [0], Deadline::NOW, &Never);
                    assert!(rest.is_err_and(|error| error != RecvExactError::TimedOut { received: 0 }), "{rest:?}");
                });
                scope.spawn(|| {
                    let (ours, _theirs) = make_socket_pair().unwrap();
                    let end = in_a_storm(|| ours.recv_exact(&mut [0], SOON, &interrupt));
                    assert_eq!(end, Err(RecvExactError::Interrupted { received: 0 }));
                });
            }
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(2));
                interrupt.interrupt().unwrap();
            });
        });
        assert!(begin.elapsed() < Duration::from_secs(50));
        interrupt.reset();
        assert!(!rings(&interrupt));
    }
}
