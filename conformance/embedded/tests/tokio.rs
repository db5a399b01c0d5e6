//! Links on tokio's streams, through embedded-io-adapters. Its reads and writes can be dropped without effect, so the links can, too.
#![allow(missing_docs)]

use std::{
    future::Future,
    io::{Read as _, Write as _},
    thread,
    time::Duration,
};

use embedded::scenario::{MEMORY, at_most, formats, frames, receives, sends};
use embedded_io_adapters::{std::FromStd, tokio_1::FromTokio};
use sockpipe::{
    Deadline, Never, Sock,
    link::{
        self, Format,
        embedded_async::{Rx, Tx, TxError},
    },
};
use tokio::{
    io::{AsyncWriteExt, duplex},
    net::{TcpListener, TcpStream, UnixStream},
};

/// So many polls until a future is dropped. The last drops none.
const POLLS: [usize; 6] = [1, 2, 3, 5, 8, usize::MAX];
const PATIENCE: Duration = Duration::from_secs(60);

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("this does not end")
}

#[tokio::test]
async fn frames_come_whole_through_tokios_pipe_however_often_futures_are_dropped() {
    for format in formats() {
        for (room, polls) in [1, 2, 7].into_iter().flat_map(|room| POLLS.map(|polls| (room, polls))) {
            let (writer, reader) = duplex(room);
            in_time(async {
                tokio::join!(
                    sends(FromTokio::new(writer), format, polls),
                    receives(FromTokio::new(reader), format, polls)
                )
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_come_whole_through_sockets_between_two_tasks() {
    for format in formats() {
        for polls in POLLS {
            let (a, b) = UnixStream::pair().unwrap();
            let sender = tokio::spawn(sends(FromTokio::new(a), format, polls));
            in_time(receives(FromTokio::new(b), format, polls)).await;
            in_time(sender).await.unwrap();

            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let (a, b) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
            let sender = tokio::spawn(sends(FromTokio::new(a.unwrap()), format, polls));
            in_time(receives(FromTokio::new(b.unwrap().0), format, polls)).await;
            in_time(sender).await.unwrap();
        }
    }
}

/// Both halves in one task, each dropped when the other is ready, against the blocking link of the same crate in a thread.
#[tokio::test]
async fn a_select_over_both_halves_loses_nothing() {
    const ROUNDS: u32 = 20_000;
    let format = Format::plain(100);
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let peer = thread::spawn(move || {
        let sock = Sock::from(theirs);
        let (mut pages, mut memory) = ([0; 64], [0; 64]);
        let mut tx = link::Tx::new(&sock, format, &mut pages);
        let mut rx = link::Rx::new(&sock, format, &mut memory);
        while let Some(frame) = rx.recv(Deadline::Never, &Never).unwrap() {
            tx.send(frame, Deadline::Never, &Never).unwrap();
        }
        tx.close(Deadline::Never, &Never).unwrap();
    });
    ours.set_nonblocking(true).unwrap();
    let (reader, writer) = UnixStream::from_std(ours).unwrap().into_split();
    let (mut pages, mut memory) = ([0; 64], [0; 64]);
    let mut tx = Tx::new(FromTokio::new(writer), format, &mut pages);
    let mut rx = Rx::new(FromTokio::new(reader), format, &mut memory);
    let (mut fed, mut received) = (0, 0);
    in_time(async {
        while received < ROUNDS {
            tokio::select! {
                accepted = async { tx.feed(&fed.to_le_bytes()).await }, if fed < ROUNDS => {
                    accepted.unwrap();
                    fed += 1;
                }
                frame = rx.recv() => {
                    assert_eq!(frame.unwrap().as_deref(), Some(&received.to_le_bytes()[..]));
                    received += 1;
                }
            }
            if fed == ROUNDS || fed % 64 == 0 {
                // A flush that is dropped half-way goes on with the next call.
                if let Some(flushed) = at_most(1, tx.flush()).await {
                    flushed.unwrap();
                }
            }
        }
        tx.close().await.unwrap();
        tx.into_writer().into_inner().shutdown().await.unwrap();
        assert!(rx.recv().await.unwrap().is_none());
    })
    .await;
    peer.join().unwrap();
}

#[tokio::test]
async fn a_timeout_in_a_large_frame_says_how_far_it_has_come_and_goes_on() {
    let (writer, reader) = duplex(50);
    let (mut pages, mut memory, mut out) = ([0; MEMORY], [0; MEMORY], [0; 100]);
    let mut tx = Tx::new(FromTokio::new(writer), Format::bare(100), &mut pages);
    let mut rx = Rx::new(FromTokio::new(reader), Format::bare(100), &mut memory);
    let frame: Vec<u8> = (0..100).collect();
    assert!(tokio::time::timeout(Duration::from_millis(5), tx.send(&frame)).await.is_err());
    assert!(matches!(tx.flush().await, Err(TxError::Unfinished { sent: 46, total: 100 })));
    let (sent, received) = in_time(async { tokio::join!(tx.send(&frame), rx.recv_into(&mut out)) }).await;
    sent.unwrap();
    assert_eq!(received.unwrap(), Some(100));
    assert_eq!(out[..], frame);
}

/// std's streams through the same adapters, for the blocking link.
#[test]
fn a_blocking_link_over_stds_streams() {
    let (a, b) = std::os::unix::net::UnixStream::pair().unwrap();
    let (mut pages, mut memory, mut out) = ([0; MEMORY], [0; MEMORY], [0; 100]);
    let mut tx = link::embedded::Tx::new(FromStd::new(&a), Format::fd(100), &mut pages);
    let mut rx = link::embedded::Rx::new(FromStd::new(&b), Format::fd(100), &mut memory);
    for frame in frames() {
        tx.send(&frame).unwrap();
        assert_eq!(rx.recv_into(&mut out).unwrap(), Some(frame.len()));
        assert_eq!(out[..frame.len()], frame);
    }
    a.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(rx.recv().unwrap().is_none());
    // And nothing of it is left in the stream.
    let ((mut a, mut b), mut rest) = ((&a, &b), Vec::new());
    b.write_all(b"x").unwrap();
    a.read_exact(&mut [0]).unwrap();
    b.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
}
