//! The tests of vox-fdpass, and those of vox-stream that are about descriptors, as far as they are about what a user can see.

use std::{
    io::{Seek, SeekFrom},
    net::{TcpListener, TcpStream},
};

use sockpipe::Errno;

use super::*;

fn pair<'b>(
    a: &'b Sock,
    b: &'b Sock,
    pages: &'b mut [u8],
    memory: &'b mut [u8],
    slots: &'b mut [Option<OwnedFd>],
) -> (Tx<'b, &'b Sock>, FdRx<'b, &'b Sock>) {
    (Tx::new(a, FORMAT, pages), rx(b, memory, slots))
}

#[test]
fn send_fd_does_not_close_the_senders() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let (mut pages, mut memory, mut slots) = ([0; 100], [0; 100], slots::<1>());
        let (mut tx, mut rx) = pair(&a, &b, &mut pages, &mut memory, &mut slots);
        let (ear, mouth) = pipe();
        tx.send_with_fds(b"", &[mouth.as_fd()], NOW, &Never).unwrap();
        rx.recv(NOW, &Never).unwrap().unwrap().fds.for_each(drop);
        assert!(!ear.is_closed());
        ear.hears_the_last(mouth);
    });
}

#[test]
fn a_listener_crosses_and_accepts() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let (mut pages, mut memory, mut slots) = ([0; 100], [0; 100], slots::<1>());
        let (mut tx, mut rx) = pair(&a, &b, &mut pages, &mut memory, &mut slots);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        tx.send_with_fds(b"listen", &[listener.as_fd()], NOW, &Never).unwrap();
        drop(listener);
        let fd = rx.recv(NOW, &Never).unwrap().unwrap().fds.next().unwrap();
        let mut client = TcpStream::connect(address).unwrap();
        let (mut server, _) = TcpListener::from(fd).accept().unwrap();
        server.write_all(b"hello").unwrap();
        drop(server);
        let mut heard = String::new();
        client.read_to_string(&mut heard).unwrap();
        assert_eq!(heard, "hello");
    });
}

/// vox refuses an empty slice; here it is an ordinary frame.
#[test]
fn without_descriptors_it_is_an_ordinary_frame() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        tx.send_with_fds(b"none", &[], NOW, &Never).unwrap();
        let mut seen = [0; 100];
        let n = b.recv(&mut seen).unwrap();
        assert_eq!(&seen[..n], [PROLOGUE, &frame(b"none", 0)].concat());
    });
}

/// Nothing is received for a link that has no slots and that nobody asks.
#[test]
fn nothing_is_received_unasked() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let (mut memory, mut none) = ([0; 100], slots::<0>());
        let rx = rx(&ours, &mut memory, &mut none);
        let ears = send_pipes(&peer, &frame(b"x", 1), 1);
        drop(rx);
        assert!(!ears[0].is_closed());
        let mut seen = [0; 100];
        assert_eq!(ours.recv(&mut seen), Ok(PROLOGUE.len() + 9));
        assert!(ears[0].is_closed());
    });
}

#[test]
fn an_unexpected_end_is_said() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let (mut memory, mut slots) = ([0; 100], slots::<1>());
        let ears = send_pipes(&peer, &frame(b"x", 1)[..8], 1);
        drop(peer);
        is_dead(&mut rx(&ours, &mut memory, &mut slots), FrameError::EndInBody { got: 0, len: 1 }, &ears);
    });
}

#[test]
fn a_clean_end_is_none_then_and_ever_after() {
    nothing_leaks(|| {
        let (peer, ours) = raw_peer();
        let (mut memory, mut slots) = ([0; 100], slots::<1>());
        let mut rx = rx(&ours, &mut memory, &mut slots);
        let ears = send_pipes(&peer, &frame(b"x", 1), 1);
        drop(peer);
        comes(&mut rx, b"x", ears);
        assert!(rx.recv(NOW, &Never).unwrap().is_none());
        assert!(rx.recv_into(&mut [], NOW, &Never).unwrap().is_none());
        assert_eq!(rx.next_len(NOW, &Never), Ok(None));
    });
}

/// What it sends, byte for byte, and with which of the bytes.
#[test]
fn data_and_descriptors_go_in_one_message() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let mut pages = [0; 100];
        let mut tx = Tx::new(&a, FORMAT, &mut pages);
        tx.flush(NOW, &Never).unwrap();
        let mut seen = [0; 100];
        assert_eq!(b.recv(&mut seen), Ok(6));
        let (ear, mouth) = pipe();
        tx.send_with_fds(b"hello", &[mouth.as_fd()], NOW, &Never).unwrap();
        tx.send(b"behind", NOW, &Never).unwrap();
        drop(mouth);
        let mut slots = slots::<2>();
        let mut fds = sockpipe::FdRoom::from(&mut slots[..]);
        let n = sockpipe::RecvFds::recv_with_fds(&b, &mut (&mut seen).into(), &mut fds).unwrap();
        assert_eq!((fds.came(), fds.is_truncated()), (1, false));
        assert_eq!(&seen[..n], frame(b"hello", 1));
        ear.hears_the_last(slots[0].take().unwrap());
        assert_eq!(b.recv(&mut seen), Ok(14));
        assert_eq!(b.recv(&mut seen), Err(Errno::AGAIN));
    });
}

/// vox-stream's `local_link_carries_fds` and `fd_travels_with_its_frame`: a file's content is read through what has come.
#[test]
fn files_are_read_at_the_other_end() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let (mut pages, mut memory, mut slots) = ([0; 100], [0; 100], slots::<2>());
        let (mut tx, mut rx) = pair(&a, &b, &mut pages, &mut memory, &mut slots);
        let files = [b"one", b"two"].map(|text| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(text).unwrap();
            file.seek(SeekFrom::Start(0)).unwrap();
            file
        });
        tx.send(b"plain", NOW, &Never).unwrap();
        tx.send_with_fds(b"files", &[files[0].as_fd(), files[1].as_fd()], NOW, &Never).unwrap();
        drop(files);
        comes(&mut rx, b"plain", vec![]);
        let frame = rx.recv(NOW, &Never).unwrap().unwrap();
        let read = |fd| io::read_to_string(File::from(fd)).unwrap();
        assert_eq!(frame.fds.map(read).collect::<Vec<_>>(), ["one", "two"]);
    });
}

/// A file that can be found again under its name is the same file.
#[test]
fn several_descriptors_come_in_order() {
    nothing_leaks(|| {
        let (a, b) = make_socket_pair().unwrap();
        let (mut pages, mut memory, mut slots) = ([0; 100], [0; 100], slots::<3>());
        let (mut tx, mut rx) = pair(&a, &b, &mut pages, &mut memory, &mut slots);
        let names = ["/dev/null", "/proc/self/status", "/"];
        let files = names.map(|name| File::open(name).unwrap());
        tx.send_with_fds(b"", &files.each_ref().map(AsFd::as_fd), NOW, &Never).unwrap();
        let identity = |file: &File| {
            use std::os::unix::fs::MetadataExt;
            file.metadata().map(|data| (data.dev(), data.ino())).unwrap()
        };
        let frame = rx.recv(NOW, &Never).unwrap().unwrap();
        let come: Vec<_> = frame.fds.map(|fd| identity(&File::from(fd))).collect();
        assert_eq!(come, files.each_ref().map(identity));
    });
}
