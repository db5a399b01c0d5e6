//! Lines from pipes.

use core::time::Duration;

use sockpipe::{Deadline, Errno, Never, Peek, PeekPipe, RecvError, Room, Sink, Source, TokenPipe, TokenReader};

use super::{BOTH, reader};
use crate::{
    Verdict,
    cases::{common::SOON, recv::rest},
    claim, must,
};

pub(super) fn pipe() -> Verdict {
    for is_lazy in BOTH {
        let (inner, writer) = must!(TokenPipe::pair());
        let mut pipe = must!(PeekPipe::new(inner));
        let mut window = [0; 64];
        must!(writer.send_complete(b"one\n\nthree\nfo", SOON, &Never));
        let mut lines = reader(is_lazy, &mut pipe, &mut window);
        for line in [&b"one"[..], b"", b"three"] {
            claim!(must!(lines.recv_line(b'\n', SOON, &Never)), line);
        }
        // Deadlines hold, as ever, although the pipe is in blocking mode.
        let deadline = Deadline::Within(Duration::from_millis(5));
        claim!(lines.recv_line(b'\n', deadline, &Never), Err(RecvError::TimedOut { received: 2 }));
        must!(writer.send_complete(b"ur\nraw bytes", SOON, &Never));
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"four");
        must!(lines.finish());
        // A window smaller than what is there shows a part of it, and leaves nothing behind in the second pipe.
        for n in [3, 9, 3] {
            let mut seen = [0; 9];
            let mut room = Room::from(&mut seen[..n]);
            claim!(pipe.peek(&mut room), Ok(n));
            claim!(room.filled(), &b"raw bytes"[..n]);
        }
        // The rest is for whoever has the pipe next.
        let inner = pipe.into_inner();
        claim!(rest(&inner), b"raw bytes");
        drop(writer);
        let pipe = must!(PeekPipe::new(inner));
        claim!(pipe.peek(&mut Room::from(&mut window[..])), Ok(0));
    }

    // More than a pipe's page, in many pieces.
    let (inner, writer) = must!(TokenPipe::pair());
    for _ in 0..2000 {
        must!(writer.send_complete(b"0123456789\n", SOON, &Never));
    }
    let mut pipe = must!(PeekPipe::new(inner));
    let mut window = [0; 4096];
    let mut lines = reader(true, &mut pipe, &mut window);
    for _ in 0..1999 {
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"0123456789");
    }
    must!(lines.finish());
    claim!(rest(&pipe), b"0123456789\n");

    // A socket is none.
    let (a, _b) = must!(sockpipe::make_socket_pair());
    let pipe = must!(PeekPipe::new(TokenReader::from(sockpipe::fd::OwnedFd::from(a))));
    claim!(pipe.peek(&mut Room::from(&mut window[..])), Err(Errno::INVAL));
    claim!(pipe.recv(&mut Room::from(&mut window[..])), Err(Errno::AGAIN));
    Ok(())
}
