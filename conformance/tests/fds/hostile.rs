//! Descriptors that come where they should not, or not as many as they should.

use rustix::net::sockopt::set_socket_passcred;

use super::*;

/// What a peer sends: bytes, each with so many descriptors. Then why the link ends, after so many frames.
fn ends(pieces: &[(&[u8], usize)], frames: usize, why: FrameError) {
    for memory in [13, 64, 4096] {
        let (peer, ours) = raw_peer();
        let mut ears = vec![];
        for (bytes, fds) in pieces {
            ears.extend(send_pipes(&peer, bytes, *fds));
        }
        let (mut memory, mut slots) = (vec![0; memory], slots::<3>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        for _ in 0..frames {
            rx.recv(NOW, &Never).unwrap().expect("a frame");
        }
        is_dead(&mut rx, why, &ears);
    }
}

fn wrong(announced: u32, came: u32) -> FrameError {
    FrameError::WrongFds { announced, came }
}

#[test]
fn a_number_that_does_not_match_ends_the_link() {
    nothing_leaks(|| {
        for (announced, came) in [(1, 0), (1, 2), (2, 1), (3, 253), (253, 3), (0, 1), (0, 253)] {
            ends(&[(&frame(b"hello", announced), came)], 0, wrong(announced, came as u32));
            ends(&[(&frame(b"", announced), came)], 0, wrong(announced, came as u32));
        }
    });
}

/// A frame is delivered although the one behind it is wrong.
#[test]
fn frames_before_a_wrong_one_are_delivered() {
    nothing_leaks(|| {
        let good = frame(b"good", 0);
        ends(&[(&good, 0), (&good, 0), (&frame(b"bad", 1), 2)], 2, wrong(1, 2));
        ends(&[(&frame(b"good", 1), 1), (&frame(b"bad", 1), 0)], 1, wrong(1, 0));
        ends(&[(&frame(b"good", 1), 1), (&frame(b"bad", 0), 1)], 1, wrong(0, 1));
    });
}

/// With the rest of a payload or of a header, where no frame begins.
#[test]
fn descriptors_in_the_middle_of_a_frame_end_the_link() {
    nothing_leaks(|| {
        let whole = frame(b"hello", 0);
        for cut in 1..whole.len() {
            // Read together with what was before, the first piece and the stray ones cannot be told apart; so it is read before.
            let (peer, ours) = raw_peer();
            let (mut memory, mut slots) = ([0; 100], slots::<3>());
            let mut rx = rx(&ours, &mut memory, &mut slots);
            peer.send(&whole[..cut]).unwrap();
            assert_eq!(rx.recv(NOW, &Never).map(drop), Err(RxError::TimedOut { received: cut }));
            let ears = send_pipes(&peer, &whole[cut..], 1);
            if let Ok(frame) = rx.recv(NOW, &Never) {
                let frame = frame.unwrap();
                assert_eq!((&*frame.payload, frame.fds.len()), (&b"hello"[..], 0));
                panic!("cut at {cut}: stray descriptors were let pass");
            }
            is_dead(&mut rx, wrong(0, 1), &ears);
        }
    });
}

/// The announced ones come late, with the second byte or a later one.
#[test]
fn descriptors_that_come_late_end_the_link() {
    nothing_leaks(|| {
        let whole = frame(b"hello", 1);
        for cut in 1..whole.len() {
            let (peer, ours) = raw_peer();
            let (mut memory, mut slots) = ([0; 100], slots::<3>());
            let mut rx = rx(&ours, &mut memory, &mut slots);
            peer.send(&whole[..cut]).unwrap();
            let early = rx.recv(NOW, &Never).map(drop);
            let ears = send_pipes(&peer, &whole[cut..], 1);
            let why = if cut < 8 {
                assert_eq!(early, Err(RxError::TimedOut { received: cut }));
                rx.recv(NOW, &Never).map(drop).unwrap_err()
            } else {
                early.unwrap_err()
            };
            let RxError::Protocol(why @ FrameError::WrongFds { .. }) = why else { panic!("cut at {cut}: {why:?}") };
            drop(peer);
            // Those in the socket are closed with it; those that came, before.
            if cut < 8 {
                is_dead(&mut rx, why, &ears);
            }
            drop(rx);
            drop(ours);
            assert!(ears.iter().all(Ear::is_closed));
        }
    });
}

/// More of them with a later part of a frame that has its own.
#[test]
fn a_second_set_for_the_same_frame_ends_the_link() {
    nothing_leaks(|| {
        let whole = frame(b"hello", 2);
        for cut in 1..whole.len() {
            ends(&[(&whole[..cut], 2), (&whole[cut..], 1)], 0, wrong(0, 1));
        }
    });
}

/// A peer that has no frame to send, but descriptors.
#[test]
fn descriptors_with_a_prologue_end_the_link() {
    nothing_leaks(|| {
        for cut in 1..=PROLOGUE.len() {
            let (peer, ours) = make_socket_pair().unwrap();
            let ears = send_pipes(&peer, &PROLOGUE[..cut], 2);
            peer.send(&PROLOGUE[cut..]).unwrap();
            let (mut memory, mut slots) = ([0; 100], slots::<3>());
            let mut rx = rx(&ours, &mut memory, &mut slots);
            is_dead(&mut rx, wrong(0, 2), &ears);
        }
    });
}

/// Prologue and frame in one message: the frame begins in it.
#[test]
fn a_prologue_in_the_same_message_is_no_hindrance() {
    nothing_leaks(|| {
        let (peer, ours) = make_socket_pair().unwrap();
        let ears = send_pipes(&peer, &[PROLOGUE, &frame(b"x", 2)].concat(), 2);
        let (mut memory, mut slots) = ([0; 100], slots::<3>());
        comes(&mut rx(&ours, &mut memory, &mut slots), b"x", ears);
    });
}

/// The peer is gone with a part of a frame: what came with it is closed.
#[test]
fn the_end_of_the_stream_closes_what_came_of_a_frame() {
    nothing_leaks(|| {
        let whole = frame(b"hello", 2);
        for cut in 1..whole.len() {
            let (peer, ours) = raw_peer();
            let ears = send_pipes(&peer, &whole[..cut], 2);
            let (mut memory, mut slots) = ([0; 100], slots::<3>());
            let mut rx = rx(&ours, &mut memory, &mut slots);
            assert_eq!(rx.recv(NOW, &Never).map(drop), Err(RxError::TimedOut { received: cut }));
            assert!(!ears[0].is_closed());
            drop(peer);
            let why = match cut {
                ..8 => FrameError::EndInHeader { got: cut as u8 },
                _ => FrameError::EndInBody { got: cut as u32 - 8, len: 5 },
            };
            is_dead(&mut rx, why, &ears);
        }
    });
}

/// Other control messages, which somebody has asked the socket for, are passed over.
#[test]
fn the_senders_credentials_are_no_descriptors() {
    nothing_leaks(|| {
        let (peer, ours) = make_socket_pair().unwrap();
        set_socket_passcred(&ours, true).unwrap();
        #[allow(non_upper_case_globals)]
        const SO_PASSPIDFD: i32 = 76;
        let on = i32::from(!cfg!(any(sockpipe_force_no_msghdr, sockpipe_force_unix))); // rustix passes over it, and leaves it open
        // SAFETY: the option is a number of four bytes.
        unsafe {
            let ours = std::os::fd::AsRawFd::as_raw_fd(&ours);
            libc::setsockopt(ours, libc::SOL_SOCKET, SO_PASSPIDFD, (&raw const on).cast(), 4);
        }
        peer.send(PROLOGUE).unwrap();
        peer.send(&frame(b"none", 0)).unwrap();
        let ears = send_pipes(&peer, &frame(b"all", 253), 253);
        let (mut memory, mut slots) = ([0; 100], slots::<253>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        comes(&mut rx, b"none", vec![]);
        comes(&mut rx, b"all", ears);
    });
}
