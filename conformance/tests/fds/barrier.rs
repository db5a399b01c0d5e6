//! A barrier waits until the peer has closed a descriptor, or is gone.

use std::{
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    thread,
    time::Duration,
};

use sockpipe::{
    Errno, TokenPipe,
    link::{Barrier, TxError},
};
use streams::Halting;

use super::*;

#[test]
fn it_waits_until_the_peer_has_dealt_with_its_frame() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let done = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                let (mut memory, mut slots) = ([0; 100], slots::<1>());
                let mut rx = rx(&b, &mut memory, &mut slots);
                while let Some(frame) = rx.recv(SOON, &Never).unwrap() {
                    assert_eq!((&*frame.payload, frame.fds.len()), (&b"wait for me"[..], 1));
                    thread::sleep(Duration::from_millis(20));
                    done.fetch_add(1, SeqCst);
                }
            });
            let mut pages = [0; 100];
            let mut tx = Tx::new(&a, FORMAT, &mut pages);
            let mut barrier = Barrier::new();
            for n in 1..4 {
                tx.send_barrier(&mut barrier, b"wait for me", SOON, &Never).unwrap();
                assert_eq!(done.load(SeqCst), n);
                assert!(barrier.as_fd().is_none());
            }
            tx.close(NOW, &Never).unwrap();
        });
    });
}

/// The frame goes once; each call goes on where the one before it stopped.
#[test]
fn it_goes_on_after_a_timeout_and_an_interrupt() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let a = Halting { first: 3, ..Halting::new(&a) };
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        let mut barrier = Barrier::new();
        a.in_vain.set(1000);
        let late = tx.send_barrier(&mut barrier, b"x", NOW, &Never);
        assert_eq!(late, Err(TxError::TimedOut { accepted: false }));
        assert!(barrier.as_fd().is_none());
        a.in_vain.set(0);
        a.then.set(Some(Errno::AGAIN));
        let stuck = tx.send_barrier(&mut barrier, b"x", NOW, &Never);
        assert_eq!(stuck, Err(TxError::Unfinished { sent: 0, total: 1 }));
        a.then.set(None);
        // Another barrier is another frame.
        let other = tx.send_barrier(&mut Barrier::new(), b"x", NOW, &Never);
        assert_eq!(other, stuck);
        for _ in 0..2 {
            let waiting = tx.send_barrier(&mut barrier, b"x", NOW, &Never);
            assert_eq!(waiting, Err(TxError::TimedOut { accepted: true }));
            let (stop, stopper) = TokenPipe::pair().unwrap();
            stopper.try_token_write(0).unwrap();
            let interrupted = tx.send_barrier(&mut barrier, b"x", SOON, &stop);
            assert_eq!(interrupted, Err(TxError::Interrupted { accepted: true }));
        }
        assert_eq!(a.handed_over.get(), 1);
        assert!(barrier.as_fd().is_some());
        let (mut memory, mut slots) = ([0; 100], slots::<1>());
        let mut rx = rx(&b, &mut memory, &mut slots);
        rx.recv(NOW, &Never).unwrap().unwrap().fds.for_each(drop);
        tx.send_barrier(&mut barrier, b"x", NOW, &Never).unwrap();
        assert_eq!(rx.recv(NOW, &Never).map(drop), Err(RxError::TimedOut { received: 0 }));
    });
}

/// A peer that dies has closed its descriptors. Whether it lives, the link says.
#[test]
fn a_peer_that_dies_holds_nobody_up() {
    nothing_leaks(|| {
        // A process that holds the other end and never reads; in its socket lies the frame, with the descriptor.
        let (a, b) = make_socket_pair().unwrap();
        let mut peer = Command::new("sleep")
            .arg("100")
            .stdin(Stdio::from(OwnedFd::from(b)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        let mut barrier = Barrier::new();
        let waiting = tx.send_barrier(&mut barrier, b"x", Deadline::Within(Duration::from_millis(30)), &Never);
        assert_eq!(waiting, Err(TxError::TimedOut { accepted: true }));
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(30));
                peer.kill().unwrap();
                peer.wait().unwrap();
            });
            tx.send_barrier(&mut barrier, b"x", SOON, &Never).unwrap();
        });
        assert_eq!(tx.send_barrier(&mut barrier, b"x", SOON, &Never), Err(TxError::Failed(Errno::PIPE)));
    });
}

/// A peer without slots, or without any idea of descriptors, does not hold it up for ever.
#[test]
fn a_peer_that_takes_no_descriptors_has_closed_it() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        let mut barrier = Barrier::new();
        assert!(tx.send_barrier(&mut barrier, b"x", NOW, &Never).is_err());
        let (mut memory, mut none) = ([0; 100], slots::<0>());
        let mut rx = rx(&b, &mut memory, &mut none);
        let frame = rx.recv(NOW, &Never).unwrap().unwrap();
        assert_eq!((frame.fds.len(), frame.surplus), (0, 1));
        tx.send_barrier(&mut barrier, b"x", NOW, &Never).unwrap();
    });
}

#[test]
fn it_says_why_it_cannot_be_sent() {
    in_a_process_of_its_own("barrier::it_says_why_it_cannot_be_sent", || {
        let (a, _b) = make_socket_pair().unwrap();
        let mut pages = [0; 100];
        let mut barrier = Barrier::new();
        let mut plain = Tx::new(&a, Format::plain(100), &mut pages);
        assert_eq!(plain.send_barrier(&mut barrier, b"x", NOW, &Never), Err(TxError::NoFds));
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages).with_max_fds(0);
        let error = tx.send_barrier(&mut barrier, b"x", NOW, &Never);
        assert_eq!(error, Err(TxError::TooManyFds { fds: 1, max: 0 }));
        let mut tx = tx.with_max_fds(1);
        let mut barrier = Barrier::new();
        let (_held, limit) = limits::leave_room_for(1);
        assert_eq!(tx.send_barrier(&mut barrier, b"x", NOW, &Never), Err(TxError::FdsRefused(Errno::MFILE)));
        limits::set(limit);
        let sent = tx.send_barrier(&mut barrier, b"x", NOW, &Never);
        assert_eq!(sent, Err(TxError::TimedOut { accepted: true }));
    });
}
