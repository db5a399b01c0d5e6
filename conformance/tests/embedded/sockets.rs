//! Both kinds of link over sockets, with the blocking link of this crate as the peer: the same bytes.

use std::{future::poll_fn, task::Poll, thread};

use embedded_io_async::{ErrorType, Read, Write};
use sockpipe::{
    Blocking, BlockingError, Deadline, Errno, Never, Sock, io_error_is_permanent,
    link::{Format, Profile, Rx, Tx, embedded, embedded_async},
    make_socket_pair,
};

use super::executor::block_on;

const LENGTHS: [usize; 10] = [0, 1, 3, 17, 4_096, 0, 70_000, 1 << 20, 5, 5];

fn formats() -> impl Iterator<Item = Format> {
    [Profile::Bare, Profile::Plain, Profile::Fd].into_iter().map(|profile| Format { profile, max: 1 << 20 })
}

fn frames() -> impl Iterator<Item = Vec<u8>> {
    LENGTHS.into_iter().enumerate().map(|(number, length)| (0..length).map(|at| (number + at) as u8).collect())
}

/// Polls the socket, and does nothing else meanwhile.
struct Polled<'s>(&'s Sock);

impl Polled<'_> {
    async fn done(&self, mut attempt: impl FnMut(&Sock) -> Result<usize, Errno>) -> Result<usize, BlockingError> {
        poll_fn(|_| match attempt(self.0) {
            Ok(n) => Poll::Ready(Ok(n)),
            Err(errno) if io_error_is_permanent(errno) => Poll::Ready(Err(BlockingError::Failed(errno))),
            Err(_) => {
                thread::yield_now();
                Poll::Pending
            }
        })
        .await
    }
}

impl ErrorType for Polled<'_> {
    type Error = BlockingError;
}

impl Read for Polled<'_> {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, BlockingError> {
        self.done(|sock| sock.recv(buf)).await
    }
}

impl Write for Polled<'_> {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, BlockingError> {
        self.done(|sock| sock.send(buf)).await
    }

    async fn flush(&mut self) -> Result<(), BlockingError> {
        Ok(())
    }
}

/// Sends back what comes, over the link of this crate, until the end.
fn echoes(sock: &Sock, format: Format) {
    let (mut pages, mut memory, mut out) = ([0; 8192], [0; 4096], vec![0; 1 << 20]);
    let (mut tx, mut rx) = (Tx::new(sock, format, &mut pages), Rx::new(sock, format, &mut memory));
    while let Some(len) = rx.recv_into(&mut out, Deadline::Never, &Never).unwrap() {
        tx.send_large(&out[..len], Deadline::Never, &Never).unwrap();
    }
    tx.close(Deadline::Never, &Never).unwrap();
}

#[test]
fn a_blocking_link_speaks_with_ours() {
    for format in formats() {
        let (ours, theirs) = make_socket_pair().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || echoes(&theirs, format));
            let (mut pages, mut memory, mut out) = ([0; 4096], [0; 4096], vec![0; 1 << 20]);
            let stream = || Blocking::new(&ours, Deadline::Never, &Never);
            let mut tx = embedded::Tx::new(stream(), format, &mut pages);
            let mut rx = embedded::Rx::new(stream(), format, &mut memory);
            for frame in frames() {
                tx.send(&frame).unwrap();
                assert_eq!(rx.recv_into(&mut out), Ok(Some(frame.len())));
                assert!(out[..frame.len()] == frame);
            }
            tx.close().unwrap();
            sockpipe::Sink::finish(&ours).unwrap();
            assert_eq!(rx.recv(), Ok(None));
        });
    }
}

#[test]
fn an_asynchronous_link_speaks_with_ours() {
    for format in formats() {
        let (ours, theirs) = make_socket_pair().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || echoes(&theirs, format));
            let (mut pages, mut memory, mut out) = ([0; 4096], [0; 4096], vec![0; 1 << 20]);
            let mut tx = embedded_async::Tx::new(Polled(&ours), format, &mut pages);
            let mut rx = embedded_async::Rx::new(Polled(&ours), format, &mut memory);
            block_on(async {
                for frame in frames() {
                    tx.send(&frame).await.unwrap();
                    assert_eq!(rx.recv_into(&mut out).await, Ok(Some(frame.len())));
                    assert!(out[..frame.len()] == frame);
                }
                tx.close().await.unwrap();
                sockpipe::Sink::finish(&ours).unwrap();
                assert_eq!(rx.recv().await, Ok(None));
            });
        });
    }
}
