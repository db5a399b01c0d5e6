//! How many descriptors: 0, 253, one more, as many as the peer takes, and as many as this user may have on their way.

use std::os::fd::AsRawFd;

use rustix::{
    io::dup,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use sockpipe::{
    Errno,
    link::{MAX_FDS, TxError},
};

use super::*;

pub fn set(limit: Rlimit) {
    setrlimit(Resource::Nofile, limit).unwrap();
}

/// Lets this process open just so many more, and says what holds the numbers below that, and what the limit was before.
pub fn leave_room_for(n: usize) -> (Vec<OwnedFd>, Rlimit) {
    let before = getrlimit(Resource::Nofile);
    let numbers = || fs::read_dir("/proc/self/fd").unwrap().map(|entry| entry.unwrap().file_name());
    let highest = numbers().filter_map(|name| name.to_str()?.parse().ok()).max().unwrap_or(0);
    let mut held = vec![dup(io::stderr()).unwrap()];
    while held.last().is_some_and(|fd| fd.as_raw_fd() <= highest) {
        held.push(dup(io::stderr()).unwrap());
    }
    let first_free = held.pop().unwrap().as_raw_fd();
    set(Rlimit { current: Some(first_free as u64 + n as u64), maximum: before.maximum });
    (held, before)
}

#[test]
fn from_none_to_253() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        let (mut memory, mut slots) = ([0; 100], slots::<253>());
        let mut rx = rx(&b, &mut memory, &mut slots);
        for n in [0, 1, 2, 3, 28, 252, 253] {
            let (ears, mouths) = pipes(n);
            tx.send_with_fds(b"payload", &lend(&mouths), NOW, &Never).unwrap();
            drop(mouths);
            comes(&mut rx, b"payload", ears);
        }
        assert_eq!(MAX_FDS, 253);
    });
}

/// Before anything is done: what was accepted before has not even gone out.
#[test]
fn more_than_the_kernel_or_the_peer_takes_are_refused() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        let (_ear, mouth) = pipe();
        let many = vec![mouth.as_fd(); 254];
        let refused = |tx: &mut Tx<'_, &Sock>, n: usize, max| {
            let error = tx.send_with_fds(b"x", &many[..n], NOW, &Never);
            assert_eq!(error, Err(TxError::TooManyFds { fds: n, max }));
        };
        refused(&mut tx, 254, 253);
        let mut tx = tx.with_max_fds(1000);
        refused(&mut tx, 254, 253);
        let mut tx = tx.with_max_fds(28);
        refused(&mut tx, 29, 28);
        assert_eq!((tx.pending(), b.recv(&mut [0; 10])), (6, Err(Errno::AGAIN)), "the prologue has not gone out");
        tx.send_with_fds(b"x", &many[..28], NOW, &Never).unwrap();
        let mut tx = tx.with_max_fds(0);
        refused(&mut tx, 1, 0);
        tx.send_with_fds(b"y", &[], NOW, &Never).unwrap();
        let (mut memory, mut slots) = ([0; 100], slots::<28>());
        let mut rx = rx(&b, &mut memory, &mut slots);
        assert_eq!(rx.recv(NOW, &Never).unwrap().unwrap().fds.len(), 28);
        comes(&mut rx, b"y", vec![]);
    });
}

/// A header that announces more than the kernel takes at a time is refused as soon as it is there.
#[test]
fn a_header_that_announces_254_is_refused() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let ears = send_pipes(&peer, &frame(b"x", 254), 253);
        let (mut memory, mut slots) = ([0; 100], slots::<253>());
        is_dead(&mut rx(&ours, &mut memory, &mut slots), FrameError::TooManyFds { fds: 254 }, &ears);
    });
}

/// The kernel lets a user have only so many on their way that nobody has received (RLIMIT_NOFILE). That is no error of the stream.
#[test]
fn too_many_on_their_way_are_refused_and_the_link_lives() {
    in_a_process_of_its_own("limits::too_many_on_their_way_are_refused_and_the_link_lives", || {
        const NOBODY: libc::uid_t = 47_114;
        // SAFETY: these take numbers only.
        if unsafe { libc::geteuid() } == 0 {
            // SAFETY: the same. Whoever may administrate the system is exempt.
            assert_eq!(unsafe { libc::setresuid(NOBODY, NOBODY, NOBODY) }, 0);
        }
        let maximum = getrlimit(Resource::Nofile).maximum;
        set(Rlimit { current: Some(40), maximum });
        let (a, b) = make_socket_pair().unwrap();
        let (ear, mouth) = pipe();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        let (mut memory, mut slots) = ([0; 100], slots::<20>());
        let mut rx = rx(&b, &mut memory, &mut slots);
        let twenty = vec![mouth.as_fd(); 20];

        let mut accepted = 0;
        let refused = loop {
            match tx.send_with_fds(b"twenty", &twenty, NOW, &Never) {
                Ok(()) => accepted += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(refused, TxError::FdsRefused(Errno::TOOMANYREFS));
        assert!((2..=3).contains(&accepted), "{accepted}");
        tx.send(b"alive", NOW, &Never).unwrap();
        for _ in 0..accepted {
            let frame = rx.recv(NOW, &Never).unwrap().unwrap();
            assert_eq!((&*frame.payload, frame.fds.len()), (&b"twenty"[..], 20));
        }
        comes(&mut rx, b"alive", vec![]);
        // There is room again.
        tx.send_with_fds(b"twenty", &twenty, NOW, &Never).unwrap();
        drop(mouth);
        let fds: Vec<_> = rx.recv(NOW, &Never).unwrap().unwrap().fds.collect();
        assert!(fds.len() == 20 && !ear.is_closed());
        drop(fds);
        assert!(ear.is_closed());
    });
}

/// io_uring's descriptors cannot be passed, as of Linux 6.7. That is no error of the stream, either.
#[test]
fn a_descriptor_that_cannot_be_passed_is_refused_and_the_link_lives() {
    nothing_leaks(|| {
        let mut parameters = [0_u32; 30];
        // SAFETY: io_uring_setup(2) reads and writes a struct of 120 bytes, which begins with sizes that it chooses.
        let ring = unsafe { libc::syscall(libc::SYS_io_uring_setup, 1, parameters.as_mut_ptr()) };
        if ring < 0 {
            return println!("skipped: no io_uring here");
        }
        // SAFETY: the call has just made it.
        let ring: OwnedFd = unsafe { std::os::fd::FromRawFd::from_raw_fd(ring as i32) };
        let (a, b) = make_socket_pair().unwrap();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        match tx.send_with_fds(b"ring", &[ring.as_fd()], NOW, &Never) {
            Ok(()) => return println!("skipped: this kernel passes io_uring's descriptors"),
            Err(error) => assert_eq!(error, TxError::FdsRefused(Errno::INVAL)),
        }
        tx.send(b"alive", NOW, &Never).unwrap();
        let (mut memory, mut slots) = ([0; 100], slots::<1>());
        comes(&mut rx(&b, &mut memory, &mut slots), b"alive", vec![]);
    });
}
