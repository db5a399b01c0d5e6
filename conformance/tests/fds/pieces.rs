//! Frames with descriptors that go and come in pieces, late, together with others, or not at all.

use std::thread;

use sockpipe::{
    Errno, Events, Wait,
    link::{FdFrame, TxError},
};
use streams::Halting;

use super::*;

/// The first send takes any number of bytes, some attempts are in vain, and the receiver gets any number at a time.
#[test]
fn descriptors_go_once_wherever_the_first_send_ends() {
    nothing_leaks(|| {
        let payload = b"hello, world";
        for first in 1..=8 + payload.len() {
            for at_a_time in [1, 2, 3, 5, 7, 8, 11, 100] {
                let (a, b) = make_socket_pair().unwrap();
                let a = Halting { first, ..Halting::new(&a) };
                let b = Halting { at_a_time, ..Halting::new(&b) };
                let mut pages = [0; 100];
                let mut tx = Tx::new(&a, FORMAT, &mut pages);
                let (mut memory, mut slots) = ([0; 100], slots::<3>());
                let mut rx = rx(&b, &mut memory, &mut slots);
                for in_vain in 0..3 {
                    a.in_vain.set(in_vain);
                    a.handed_over.set(0);
                    let (ears, mouths) = pipes(3);
                    tx.send_with_fds(payload, &lend(&mouths), SOON, &Never).unwrap();
                    assert_eq!(a.handed_over.get(), 1);
                    drop(mouths);
                    comes(&mut rx, payload, ears);
                }
            }
        }
    });
}

/// A frame that got stuck goes on when it is sent again, and its descriptors are not sent again. Nothing else goes in between.
#[test]
fn a_frame_that_got_stuck_goes_on_without_its_descriptors() {
    nothing_leaks(|| {
        let payload = b"hello, world";
        for first in 1..8 + payload.len() {
            let (a, b) = make_socket_pair().unwrap();
            let a = Halting { first, ..Halting::new(&a) };
            let mut pages = [0; 100];
            let mut tx = Tx::new(&a, FORMAT, &mut pages);
            tx.flush(NOW, &Never).unwrap();
            a.then.set(Some(Errno::AGAIN));
            let (ears, mouths) = pipes(2);
            let unfinished = Err(TxError::Unfinished { sent: first.saturating_sub(8), total: payload.len() });
            assert_eq!(tx.send_with_fds(payload, &lend(&mouths), NOW, &Never), unfinished);
            assert_eq!(tx.send_with_fds(payload, &lend(&mouths), NOW, &Never), unfinished);
            a.then.set(None);
            // Neither another frame, nor this one with other descriptors or none.
            assert_eq!(tx.send(b"x", NOW, &Never), unfinished);
            assert_eq!(tx.send_large(payload, NOW, &Never), unfinished);
            assert_eq!(tx.send_with_fds(payload, &lend(&mouths)[..1], NOW, &Never), unfinished);
            tx.send_with_fds(payload, &lend(&mouths), NOW, &Never).unwrap();
            assert_eq!(a.handed_over.get(), 1);
            tx.send(b"x", NOW, &Never).unwrap();
            drop(mouths);
            let (mut memory, mut slots) = ([0; 100], slots::<3>());
            let mut rx = rx(&b, &mut memory, &mut slots);
            comes(&mut rx, payload, ears);
            comes(&mut rx, b"x", vec![]);
        }
    });
}

/// Before its first byte has gone out, a frame is not accepted, and its descriptors have not gone anywhere.
#[test]
fn a_frame_that_found_no_room_was_never_sent() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let filling = Halting { in_vain: std::cell::Cell::new(u32::MAX), ..Halting::new(&a) };
        let mut pages = [0; 100];
        let mut tx = Tx::new(&filling, FORMAT, &mut pages);
        let (ear, mouth) = pipe();
        let late = tx.send_with_fds(b"x", &[mouth.as_fd()], NOW, &Never);
        assert_eq!(late, Err(TxError::TimedOut { accepted: false }));
        assert_eq!(
            tx.send_with_fds(b"x", &[mouth.as_fd()], NOW, &true_flag()),
            Err(TxError::TimedOut { accepted: false })
        );
        let interrupted = tx.send_with_fds(b"x", &[mouth.as_fd()], SOON, &true_flag());
        assert_eq!(interrupted, Err(TxError::Interrupted { accepted: false }));
        drop(mouth);
        assert!(ear.is_closed());
        tx.send(b"another", NOW, &Never).unwrap();
        let (mut memory, mut slots) = ([0; 100], slots::<3>());
        comes(&mut rx(&b, &mut memory, &mut slots), b"another", vec![]);
    });
}

fn true_flag() -> std::sync::atomic::AtomicBool {
    true.into()
}

/// Frames before and behind, some in the same read, and sets back to back. Each gets its own.
#[test]
fn frames_around_one_with_descriptors_come_in_order_and_without() {
    nothing_leaks(|| {
        for memory in [40, 100, 4096] {
            let (a, b) = make_socket_pair().unwrap();
            let mut pages = [0; 200];
            let mut tx = Tx::new(&a, FORMAT, &mut pages);
            let (mut memory, mut slots) = (vec![0; memory], slots::<5>());
            let mut rx = rx(&b, &mut memory, &mut slots);
            let mut expected = vec![];
            for round in 0..10 {
                let before = format!("before {round}");
                // Accepted, not pushed: it goes out first.
                let mut slot = tx.reserve(20, NOW, &Never).unwrap().alloc(before.len()).unwrap();
                slot.copy_from_slice(before.as_bytes());
                slot.commit_later().unwrap();
                expected.push((before, vec![]));
                for n in [1, 5, 2] {
                    let (ears, mouths) = pipes(n);
                    let with = format!("{n} in {round}");
                    tx.send_with_fds(with.as_bytes(), &lend(&mouths), NOW, &Never).unwrap();
                    expected.push((with, ears));
                }
                for behind in [format!("behind {round}"), String::new()] {
                    tx.send(behind.as_bytes(), NOW, &Never).unwrap();
                    expected.push((behind, vec![]));
                }
            }
            for (payload, ears) in expected {
                comes(&mut rx, payload.as_bytes(), ears);
            }
            assert_eq!(rx.recv(NOW, &Never).map(drop), Err(RxError::TimedOut { received: 0 }));
        }
    });
}

/// Somebody else's message with several frames: the descriptors belong to the one that announces them.
#[test]
fn frames_in_one_message_with_descriptors() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let bytes = [frame(b"a", 0), frame(b"bb", 2), frame(b"ccc", 0)].concat();
        let ears = send_pipes(&peer, &bytes, 2);
        let (mut memory, mut slots) = ([0; 100], slots::<5>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        comes(&mut rx, b"a", vec![]);
        comes(&mut rx, b"bb", ears);
        comes(&mut rx, b"ccc", vec![]);
    });
}

/// They wait in the link until the frame is whole, whatever is asked of it meanwhile.
#[test]
fn descriptors_wait_for_the_rest_of_their_frame() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let (mut memory, mut slots) = ([0; 100], slots::<5>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        let whole = frame(b"hello", 2);
        let mut ears = vec![];
        for (n, byte) in whole.iter().enumerate() {
            let received = n;
            assert_eq!(rx.recv(NOW, &Never).map(drop), Err(RxError::TimedOut { received }));
            assert_eq!(rx.recv(SOON, &true_flag()).map(drop), Err(RxError::Interrupted { received }));
            match n {
                ..8 => assert_eq!(rx.next_len(NOW, &Never), Err(RxError::TimedOut { received })),
                _ => assert_eq!(rx.next_len(NOW, &Never), Ok(Some(5))),
            }
            assert_eq!(rx.recv_into(&mut [0; 5], NOW, &Never).map(drop), Err(RxError::TimedOut { received }));
            if n == 0 {
                ears = send_pipes(&peer, &[*byte], 2);
            } else {
                peer.send(&[*byte]).unwrap();
            }
            assert!(!ears.iter().any(Ear::is_closed));
        }
        comes(&mut rx, b"hello", ears);
    });
}

/// The next call closes what was not taken, and a link that is dropped what was not delivered.
#[test]
fn what_nobody_takes_is_closed() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let (mut memory, mut slots) = ([0; 100], slots::<5>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        let mut ears = send_pipes(&peer, &frame(b"x", 3), 3);
        let FdFrame { payload, mut fds, .. } = rx.recv(NOW, &Never).unwrap().unwrap();
        let first = fds.next().unwrap();
        assert!(!ears.iter().any(Ear::is_closed));
        assert_eq!((fds.len(), &*payload), (2, &b"x"[..]));
        assert_eq!(rx.next_len(NOW, &Never), Err(RxError::TimedOut { received: 0 }));
        assert!(ears[1].is_closed() && ears[2].is_closed());
        ears.remove(0).hears_the_last(first);

        // One that nobody has looked at is no different.
        let forgotten = send_pipes(&peer, &frame(b"y", 1), 1);
        rx.recv(NOW, &Never).unwrap().unwrap();
        assert!(!forgotten[0].is_closed());
        let ears = send_pipes(&peer, &frame(b"z", 1), 1);
        comes(&mut rx, b"z", ears);
        assert!(forgotten[0].is_closed());

        let whole = frame(b"never", 2);
        let ears = send_pipes(&peer, &whole[..10], 2);
        assert_eq!(rx.recv(NOW, &Never).map(drop), Err(RxError::TimedOut { received: 10 }));
        assert!(!ears[0].is_closed());
        drop(rx);
        assert!(ears.iter().all(Ear::is_closed));
        assert!(slots.iter().all(Option::is_none));
    });
}

/// Neither side has memory for so much. The kernel takes and gives it in pieces, of which only the first has the descriptors.
#[test]
fn a_frame_of_a_mebibyte_with_descriptors() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let large: Vec<u8> = (0..1_u32 << 20).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect();
        let (mut ears, mouths) = pipes(6);
        thread::scope(|scope| {
            let (large, mouths) = (&large, &mouths);
            scope.spawn(move || {
                let mut pages = [0; 100];
                let mut tx = Tx::new(&a, FORMAT, &mut pages);
                for fds in mouths.chunks(3) {
                    tx.send_with_fds(large, &lend(fds), SOON, &Never).unwrap();
                    tx.send(b"behind", SOON, &Never).unwrap();
                }
            });
            let (mut memory, mut slots) = ([0; 4096], slots::<3>());
            let mut rx = rx(&b, &mut memory, &mut slots);
            for second in [false, true] {
                // It waits, and so do they.
                let len = 1 << 20;
                assert_eq!(rx.recv(SOON, &Never).map(drop), Err(RxError::Larger { len }));
                assert_eq!(rx.next_len(SOON, &Never), Ok(Some(len as usize)));
                assert_eq!(rx.recv_into(&mut [0; 4097], SOON, &Never).map(drop), Err(RxError::Larger { len }));
                let mut out = vec![0; 1 << 20];
                // The second in haste, from where it has come to.
                let deadline = if second { NOW } else { SOON };
                loop {
                    match rx.recv_into(&mut out, deadline, &Never) {
                        Ok(frame) => {
                            let frame = frame.expect("a frame");
                            assert!(frame.payload == large);
                            assert_eq!((frame.fds.len(), frame.surplus, frame.lost), (3, 0, 0));
                            for (mut ear, fd) in ears.drain(..3).zip(frame.fds) {
                                File::from(fd).write_all(b"?").unwrap();
                                assert_eq!(ear.0.read(&mut [0; 2]).unwrap(), 1);
                            }
                            break;
                        }
                        Err(error) => assert!(second && matches!(error, RxError::TimedOut { .. }), "{error}"),
                    }
                    rx.reader().wait_for(Events::RECV, SOON, &Never).unwrap();
                }
                assert_eq!(rx.recv(SOON, &Never).unwrap().unwrap().payload, b"behind");
            }
        });
    });
}

/// Into the caller's memory, although it would fit into the link's.
#[test]
fn a_small_frame_into_the_callers_memory() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let (mut memory, mut slots) = ([0; 100], slots::<5>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        let mut ears = send_pipes(&peer, &frame(b"hello", 1), 1);
        let mut out = [9; 8];
        assert_eq!(rx.recv_into(&mut out[..4], NOW, &Never).map(drop), Err(RxError::Larger { len: 5 }));
        let mut frame = rx.recv_into(&mut out, NOW, &Never).unwrap().unwrap();
        assert_eq!(frame.payload, b"hello");
        ears.remove(0).hears_the_last(frame.fds.next().unwrap());
        assert!(frame.fds.next().is_none());
    });
}
