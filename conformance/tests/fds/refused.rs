//! Links that pass no descriptors say so, and those that take none give the kernel no room for them.

use std::net::{TcpListener, TcpStream};

use sockpipe::link::TxError;

use super::*;

#[test]
fn other_profiles_refuse_before_anything_is_done() {
    nothing_leaks(|| {
        for format in [Format::bare(100), Format::plain(100)] {
            let (a, b) = make_socket_pair().unwrap();
            let (ear, mouth) = pipe();
            let mut pages = [0; 100];
            let mut tx = Tx::new(&a, format, &mut pages);
            let refused = tx.send_with_fds(b"x", &[mouth.as_fd()], NOW, &Never);
            assert_eq!(refused, Err(TxError::NoFds));
            // Without descriptors it is an ordinary frame.
            tx.send_with_fds(b"y", &[], NOW, &Never).unwrap();
            let mut memory = [0; 100];
            let mut rx = Rx::new(&b, format, &mut memory);
            assert_eq!(rx.recv(NOW, &Never).unwrap().as_deref(), Some(&b"y"[..]));
            drop(mouth);
            assert!(ear.is_closed());
        }
    });
}

/// The kernel would not refuse them: it would drop them.
#[test]
fn tcp_refuses_before_anything_is_done() {
    nothing_leaks(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = Sock::from(OwnedFd::from(TcpStream::connect(listener.local_addr().unwrap()).unwrap()));
        let theirs = Sock::from(OwnedFd::from(listener.accept().unwrap().0));
        let (_ear, mouth) = pipe();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&ours, FORMAT, &mut pages);
        assert_eq!(tx.send_with_fds(b"x", &[mouth.as_fd()], NOW, &Never), Err(TxError::NoFds));
        tx.send_with_fds(b"y", &[], NOW, &Never).unwrap();
        let (mut memory, mut slots) = ([0; 100], slots::<1>());
        let mut rx = rx(&theirs, &mut memory, &mut slots);
        assert_eq!(rx.recv(SOON, &Never).unwrap().unwrap().payload, b"y");
    });
}

#[test]
fn a_plain_receiver_refuses_frames_with_descriptors() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let ears = send_pipes(&peer, &frame(b"x", 2), 2);
        let mut memory = [0; 100];
        let mut rx = Rx::new(&ours, FORMAT, &mut memory);
        for _ in 0..2 {
            let error = rx.recv(NOW, &Never);
            assert_eq!(error, Err(RxError::Protocol(FrameError::UnwantedFds { fds: 2 })));
            assert!(ears.iter().all(Ear::is_closed));
        }
    });
}

/// Descriptors that nobody can announce never enter this process, with slots or without.
#[test]
fn other_profiles_give_the_kernel_no_room() {
    nothing_leaks(|| {
        for has_slots in [false, true] {
            let (peer, ours) = make_socket_pair().unwrap();
            let (mut memory, mut slots) = ([0; 100], slots::<2>());
            let format = Format::plain(100);
            let ears = send_pipes(&peer, b"VOXL\x01\x00\x01\0\0\0x", 2);
            let before = open_descriptors();
            let mut rx = Rx::new(&ours, format, &mut memory);
            if has_slots {
                let mut rx = rx.with_fds(&mut slots);
                comes(&mut rx, b"x", vec![]);
                assert!(ears.iter().all(Ear::is_closed));
            } else {
                assert_eq!(rx.recv(NOW, &Never).unwrap().as_deref(), Some(&b"x"[..]));
                assert!(ears.iter().all(Ear::is_closed));
            }
            assert_eq!(open_descriptors(), before);
        }
    });
}

/// Asked for nothing, it does nothing: what is in the slots is closed, and no more.
#[test]
fn slots_are_empty_at_first_and_at_last() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let (ear, mouth) = pipe();
        let mut slots = slots::<2>();
        slots[1] = Some(mouth);
        let mut memory = [0; 100];
        let mut rx = rx(&ours, &mut memory, &mut slots);
        assert!(ear.is_closed());
        let ears = send_pipes(&peer, &frame(b"x", 2), 2);
        assert_eq!(rx.next_len(NOW, &Never), Ok(Some(1)));
        assert!(!ears[0].is_closed() && !ears[1].is_closed());
        drop(rx);
        assert!(ears.iter().all(Ear::is_closed));
        assert!(slots.iter().all(Option::is_none));
    });
}
