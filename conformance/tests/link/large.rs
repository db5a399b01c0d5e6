//! Frames that are longer than the memory of the link: what has gone into the caller's memory does not come again, and the link says so.

use std::time::Duration;

use sockpipe::{
    Deadline, Never, Sock,
    link::{FdRx, Format, Rx, RxError, Tx},
    make_socket_pair,
};

const FORMAT: Format = Format::fd(1000);
const SOON: Deadline = Deadline::Within(Duration::from_millis(10));
const UNFINISHED: RxError = RxError::Unfinished { received: 2, len: 100 };

/// The prologue, and a header and two bytes of a frame of a hundred.
fn begin(sock: &Sock) {
    sock.send(b"VOXL\x01\x01\x64\0\0\0\0\0\0\0ab").unwrap();
}

fn end(sock: &Sock) {
    sock.send(&[b'c'; 98]).unwrap();
}

#[test]
fn what_is_in_the_callers_memory_is_not_waited_for_elsewhere() {
    let (a, b) = make_socket_pair().unwrap();
    let mut memory = [0; 20];
    let mut rx = Rx::new(&b, FORMAT, &mut memory);
    begin(&a);
    assert_eq!(rx.recv(SOON, &Never), Err(RxError::Larger { len: 100 }));
    assert_eq!(rx.next_len(SOON, &Never), Ok(Some(100)));
    let mut out = [0; 100];
    assert_eq!(rx.recv_into(&mut out[..99], SOON, &Never), Err(RxError::Larger { len: 100 }));
    assert_eq!(rx.recv_into(&mut out, SOON, &Never), Err(RxError::TimedOut { received: 10 }));
    assert_eq!(rx.recv(SOON, &Never), Err(UNFINISHED));
    assert_eq!(rx.next_len(SOON, &Never), Err(UNFINISHED));
    assert_eq!(rx.recv_into(&mut out[..99], SOON, &Never), Err(UNFINISHED));
    end(&a);
    assert_eq!(rx.recv_into(&mut out, SOON, &Never), Ok(Some(100)));
    assert_eq!((&out[..2], &out[2..]), (&b"ab"[..], &[b'c'; 98][..]));
    assert_eq!(rx.recv(SOON, &Never), Err(RxError::TimedOut { received: 0 }));
}

#[test]
fn nor_with_descriptors() {
    let (a, b) = make_socket_pair().unwrap();
    let (mut memory, mut slots) = ([0; 20], [None]);
    let mut rx: FdRx<'_, _> = Rx::new(&b, FORMAT, &mut memory).with_fds(&mut slots);
    begin(&a);
    let mut out = [0; 100];
    assert_eq!(rx.recv_into(&mut out, SOON, &Never).err(), Some(RxError::TimedOut { received: 10 }));
    assert_eq!(rx.recv(SOON, &Never).err(), Some(UNFINISHED));
    assert_eq!(rx.next_len(SOON, &Never), Err(UNFINISHED));
    end(&a);
    assert_eq!(rx.recv_into(&mut out, SOON, &Never).unwrap().unwrap().payload.len(), 100);
}

/// A pipe takes the header and the payload one after the other, both at once.
#[test]
fn a_pipe_takes_a_large_frame_without_a_wait() {
    let (reader, writer) = sockpipe::TokenPipe::pair().unwrap();
    let (mut pages, mut memory) = ([0; 32], [0; 100]);
    let mut tx = Tx::new(writer, FORMAT, &mut pages);
    let mut rx = Rx::new(reader, FORMAT, &mut memory);
    for _ in 0..2 {
        assert_eq!(tx.send_large(&[7; 90], Deadline::NOW, &Never), Ok(()));
        assert_eq!(rx.recv(Deadline::NOW, &Never).unwrap().as_deref(), Some(&[7; 90][..]));
        assert_eq!(tx.send(&[8; 90], Deadline::NOW, &Never), Ok(()));
        assert_eq!(rx.recv(Deadline::NOW, &Never).unwrap().as_deref(), Some(&[8; 90][..]));
    }
}

/// What was reserved and not used splits nothing: the frames behind it go out in the same send.
#[test]
fn what_is_not_used_splits_no_send() {
    let (a, b) = make_socket_pair().unwrap();
    let mut pages = [0; 4096];
    let tx = Tx::new(&a, Format::bare(100), &mut pages);
    let mut kept = None;
    for n in 0..20 {
        let mut slot = tx.reserve(50, SOON, &Never).unwrap().alloc(1).unwrap();
        slot[0] = n;
        if let Some(earlier) = kept.replace(slot) {
            let _: Result<(), _> = sockpipe::link::Slot::commit(earlier);
        }
    }
    kept.unwrap().commit().unwrap();
    let mut memory = [0; 200];
    assert_eq!(b.recv(&mut memory), Ok(100));
    for (n, frame) in memory[..100].chunks(5).enumerate() {
        assert_eq!(frame, [1, 0, 0, 0, n as u8]);
    }
}
