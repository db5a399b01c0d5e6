//! The operations of links.

use std::time::Duration;

use benches::{tcp, unix};
use sockpipe::{
    Deadline, Errno, Events, Instant, Interrupt, Never, Room, Sink, Sock, Source, Wait,
    link::{Format, Rx, Tx},
};

use super::marked;

const DEADLINE: Deadline = Deadline::Within(Duration::from_secs(60));
const FORMAT: Format = Format::bare(65536);
const PAYLOAD: [u8; 16] = *b"sixteen bytes ..";

/// Performs the operation of this name. False: there is none.
pub fn operate(name: &str, count: usize) -> bool {
    match name {
        "link_send_unix" => send(unix(), count),
        "link_send_tcp" => send(tcp(), count),
        "link_commit" => with_tx(unix(), |tx, _| marked(|| (0..count).for_each(|_| commit(tx)))),
        "link_vectored" => with_tx(unix(), |tx, _| {
            let parts: &[&[u8]] = &[b"head", &PAYLOAD, b"tail"];
            marked(|| (0..count).for_each(|_| tx.send_vectored(parts, DEADLINE, &Never).unwrap()));
        }),
        "link_send_large" => {
            with_tx(unix(), |tx, peer| large(peer, count, |frame| tx.send_large(frame, DEADLINE, &Never)))
        }
        "link_send_uncopied" => {
            with_tx(unix(), |tx, peer| large(peer, count, |frame| tx.send(frame, DEADLINE, &Never)))
        }
        // Four frames each time.
        "link_batch" => with_tx(unix(), |tx, _| {
            marked(|| {
                let mut batch = tx.batch();
                (0..4 * count).for_each(|_| batch.feed(&PAYLOAD, DEADLINE, &Never).unwrap());
                batch.flush(DEADLINE, &Never).unwrap();
            });
        }),
        "link_send_alone" => with_tx(unix(), |tx, _| {
            marked(|| (0..count).for_each(|_| tx.batch().send(&PAYLOAD, DEADLINE, &Never).unwrap()));
        }),
        // What is fed and not flushed: not a system call.
        "link_feed" => with_tx(unix(), |tx, _| {
            let mut batch = tx.batch();
            marked(|| (0..count).for_each(|_| batch.feed(&PAYLOAD, DEADLINE, &Never).unwrap()));
        }),
        "link_recv_unix" => recv(unix(), count),
        "link_recv_tcp" => recv(tcp(), count),
        // There and back, with nothing to wait for.
        "link_round_trip" => {
            let (a, b) = unix().unwrap();
            let (mut pages, mut memory) = ([[0; 32768]; 2], [[0; 16384]; 2]);
            let ([pages_a, pages_b], [memory_a, memory_b]) = (&mut pages, &mut memory);
            let (mut tx_a, mut tx_b) = (Tx::new(&a, FORMAT, pages_a), Tx::new(&b, FORMAT, pages_b));
            let (mut rx_a, mut rx_b) = (Rx::new(&a, FORMAT, memory_a), Rx::new(&b, FORMAT, memory_b));
            let mut there_and_back = || {
                tx_a.batch().send(&PAYLOAD, DEADLINE, &Never).unwrap();
                let frame = rx_b.recv(DEADLINE, &Never).unwrap().unwrap();
                tx_b.batch().send(frame, DEADLINE, &Never).unwrap();
                assert_eq!(rx_a.recv(DEADLINE, &Never).unwrap().as_deref(), Some(&PAYLOAD[..]));
            };
            marked(|| (0..count).for_each(|_| there_and_back()));
        }
        // For the instructions: without the kernel.
        "feed_nowhere" => to_nowhere(|tx| {
            let mut batch = tx.batch();
            (0..count).for_each(|_| batch.feed(&PAYLOAD, DEADLINE, &Never).unwrap());
        }),
        "send_alone_nowhere" => {
            to_nowhere(|tx| (0..count).for_each(|_| tx.batch().send(&PAYLOAD, DEADLINE, &Never).unwrap()));
        }
        "send_nowhere" => to_nowhere(|tx| (0..count).for_each(|_| tx.send(&PAYLOAD, DEADLINE, &Never).unwrap())),
        "commit_nowhere" => to_nowhere(|tx| (0..count).for_each(|_| commit(tx))),
        "recv_nowhere" => {
            let mut memory = [0; 16380];
            let mut rx = Rx::new(Nowhere, FORMAT, &mut memory);
            (0..count).for_each(|_| assert_eq!(rx.recv(DEADLINE, &Never).unwrap().map(|frame| frame.len()), Some(16)));
        }
        _ => return false,
    }
    true
}

fn to_nowhere(operation: impl FnOnce(&mut Tx<'_, Nowhere>)) {
    let mut pages = [0; 2 * 16384];
    operation(&mut Tx::new(Nowhere, FORMAT, &mut pages));
}

/// Takes everything, and gives frames without end.
struct Nowhere;

impl Wait for Nowhere {
    fn wait(&self, _: Events, _: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
        unreachable!("nobody has to wait for it")
    }
    fn now(&self) -> Instant {
        unreachable!("nobody has to wait for it")
    }
}

impl Sink for Nowhere {
    fn send(&self, data: &[u8]) -> Result<usize, Errno> {
        Ok(data.len())
    }
}

impl Source for Nowhere {
    fn recv(&self, room: &mut Room<'_>) -> Result<usize, Errno> {
        const FRAME: [u8; 20] = *b"\x10\0\0\0sixteen bytes ..";
        static FRAMES: [[u8; 20]; 819] = [FRAME; 819];
        Ok(room.put(FRAMES.as_flattened()))
    }
}

fn with_tx(pair: Result<(Sock, Sock), Errno>, operation: impl FnOnce(&mut Tx<'_, &Sock>, &Sock)) {
    let (sock, peer) = pair.unwrap();
    let mut pages = [0; 2 * 16384];
    operation(&mut Tx::new(&sock, FORMAT, &mut pages), &peer);
}

fn send(pair: Result<(Sock, Sock), Errno>, count: usize) {
    with_tx(pair, |tx, _| marked(|| (0..count).for_each(|_| tx.send(&PAYLOAD, DEADLINE, &Never).unwrap())));
}

fn commit(tx: &Tx<'_, impl Sink>) {
    let mut slot = tx.reserve(PAYLOAD.len(), DEADLINE, &Never).unwrap().alloc(PAYLOAD.len()).unwrap();
    slot.copy_from_slice(&PAYLOAD);
    slot.commit().unwrap();
}

/// Longer than a page. There is room for one at a time; the peer, which is no link, takes it away in two calls.
fn large(peer: &Sock, count: usize, mut send: impl FnMut(&[u8]) -> Result<(), sockpipe::link::TxError>) {
    let (frame, mut memory) = ([7; 40_000], [0; 40_004]);
    marked(|| {
        for _ in 0..count {
            send(&frame).unwrap();
            assert_eq!(peer.recv(&mut memory), Ok(memory.len()));
        }
    });
}

fn recv(pair: Result<(Sock, Sock), Errno>, count: usize) {
    let (sock, peer) = pair.unwrap();
    let frame = [&(PAYLOAD.len() as u32).to_le_bytes()[..], &PAYLOAD].concat();
    let all = frame.repeat(count);
    assert_eq!(peer.send(&all), Ok(all.len()));
    // TCP hands them over by and by.
    let mut seen = vec![0; all.len()];
    while sock.peek(&mut seen) != Ok(all.len()) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut memory = [0; 16384];
    let mut rx = Rx::new(&sock, FORMAT, &mut memory);
    marked(|| (0..count).for_each(|_| assert_eq!(rx.recv(DEADLINE, &Never).unwrap().as_deref(), Some(&PAYLOAD[..]))));
}
