//! Operations beside the bare calls that do the same, a pair of each: into a pipe or socket and out of it, for any number of times.

use std::os::fd::AsRawFd;

use benches::{raw, unix};
use heapless::Vec;
use rustix::pipe::{PipeFlags, pipe_with};
use sockpipe::{Deadline, LineReader, Never, Peek, Sink, TokenPipe};

use super::{DEADLINE, LINE, marked};

/// Performs the operation of this name. False: there is none.
pub fn operate(name: &str, count: usize) -> bool {
    let (sock, peer) = unix().unwrap();
    let (to, from) = (sock.as_raw_fd(), peer.as_raw_fd());
    let repeat = |operation: &mut dyn FnMut()| marked(|| (0..count).for_each(|_| operation()));
    match name {
        "bare_pair" => {
            let (from, to) = pipe_with(PipeFlags::CLOEXEC).unwrap();
            let (from, to) = (from.as_raw_fd(), to.as_raw_fd());
            repeat(&mut || {
                raw::write(to, b"t");
                raw::read(from, &mut [0]);
            });
        }
        "token_pair" => {
            let (reader, writer) = TokenPipe::pair().unwrap();
            repeat(&mut || {
                let _ = writer.token_write(b't', DEADLINE, &Never);
                let _ = reader.token_read(DEADLINE, &Never);
            });
        }
        "try_token_pair" => {
            let (reader, writer) = TokenPipe::pair().unwrap();
            repeat(&mut || {
                let _ = writer.try_token_write(b't');
                let _ = reader.try_token_read();
            });
        }
        "bare_send" => repeat(&mut || {
            raw::send(to, LINE, raw::NOSIGNAL | raw::DONTWAIT);
            raw::recv(from, &mut [0; 64], raw::DONTWAIT);
        }),
        "send_complete" => repeat(&mut || {
            let _ = sock.send_complete(LINE, DEADLINE, &Never);
            raw::recv(from, &mut [0; 64], raw::DONTWAIT);
        }),
        "recv_until_terminator" => {
            let mut line = Vec::<u8, 4096>::new();
            repeat(&mut || {
                raw::send(to, LINE, raw::NOSIGNAL | raw::DONTWAIT);
                line.clear();
                let _ = peer.recv_until_terminator(b'\n', &mut line, DEADLINE, &Never);
            });
        }
        "recv_line_lazy" | "recv_line_eager" => {
            let (mut peer, mut window) = (peer, [0; 64 * 64]);
            let make = if name == "recv_line_lazy" { LineReader::lazy } else { LineReader::eager };
            let mut lines = make(&mut peer, &mut window);
            let many = LINE.repeat(64);
            marked(|| {
                for _ in 0..count.div_ceil(64) {
                    raw::send(to, &many, raw::NOSIGNAL | raw::DONTWAIT);
                    for _ in 0..64 {
                        let _ = lines.recv_line(b'\n', Deadline::Never, &Never);
                    }
                }
            });
        }
        _ => return false,
    }
    true
}
