//! Sockets in blocking mode: deadlines hold all the same.

use std::os::unix::net::UnixStream;

use sockpipe::link::TxError;

use super::*;

const SHORTLY: Deadline = Deadline::Within(Duration::from_millis(20));

#[test]
fn neither_half_hangs() {
    nothing_leaks(|| {
        let (a, b) = UnixStream::pair().unwrap();
        let (a, b) = (Sock::from(OwnedFd::from(a)), Sock::from(OwnedFd::from(b)));
        let (mut memory, mut slots) = ([0; 100], slots::<1>());
        let mut rx = rx(&b, &mut memory, &mut slots);
        assert_eq!(rx.recv(SHORTLY, &Never).map(drop), Err(RxError::TimedOut { received: 0 }));

        let mut pages = [0; 4096];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        let (ear, mouth) = pipe();
        let long = vec![7; 2_000_000];
        let sent = tx.send_with_fds(&long, &[mouth.as_fd()], SHORTLY, &Never);
        assert!(matches!(sent, Err(TxError::Unfinished { total: 2_000_000, .. })), "{sent:?}");
        drop(mouth);
        assert!(!ear.is_closed(), "it is on its way");
    });
}
