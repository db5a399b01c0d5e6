//! What skalibs gets wrong, and what kj, wayland and systemd test.

use std::os::fd::AsRawFd;

use rustix::io::fcntl_getfd;
use sockpipe::{Sink, link::FdFrame};

use super::*;

/// `ancil_recv_fd` leaves descriptors open when a byte or a number is not what it expects.
#[test]
fn skalibs_a_what_is_not_expected_is_closed() {
    nothing_leaks(|| {
        let wrong_number = [PROLOGUE, &frame(b"x", 1)].concat();
        let cases: [(&[u8], FrameError); 2] =
            [(b"X", FrameError::BadMagic), (&wrong_number, FrameError::WrongFds { announced: 1, came: 2 })];
        for (bytes, why) in cases {
            let (peer, ours) = make_socket_pair().unwrap();
            let ears = send_pipes(&peer, bytes, 2);
            let (mut memory, mut slots) = ([0; 100], slots::<4>());
            is_dead(&mut rx(&ours, &mut memory, &mut slots), why, &ears);
        }
    });
}

/// `unixmessage` hands descriptors that a header does not announce to the next message that announces as many.
#[test]
fn skalibs_b_descriptors_do_not_move_to_another_frame() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let strays = send_pipes(&peer, &frame(b"none", 0), 2);
        let (mut memory, mut slots) = ([0; 100], slots::<4>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        peer.send(&frame(b"two", 2)).unwrap();
        is_dead(&mut rx, FrameError::WrongFds { announced: 0, came: 2 }, &strays);
    });
}

/// `unixmessage_receiver_free` closes a descriptor that it has delivered.
#[test]
fn skalibs_c_what_is_delivered_is_not_closed_again() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let (mut memory, mut slots) = ([0; 100], slots::<4>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        let mut ears = send_pipes(&peer, &frame(b"one", 1), 1);
        let fd = rx.recv(NOW, &Never).unwrap().unwrap().fds.next().unwrap();
        let strays = send_pipes(&peer, &frame(b"none", 0), 1);
        is_dead(&mut rx, FrameError::WrongFds { announced: 0, came: 1 }, &strays);
        drop(rx);
        drop(slots);
        // Its number is still that of this pipe.
        assert!(!ears[0].is_closed());
        ears.remove(0).hears_the_last(fd);
    });
}

/// A header of 256 MiB makes `unixmessage` allocate them.
#[test]
fn skalibs_d_an_announced_length_is_refused_before_it_is_believed() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let ears = send_pipes(&peer, &header(256 << 20, 1), 1);
        let (mut memory, mut slots) = ([0; 100], slots::<4>());
        let why = FrameError::TooLong { len: 256 << 20, max: FORMAT.max };
        is_dead(&mut rx(&ours, &mut memory, &mut slots), why, &ears);
    });
}

/// The rest of a message whose beginning was sent without SIGPIPE raises one.
#[test]
fn skalibs_e_the_rest_of_a_frame_raises_no_signal() {
    in_a_process_of_its_own("other_libraries::skalibs_e_the_rest_of_a_frame_raises_no_signal", || {
        // SAFETY: the default action is no code of ours.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        let (a, b) = make_socket_pair().unwrap();
        let (ear, mouth) = pipe();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        let large = vec![1; FORMAT.max as usize];
        let begun = tx.send_with_fds(&large, &[mouth.as_fd()], NOW, &Never);
        assert!(matches!(begun, Err(sockpipe::link::TxError::Unfinished { sent: 1.., .. })), "{begun:?}");
        drop((b, mouth));
        assert!(ear.is_closed());
        let (_, another) = pipe();
        let broken = tx.send_with_fds(&large, &[another.as_fd()], SOON, &Never);
        assert!(broken.is_err_and(|error| error.errno().is_some()));
        // Nor does the beginning of one.
        let mut pages = [0; 100];
        assert!(Tx::new(&a, FORMAT, &mut pages).flush(SOON, &Never).is_err());
        let (a, b) = make_socket_pair().unwrap();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        tx.flush(SOON, &Never).unwrap();
        drop(b);
        let broken = tx.send_with_fds(b"x", &[another.as_fd()], SOON, &Never);
        assert_eq!(broken, Err(sockpipe::link::TxError::Failed(sockpipe::Errno::PIPE)));
    });
}

/// kj's ScmRightsTruncatedOdd and ScmRightsTruncatedEven: room for an odd number takes an even one on 64 bits, as control messages are padded.
#[test]
fn kj_surplus_is_closed_and_counted() {
    nothing_leaks(|| {
        for (sent, taken) in [(2, 1), (3, 2), (1, 0), (253, 0)] {
            let (peer, ours) = raw_peer();
            let mut ears = send_pipes(&peer, &frame(b"foo", sent), sent as usize);
            let (mut memory, mut slots) = ([0; 100], slots::<2>());
            let mut rx = rx(&ours, &mut memory, &mut slots[..taken]);
            let frame = rx.recv(NOW, &Never).unwrap().unwrap();
            assert_eq!(
                (&*frame.payload, frame.fds.len(), frame.surplus, frame.lost),
                (&b"foo"[..], taken, sent - taken as u32, 0)
            );
            // Those without a slot are closed while the others are still here.
            assert!(ears.drain(taken..).all(|ear| ear.is_closed()));
            for (ear, fd) in ears.into_iter().zip(frame.fds) {
                assert!(!ear.is_closed());
                ear.hears_the_last(fd);
            }
        }
    });
}

/// wayland's tests: more than its 28 with one frame, close-on-exec, and data before the end of the stream.
#[test]
fn wayland_more_than_28_and_data_before_the_end() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let (ears, mouths) = pipes(29);
        let mut pages = [0; 100];
        let mut tx = Tx::new(a, FORMAT, &mut pages);
        tx.send_with_fds(b"29", &lend(&mouths), NOW, &Never).unwrap();
        tx.send(b"last", NOW, &Never).unwrap();
        drop((tx, mouths));
        let (mut memory, mut slots) = ([0; 100], slots::<30>());
        let mut rx = rx(&b, &mut memory, &mut slots);
        comes(&mut rx, b"29", ears);
        comes(&mut rx, b"last", vec![]);
        assert!(rx.recv(NOW, &Never).unwrap().is_none());
    });
}

/// systemd's test of varlink: the limit of open files is just above what is open. The data is there, the descriptors in part, or not at all.
#[test]
fn systemd_what_the_limit_of_open_files_costs_is_said() {
    in_a_process_of_its_own("other_libraries::systemd_what_the_limit_of_open_files_costs_is_said", || {
        // In each: room for so many of 3, and slots for so many.
        for (room, taken) in [(1, 4), (0, 4), (2, 4), (2, 1), (3, 4), (0, 0)] {
            let (peer, ours) = raw_peer();
            let mut ears = send_pipes(&peer, &frame(b"payload", 3), 3);
            peer.send(&frame(b"next", 0)).unwrap();
            let (mut memory, mut slots) = ([0; 100], slots::<4>());
            let mut rx = rx(&ours, &mut memory, &mut slots[..taken]);
            let (held, limit) = limits::leave_room_for(room);
            let received = rx.recv(NOW, &Never);
            limits::set(limit);
            let frame = received.unwrap().unwrap();
            let kept = room.min(taken);
            assert_eq!((&*frame.payload, frame.fds.len()), (&b"payload"[..], kept));
            assert_eq!(
                (frame.surplus, frame.lost),
                ((room - kept) as u32, 3 - room as u32),
                "room for {room}, {taken} slots"
            );
            assert!(ears.drain(kept..).all(|ear| ear.is_closed()));
            let FdFrame { fds, .. } = frame;
            ears.into_iter().zip(fds).for_each(|(ear, fd)| ear.hears_the_last(fd));
            // The stream is in step, and takes descriptors again.
            comes(&mut rx, b"next", vec![]);
            if taken > 0 {
                let ears = send_pipes(&peer, &super::frame(b"again", 1), 1);
                comes(&mut rx, b"again", ears);
            }
            drop(held);
        }
    });
}

/// libowfat's note: what comes behind a descriptor is swallowed if the buffer for its byte is larger than that.
#[test]
fn libowfat_what_comes_behind_a_descriptor_is_not_swallowed() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let ears = send_pipes(&peer, &[frame(b"x", 1), frame(b"behind", 0)].concat(), 1);
        peer.send_complete(&frame(b"later", 0), NOW, &Never).unwrap();
        let (mut memory, mut slots) = ([0; 4096], slots::<4>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        comes(&mut rx, b"x", ears);
        comes(&mut rx, b"behind", vec![]);
        comes(&mut rx, b"later", vec![]);
    });
}

/// A number that was taken is the same file until whoever has it closes it.
#[test]
fn a_taken_descriptor_survives_its_link() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let ears = send_pipes(&peer, &frame(b"", 2), 2);
        let (mut memory, mut slots) = ([0; 100], slots::<4>());
        let taken: Vec<_> = rx(&ours, &mut memory, &mut slots).recv(NOW, &Never).unwrap().unwrap().fds.collect();
        drop((peer, ours, slots));
        assert!(taken.iter().all(|fd| fcntl_getfd(fd).is_ok() && fd.as_raw_fd() > 2));
        ears.into_iter().zip(taken).for_each(|(ear, fd)| ear.hears_the_last(fd));
    });
}
