//! The dialogues of real protocols, against a peer that follows a script: I2P's SAM, SOCKS5, Tor's control port.
//!
//! Each is held over a Unix socket and over TCP; and each with a peer that sends every answer, and what follows it, in one segment,
//! and one that sends byte by byte. In all of them what follows a line or a reply belongs to somebody else.
#![cfg(target_os = "linux")]

use std::{format, string::String, thread, time::Duration, vec::Vec};

use conformance::worlds::kernel::{Kind, Tcp, Unix};
use rustix::net::{RecvFlags, SendFlags, recv, send};
use sockpipe::{Deadline, Errno, Never, Peek, RecvError, RecvExactError, Sink, Sock, Source, options::NoDelay};

const SOON: Deadline = Deadline::Within(Duration::from_secs(20));

/// What the peer does, one step after the other; then it closes.
#[derive(Clone)]
enum Peer {
    /// Receives exactly this.
    Hears(Vec<u8>),
    /// Sends this.
    Says(Vec<u8>),
}
use Peer::{Hears, Says};

fn hears(bytes: impl AsRef<[u8]>) -> Peer {
    Hears(bytes.as_ref().into())
}

fn says(bytes: impl AsRef<[u8]>) -> Peer {
    Says(bytes.as_ref().into())
}

/// Plays the script, with system calls of its own.
fn play(peer: &Sock, script: &[Peer], at_a_time: usize) {
    for step in script {
        match step {
            Hears(bytes) => {
                let mut heard = vec![0; bytes.len()];
                let (_, n) = recv(peer, &mut heard[..], RecvFlags::WAITALL).unwrap();
                assert_eq!(&heard[..n], bytes);
            }
            Says(bytes) => {
                for part in bytes.chunks(at_a_time) {
                    assert_eq!(send(peer, part, SendFlags::NOSIGNAL), Ok(part.len()));
                }
            }
        }
    }
}

/// Holds the dialogue in every way.
fn dialogue(script: &[Peer], client: impl Fn(&Sock)) {
    for pair in [Unix::pair, Tcp::pair] {
        for at_a_time in [usize::MAX, 1] {
            let (sock, peer) = pair().expect("this kernel has both");
            // A reset throws away what Nagle's algorithm still holds back. A Unix socket has no such option, and no need of it.
            let _ = peer.set_sock_opt(NoDelay(true));
            let client = &client;
            thread::scope(move |scope| {
                scope.spawn(move || play(&peer, script, at_a_time));
                // Closed when the client is done, also if it panics: nobody waits for ever.
                let sock = sock;
                client(&sock);
            });
        }
    }
}

fn say(sock: &Sock, request: impl AsRef<[u8]>) {
    sock.send_complete(request.as_ref(), SOON, &Never).unwrap();
}

fn line(sock: &Sock) -> String {
    let mut line = heapless::String::<2048>::new();
    sock.recv_until_terminator(b'\n', &mut line, SOON, &Never).unwrap();
    line.as_str().into()
}

fn exactly<const N: usize>(sock: &Sock) -> [u8; N] {
    let mut bytes = [0; N];
    sock.recv_exact(&mut bytes, SOON, &Never).unwrap();
    bytes
}

/// All that is left, up to the end of the stream.
fn rest(sock: &Sock) -> Vec<u8> {
    let mut rest = Vec::new();
    loop {
        let mut byte = [0];
        match sock.recv_exact(&mut byte, SOON, &Never) {
            Ok(()) => rest.extend(byte),
            Err(RecvExactError::Closed { .. }) => return rest,
            Err(error) => panic!("{error}"),
        }
    }
}

const HELLO: &str = "HELLO VERSION MIN=3.1 MAX=3.1\n";
const HELLO_REPLY: &str = "HELLO REPLY RESULT=OK VERSION=3.1\n";
/// What the programs at both ends of a stream talk about: not text, and with terminators in it.
const RAW: &[u8] = b"\xF9\xBE\xB4\xD9version\n\0\n\xFF";

/// Letters as I2P writes keys.
fn base64(length: usize) -> String {
    (0..length).map(|n| char::from(b"AZaz09-~"[n % 8])).collect()
}

#[test]
fn sam_makes_a_destination() {
    let reply = format!("DEST REPLY PUB={} PRIV={}\n", base64(524), base64(908));
    assert_eq!(reply.len(), 1454, "as long as a router's");
    let script = [hears(HELLO), says(HELLO_REPLY), hears("DEST GENERATE SIGNATURE_TYPE=7\n"), says(&reply)];
    dialogue(&script, |sock| {
        say(sock, HELLO);
        assert_eq!(line(sock), HELLO_REPLY.trim_end());
        say(sock, "DEST GENERATE SIGNATURE_TYPE=7\n");
        assert_eq!(line(sock), reply.trim_end());
        assert_eq!(rest(sock), b"");
    });
}

#[test]
fn sam_connects_and_the_stream_begins_right_behind_the_status() {
    let connect = format!("STREAM CONNECT ID=0123456789 DESTINATION={} SILENT=false\n", base64(524));
    let status = [b"STREAM STATUS RESULT=OK\n", RAW].concat();
    dialogue(&[hears(HELLO), says(HELLO_REPLY), hears(&connect), says(status), hears(RAW)], |sock| {
        say(sock, HELLO);
        assert_eq!(line(sock), HELLO_REPLY.trim_end());
        say(sock, &connect);
        assert_eq!(line(sock), "STREAM STATUS RESULT=OK");
        say(sock, RAW);
        assert_eq!(rest(sock), RAW);
    });
}

#[test]
fn sam_accepts_and_the_stream_begins_right_behind_the_peers_name() {
    let accept = "STREAM ACCEPT ID=0123456789 SILENT=false\n";
    let coming = [b"STREAM STATUS RESULT=OK\n", base64(516).as_bytes(), b"\n", RAW].concat();
    dialogue(&[hears(accept), says(coming)], |sock| {
        say(sock, accept);
        assert_eq!(line(sock), "STREAM STATUS RESULT=OK");
        assert_eq!(line(sock), base64(516));
        assert_eq!(rest(sock), RAW);
    });
}

#[test]
fn socks_replies_are_as_long_as_they_say() {
    let request = b"\x05\x01\x00\x03\x0Bexample.com\x20\x8D";
    let addresses: [&[u8]; 4] =
        [b"\x01\0\0\0\0", b"\x03\x00", b"\x03\x05onion", b"\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"];
    for address in addresses {
        let script = [
            hears(b"\x05\x02\x00\x02"),
            says(b"\x05\x02"),
            hears(b"\x01\x04user\x04pass"),
            says(b"\x01\x00"),
            hears(request),
            says([b"\x05\x00\x00", address, b"\x1F\x90", RAW].concat()),
        ];
        dialogue(&script, |sock| {
            say(sock, b"\x05\x02\x00\x02");
            assert_eq!(exactly(sock), [5, 2]);
            say(sock, b"\x01\x04user\x04pass");
            assert_eq!(exactly(sock), [1, 0]);
            say(sock, request);
            let [5, 0, 0, kind] = exactly(sock) else { panic!("refused") };
            let bound = match kind {
                1 => exactly::<4>(sock).to_vec(),
                3 => (0..exactly::<1>(sock)[0]).map(|_| exactly::<1>(sock)[0]).collect(),
                _ => exactly::<16>(sock).to_vec(),
            };
            assert!(address.ends_with(&bound));
            assert_eq!(u16::from_be_bytes(exactly(sock)), 8080);
            assert_eq!(rest(sock), RAW);
        });
    }
}

#[test]
fn a_socks_reply_that_breaks_off() {
    dialogue(&[hears(b"\x05\x01\x00"), says(b"\x05\x00\x00")], |sock| {
        say(sock, b"\x05\x01\x00");
        let mut reply = [9; 4];
        assert_eq!(sock.recv_exact(&mut reply, SOON, &Never), Err(RecvExactError::Closed { received: 3 }));
        assert_eq!(reply, [5, 0, 0, 9]);
    });
}

#[test]
fn tor_answers_in_many_lines_and_between_them_unasked() {
    let info = "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE=\"/a b\"\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n";
    let data = "650 CIRC 1 BUILT\r\n250+config/names=\r\nAccel Integer\r\n..\r\n.\r\n250 OK\r\n";
    let script = [
        hears("PROTOCOLINFO 1\r\n"),
        says(info),
        hears("GETINFO config/names\r\n"),
        says([data.as_bytes(), RAW].concat()),
    ];
    /// The lines of a reply: to the one that has a space behind the number.
    fn reply(sock: &Sock) -> String {
        let mut reply = String::new();
        loop {
            let next = line(sock);
            reply += &next;
            reply += "\n";
            if next.starts_with("250 ") {
                return reply;
            }
        }
    }
    dialogue(&script, |sock| {
        say(sock, "PROTOCOLINFO 1\r\n");
        assert_eq!(reply(sock), info);
        say(sock, "GETINFO config/names\r\n");
        assert_eq!(reply(sock), data);
        assert_eq!(rest(sock), RAW);
    });
}

#[test]
fn tor_refuses_without_an_end_of_line() {
    dialogue(&[hears("AUTHENTICATE\r\n"), says("515 Authentication failed")], |sock| {
        say(sock, "AUTHENTICATE\r\n");
        let mut line = heapless::String::<64>::new();
        let end = sock.recv_until_terminator(b'\n', &mut line, SOON, &Never);
        assert_eq!((end, &line[..]), (Err(RecvError::Closed { received: 25 }), "515 Authentication failed"));
    });
}

#[test]
fn tor_refuses_and_breaks_the_connection() {
    // It closes with a request unread, which is a reset: what it said before is there all the same.
    dialogue(&[hears("AUTHENTICATE\r\n"), says("515 No\r\n")], |sock| {
        say(sock, "AUTHENTICATE\r\nQUIT\r\n");
        assert_eq!(line(sock), "515 No\r");
        let mut line = heapless::String::<64>::new();
        let end = sock.recv_until_terminator(b'\n', &mut line, SOON, &Never);
        assert_eq!(end, Err(RecvError::Failed { errno: Errno::CONNRESET, received: 0 }));
    });
}
