//! Where the stream stands, and what others see of it.

use core::time::Duration;

use sockpipe::{Deadline, LineReader, Never, Peek, RecvError, Sink, Source};

use super::{BOTH, reader};
use crate::{
    Act, Verdict, World,
    cases::{
        common::SOON,
        recv::{deliver, rest},
    },
    claim,
    faulty::{Call, Fault, Plan},
    must,
};

/// K-07
pub fn finished_in_the_middle<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        for dropped in BOTH {
            let (mut a, b) = w.pair()?;
            deliver(&b, &a, b"CONNECT\nraw\nbytes\n")?;
            let mut window = [0; 64];
            let mut lines = reader(is_lazy, &mut a, &mut window);
            claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"CONNECT");
            claim!(lines.partial(), b"");
            if dropped {
                drop(lines);
            } else {
                claim!(lines.finish(), Ok(&b""[..]));
            }
            claim!(rest(&a), b"raw\nbytes\n");
        }
    }
    Ok(())
}

/// K-08. Another handle of the same socket shows where it stands.
pub fn eager_is_exact_at_every_return<W: World>(w: &W) -> Verdict {
    let (mut a, b) = w.pair()?;
    let twin = w.twin(&a)?;
    deliver(&b, &a, b"one\ntwo\nthr")?;
    let mut window = [0; 64];
    let mut lines = LineReader::eager(&mut a, &mut window);
    for (line, behind) in [(&b"one"[..], &b"two\nthr"[..]), (b"two", b"thr")] {
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), line);
        let mut seen = [0; 64];
        let n = must!(twin.peek(&mut (&mut seen).into()));
        claim!(&seen[..n], behind);
    }
    claim!(lines.recv_line(b'\n', Deadline::NOW, &Never), Err(RecvError::TimedOut { received: 3 }));
    claim!(rest(&twin), b"");
    claim!(lines.partial(), b"thr");
    Ok(())
}

/// K-09. Also when the program dies, instead of forgetting.
pub fn lazy_shows_lines_again_until_it_ends<W: World>(w: &W) -> Verdict {
    let (mut a, b) = w.pair()?;
    let twin = w.twin(&a)?;
    deliver(&b, &a, b"one\ntwo\nthr")?;
    let mut window = [0; 64];
    let mut lines = LineReader::lazy(&mut a, &mut window);
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"one");
    core::mem::forget(lines);
    let mut lines = LineReader::lazy(&mut a, &mut window);
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"one");
    claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"two");
    must!(lines.finish());
    claim!(rest(&twin), b"thr");
    Ok(())
}

/// K-10. Whoever polls sees bytes that were handed out already, until then.
pub fn lazy_has_taken_all_when_it_times_out<W: World>(w: &W) -> Verdict {
    let (mut a, b) = w.pair()?;
    let twin = w.twin(&a)?;
    deliver(&b, &a, b"one\ntwo\n")?;
    let mut window = [0; 64];
    let mut lines = LineReader::lazy(&mut a, &mut window);
    must!(lines.recv_line(b'\n', Deadline::NOW, &Never));
    must!(lines.recv_line(b'\n', Deadline::NOW, &Never));
    claim!(lines.recv_line(b'\n', Deadline::NOW, &Never), Err(RecvError::TimedOut { received: 0 }));
    claim!(rest(&twin), b"");
    Ok(())
}

/// K-11
pub fn conversation<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let (mut a, b) = w.pair()?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        must!(lines.get_ref().send_complete(b"HELLO\n", SOON, &Never));
        let mut hello = [0; 6];
        must!(b.recv_exact(&mut hello, SOON, &Never));
        claim!(&hello, b"HELLO\n");
        must!(b.send(b"250-x\n25"));
        w.later(b, Duration::from_millis(5), Act::Sends(b"0 OK\nraw"))?;
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"250-x");
        claim!(must!(lines.recv_line(b'\n', SOON, &Never)), b"250 OK");
        must!(lines.finish());
        claim!(rest(&a), b"raw");
    }
    Ok(())
}

/// K-12. Deadlines are for the whole line.
pub fn trickle<W: World>(w: &W) -> Verdict {
    for is_lazy in BOTH {
        let clock = [0, 1000, 2000, 3000, 4000];
        let (peek, wait) = ([Fault::Short(1); 8], [super::READY; 8]);
        let (mut a, b) = w.faulty(Plan { peek: &peek, wait: &wait, clock: &clock, ..Plan::default() })?;
        deliver(&b, a.inner(), b"abcdefg\n")?;
        let mut window = [0; 64];
        let mut lines = reader(is_lazy, &mut a, &mut window);
        let end = lines.recv_line(b'\n', Deadline::Within(Duration::from_secs(3)), &Never);
        claim!(end, Err(RecvError::TimedOut { received: 4 }));
        claim!(lines.partial(), b"abcd");
        // It goes on with what it has.
        claim!(must!(lines.recv_line(b'\n', Deadline::Never, &Never)), b"abcdefg");
        must!(lines.finish());
        claim!(rest(&a), b"");
        claim!(a.count(Call::Wait(sockpipe::Events::RECV, None)) >= 3);
    }
    Ok(())
}
