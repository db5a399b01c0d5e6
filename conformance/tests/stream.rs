//! 64 MiB with some 262,000 terminators: what comes out is what a reference split says, and what stands behind the last terminator
//! is still in the socket.
#![cfg(target_os = "linux")]

use std::{sync::LazyLock, thread, time::Instant};

use conformance::worlds::kernel::{Kind, Tcp, Unix};
use heapless::Vec;
use sockpipe::{Deadline, Errno, Never, Peek, RecvError, Sink, Source};

const SIZE: usize = 64 << 20;
const TERMINATOR: u8 = b'\n';
/// The longest line that comes out in one call is a byte shorter.
const LIMIT: usize = 65536;
/// Behind the last terminator.
const LEFT: usize = 1000;

/// Bytes by chance, of which every 256th or so is a terminator. Marsaglia's xorshift64.
static BYTES: LazyLock<std::vec::Vec<u8>> = LazyLock::new(|| {
    let mut x = 0x9E37_79B9_7F4A_7C15_u64;
    let mut bytes = std::vec::Vec::with_capacity(SIZE);
    while bytes.len() < SIZE {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bytes.extend_from_slice(&x.to_le_bytes());
    }
    // By chance no line would be longer than some thousand bytes. These are: as long as fits, too long, much too long.
    let mut at = SIZE / 2;
    for length in [LIMIT - 1, LIMIT, 2 * LIMIT + 7] {
        bytes[at] = TERMINATOR;
        at += 1;
        remove_terminators(&mut bytes[at..at + length]);
        at += length;
    }
    bytes[at] = TERMINATOR;
    bytes[SIZE - LEFT - 1] = TERMINATOR;
    remove_terminators(&mut bytes[SIZE - LEFT..]);
    bytes
});

fn remove_terminators(of: &mut [u8]) {
    for byte in of.iter_mut().filter(|byte| **byte == TERMINATOR) {
        *byte = TERMINATOR + 1;
    }
}

fn stream<K: Kind>() {
    let (from, to) = K::pair().unwrap();
    let bytes = &BYTES[..];
    let start = Instant::now();
    let sender = thread::spawn(move || from.send_complete(bytes, Deadline::Never, &Never).map(|()| from));

    let (mut lines, mut too_long) = (0, 0);
    let mut out = Box::new(Vec::<u8, LIMIT>::new());
    for line in bytes[..SIZE - LEFT].split_inclusive(|byte| *byte == TERMINATOR) {
        let mut line = &line[..line.len() - 1];
        loop {
            out.clear();
            match to.recv_until_terminator(TERMINATOR, &mut *out, Deadline::Never, &Never) {
                Ok(()) => break,
                Err(RecvError::TooLong { limit: LIMIT, received: LIMIT }) => {
                    too_long += 1;
                    assert!(out[..] == line[..LIMIT], "line {lines}");
                    line = &line[LIMIT..];
                }
                other => panic!("line {lines}: {other:?}"),
            }
        }
        assert!(out[..] == *line, "line {lines}: {} bytes, want {}", out.len(), line.len());
        lines += 1;
    }
    let mut left = [0; LEFT];
    to.recv_exact(&mut left, Deadline::Never, &Never).unwrap();
    assert!(left[..] == bytes[SIZE - LEFT..]);
    // The sender is still there, and so is the connection: nothing is left over.
    let _from = sender.join().unwrap().unwrap();
    assert_eq!(to.recv(&mut left), Err(Errno::AGAIN));

    println!("{}: {lines} lines in {:?}", K::NAME, start.elapsed());
    assert!((260_000..264_000).contains(&lines), "{lines}");
    assert_eq!(too_long, 1 + 2);
}

#[test]
fn unix() {
    stream::<Unix>();
}

#[test]
fn tcp() {
    stream::<Tcp>();
}
