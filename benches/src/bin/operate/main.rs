//! Performs one operation so many times: `operate OPERATION COUNT`. Everything is prepared before, and nothing blocks.
//!
//! What comes before and after is marked by a getppid(2), so that whoever traces the system calls can tell.

mod links;
mod pairs;
mod wakes;

use std::{env, hint::black_box, process::ExitCode, thread, time::Duration};

use benches::{tcp, unix};
use heapless::{String, Vec};
use sockpipe::{Deadline, Errno, LineReader, Peek, RecvError, Sink, Sock, TokenPipe, TokenReader, TokenWriter};

const LINE: &[u8; 64] = b"the line that is sent, received and counted, of 63 characters..\n";
const DEADLINE: Deadline = Deadline::Within(Duration::from_secs(60));

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (Some(operation), Some(count)) = (arguments.next(), arguments.next().and_then(|count| count.parse().ok()))
    else {
        eprintln!("usage: operate OPERATION COUNT");
        return ExitCode::FAILURE;
    };
    // An interrupt that lends a descriptor: it must not be looked at as long as nothing blocks.
    let (interrupt, _owner) = TokenPipe::pair().unwrap();
    match &operation[..] {
        "token_write" => {
            let (_reader, writer) = TokenPipe::pair().unwrap();
            marked(|| write_tokens(&writer, count, &interrupt));
        }
        "token_read" => {
            let (reader, writer) = TokenPipe::pair().unwrap();
            write_tokens(&writer, count, &interrupt);
            marked(|| {
                for _ in 0..count {
                    assert_eq!(reader.token_read(DEADLINE, &interrupt), Ok(Some(b't')));
                }
            });
        }
        "drain" => {
            let (reader, writer) = TokenPipe::pair().unwrap();
            write_tokens(&writer, count, &interrupt);
            marked(|| assert_eq!(reader.drain(&mut [0; 4096]), Ok(Some(count))));
        }
        "send_unix" => send(unix(), count, &interrupt),
        "send_tcp" => send(tcp(), count, &interrupt),
        "bytes_unix" => receive(unix(), count, |sock| bytes(sock, &interrupt)),
        "bytes_tcp" => receive(tcp(), count, |sock| bytes(sock, &interrupt)),
        "text_unix" => receive(unix(), count, |sock| text(sock, &interrupt)),
        "text_tcp" => receive(tcp(), count, |sock| text(sock, &interrupt)),
        "eager_unix" => read_lines(unix(), count, false, &interrupt),
        "eager_tcp" => read_lines(tcp(), count, false, &interrupt),
        "lazy_unix" => read_lines(unix(), count, true, &interrupt),
        "lazy_tcp" => read_lines(tcp(), count, true, &interrupt),
        "time_is_up" => {
            let (sock, _peer) = unix().unwrap();
            marked(|| {
                for _ in 0..count {
                    let result =
                        sock.recv_until_terminator(b'\n', &mut Vec::<u8, 64>::new(), Deadline::NOW, &interrupt);
                    assert_eq!(result, Err(RecvError::TimedOut { received: 0 }));
                }
            });
        }
        _ if links::operate(&operation, count)
            || pairs::operate(&operation, count)
            || wakes::operate(&operation, count) => {}
        _ => {
            eprintln!("there is no operation {operation}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn marked(operation: impl FnOnce()) {
    black_box(rustix::process::getppid());
    operation();
    black_box(rustix::process::getppid());
}

fn write_tokens(writer: &TokenWriter, count: usize, interrupt: &TokenReader) {
    for _ in 0..count {
        writer.token_write(b't', DEADLINE, interrupt).unwrap();
    }
}

fn send(pair: Result<(Sock, Sock), Errno>, count: usize, interrupt: &TokenReader) {
    let (sock, _peer) = pair.unwrap();
    marked(|| {
        for _ in 0..count {
            sock.send_complete(LINE, DEADLINE, interrupt).unwrap();
        }
    });
}

fn read_lines(pair: Result<(Sock, Sock), Errno>, count: usize, is_lazy: bool, interrupt: &TokenReader) {
    let (mut sock, _peer) = with_lines(pair, count);
    let mut window = [0; 65536];
    let make = if is_lazy { LineReader::lazy } else { LineReader::eager };
    let mut lines = make(&mut sock, &mut window);
    marked(|| {
        for _ in 0..count {
            assert_eq!(lines.recv_line(b'\n', DEADLINE, interrupt), Ok(&LINE[..63]));
        }
        assert_eq!(lines.finish(), Ok(&b""[..]));
    });
}

fn receive(pair: Result<(Sock, Sock), Errno>, count: usize, line: impl Fn(&Sock)) {
    let (sock, _peer) = with_lines(pair, count);
    marked(|| (0..count).for_each(|_| line(&sock)));
}

/// A connection on which so many lines have come.
fn with_lines(pair: Result<(Sock, Sock), Errno>, count: usize) -> (Sock, Sock) {
    let (sock, peer) = pair.unwrap();
    let all = LINE.repeat(count);
    assert_eq!(peer.send(&all), Ok(all.len()));
    // TCP hands them over by and by.
    let mut seen = vec![0; all.len()];
    while sock.peek(&mut seen) != Ok(all.len()) {
        thread::sleep(Duration::from_millis(1));
    }
    (sock, peer)
}

fn bytes(sock: &Sock, interrupt: &TokenReader) {
    let mut out = Vec::<u8, 1024>::new();
    sock.recv_until_terminator(b'\n', &mut out, DEADLINE, interrupt).unwrap();
    assert_eq!(out, LINE[..63]);
}

fn text(sock: &Sock, interrupt: &TokenReader) {
    let mut out = String::<1024>::new();
    sock.recv_until_terminator(b'\n', &mut out, DEADLINE, interrupt).unwrap();
    assert_eq!(out.as_bytes(), &LINE[..63]);
}
