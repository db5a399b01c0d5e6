//! A peer in another language: Python's socket.send_fds and recv_fds, in both directions.

use std::{
    os::unix::net::UnixListener,
    process::{Command, Stdio},
};

use super::*;

/// Checks each frame against `[number of descriptors][payload]` as it should be, writes into each descriptor, and answers with as many ends of
/// pipes of its own, into which it has written, too.
const PEER: &str = r#"
import array, os, socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(60)
s.connect(sys.argv[1])
s.sendall(b"VOXL\x01\x01")
fds = []
def take(n):
    data = b""
    while len(data) < n:
        part, come, flags, _ = socket.recv_fds(s, n - len(data), 253)
        assert not flags & socket.MSG_CTRUNC
        fds.extend(come)
        if not part:
            assert not data
            return None
        data += part
    return data
assert take(6) == b"VOXL\x01\x01"
while (head := take(8)) is not None:
    length, count = struct.unpack("<II", head)
    assert len(fds) == count, (len(fds), count)
    payload = take(length)
    assert len(fds) == count, (len(fds), count)
    for n, fd in enumerate(fds):
        os.write(fd, b"%d" % n)
        os.close(fd)
    fds.clear()
    answer = []
    for n in range(count):
        reader, writer = os.pipe()
        os.write(writer, b"answer %d" % n)
        os.close(writer)
        answer.append(reader)
    frame = struct.pack("<II", length, count) + payload
    sent = socket.send_fds(s, [frame], answer) if answer else 0
    s.sendall(frame[sent:])
    for fd in answer:
        os.close(fd)
"#;

#[test]
fn descriptors_go_there_and_back() {
    nothing_leaks(|| {
        if !Command::new("python3").arg("-c").arg("import socket; socket.send_fds").status().is_ok_and(|s| s.success())
        {
            return println!("skipped: no python3 with socket.send_fds here");
        }
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let mut peer = Command::new("python3");
        let mut peer = peer.args(["-c", PEER]).arg(&path).stdin(Stdio::null()).spawn().unwrap();
        let sock = Sock::from(OwnedFd::from(listener.accept().unwrap().0));
        let mut pages = [0; 4096];
        let mut tx = Tx::new(&sock, FORMAT, &mut pages);
        let (mut memory, mut slots) = (vec![0; 1 << 20], slots::<253>());
        let mut rx = rx(&sock, &mut memory, &mut slots);
        for length in [0, 1, 3, 17, 4096, 70_000, 1 << 20] {
            for n in [0, 1, 2, 3, 28, 253] {
                let payload = vec![n as u8; length];
                let (ears, mouths) = pipes(n);
                tx.send_with_fds(&payload, &lend(&mouths), SOON, &Never).unwrap();
                drop(mouths);
                let frame = rx.recv(SOON, &Never).unwrap().expect("an answer");
                assert!(frame.payload == payload);
                assert_eq!((frame.fds.len(), frame.surplus, frame.lost), (n, 0, 0));
                for (number, (ear, fd)) in ears.into_iter().zip(frame.fds).enumerate() {
                    assert_eq!(io::read_to_string(ear.0).unwrap(), number.to_string());
                    assert_eq!(io::read_to_string(File::from(fd)).unwrap(), format!("answer {number}"));
                }
            }
        }
        tx.close(SOON, &Never).unwrap();
        assert!(rx.recv(SOON, &Never).unwrap().is_none());
        assert!(peer.wait().unwrap().success());
    });
}
