//! Text that is cut, invalid, too long or forged: what comes out is UTF-8, nothing is lost, and waiting costs nothing.
#![cfg(target_os = "linux")]

use std::time::Duration;

use conformance::{
    Act, World,
    faulty::{Call, Faulty, Plan},
    worlds::{
        Loopback,
        threads::{Tcp, Unix},
    },
};
use heapless::String;
use rustix::time::{ClockId, clock_gettime};
use sockpipe::{Deadline, Errno, Events, Never, Peek, RecvError, Room, Sink, Source, Wait};

/// Makes of each function a test in each world.
macro_rules! in_each_world {
    ($($test:ident)*) => { $(
        mod $test {
            #[test]
            fn unix() {
                super::$test::<super::Unix>();
            }
            #[test]
            fn tcp() {
                super::$test::<super::Tcp>();
            }
            #[test]
            fn loopback() {
                super::$test::<super::Loopback>();
            }
        }
    )* };
}

in_each_world! { split_then_rest split_then_stall split_then_end split_then_reset invalid_everywhere not_judged misfit }

const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
const MOMENT: Duration = Duration::from_millis(5);
/// Characters of two, three and four bytes, each as the end of a line.
const ENDS: [&str; 3] = ["é\n", "€\n", "𝄞\n"];

/// Sends these bytes, and waits until they are there.
fn deliver(from: &impl Sink, to: &impl Peek, bytes: &[u8]) {
    from.send_complete(bytes, SOON, &Never).unwrap();
    while peeked(to).len() < bytes.len() {
        to.wait(Events::NONE, Some(Duration::from_millis(1)), &Never).unwrap();
    }
}

fn peeked(of: &impl Peek) -> Vec<u8> {
    let mut bytes = [0; 4096];
    let mut room = Room::from(&mut bytes[..]);
    let _ = of.peek(&mut room);
    room.filled().to_vec()
}

fn taken(of: &impl Source) -> Vec<u8> {
    let mut bytes = [0; 4096];
    let mut room = Room::from(&mut bytes[..]);
    let _ = of.recv(&mut room);
    room.filled().to_vec()
}

/// For each place where a character can be cut: a connection on which "ab" and the character's beginning wait, and what
/// is still to come.
fn at_each_cut<W: World + Default>(
    test: impl for<'w> Fn(&'w W, W::Stream<'w>, W::Stream<'w>, &'static [u8], &'static [u8]),
) {
    for end in ENDS {
        for cut in 1..end.len() - 1 {
            let (head, tail) = end.as_bytes().split_at(cut);
            let w = W::default();
            let (a, b) = w.pair().unwrap();
            deliver(&b, &a, &[b"ab", head].concat());
            test(&w, a, b, head, tail);
        }
    }
}

fn split_then_rest<W: World + Default>() {
    at_each_cut::<W>(|w, a, b, head, tail| {
        w.later(b, MOMENT, Act::Sends(tail)).unwrap();
        let mut line = String::<16>::new();
        assert_eq!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Ok(()));
        assert_eq!([line.as_bytes(), b"\n"].concat(), [b"ab", head, tail].concat());
    });
}

fn split_then_stall<W: World + Default>() {
    at_each_cut::<W>(|_, a, b, head, tail| {
        let mut line = String::<16>::new();
        let end = a.recv_until_terminator(b'\n', &mut line, Deadline::Within(MOMENT), &Never);
        assert_eq!(end, Err(RecvError::TimedOut { received: 2 }));
        assert_eq!((line.as_bytes(), &peeked(&a)[..]), (&b"ab"[..], head));
        // An interrupt ends it, too; and then it goes on where it was.
        let end = a.recv_until_terminator(b'\n', &mut line, SOON, &sockpipe::When(|| true));
        assert_eq!(end, Err(RecvError::Interrupted { received: 0 }));
        deliver(&b, &a, tail);
        assert_eq!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Ok(()));
        assert_eq!([line.as_bytes(), b"\n"].concat(), [b"ab", head, tail].concat());
    });
}

/// The end of the stream, or a reset, in the middle of a character.
fn split_then<W: World + Default>(act: Act, then: RecvError) {
    for earlier in [false, true] {
        at_each_cut::<W>(|w, a, b, head, _| {
            // A Unix socket resets when it is closed with something unread.
            if let Act::Resets = act {
                a.send(b"unread").unwrap();
            }
            if earlier {
                w.now(b, act).unwrap();
            } else {
                w.later(b, MOMENT, act).unwrap();
            }
            let mut line = String::<16>::new();
            let end = a.recv_until_terminator(b'\n', &mut line, SOON, &Never);
            assert_eq!(end, Err(RecvError::NotUtf8 { received: 2 }));
            assert_eq!(line, "ab");
            assert_eq!(taken(&a), head);
            assert_eq!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Err(then));
        });
    }
}

fn split_then_end<W: World + Default>() {
    split_then::<W>(Act::HalfCloses, RecvError::Closed { received: 0 });
    split_then::<W>(Act::Closes, RecvError::Closed { received: 0 });
}

fn split_then_reset<W: World + Default>() {
    split_then::<W>(Act::Resets, RecvError::Failed { errno: Errno::CONNRESET, received: 0 });
}

/// How much of a core this thread has used.
fn cpu() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

/// A stall of 300 ms in the middle of a character costs at most 5 % of a core, and so does one without.
fn stall<W: World + Default>() {
    for head in [&b"ab"[..], b"ab\xC3", b"ab\xF0\x9D\x84"] {
        let w = W::default();
        let (a, b) = w.pair().unwrap();
        deliver(&b, &a, head);
        let a = Faulty::new(a, Plan::default());
        let mut line = String::<16>::new();
        let (start, used) = (a.now(), cpu());
        let end = a.recv_until_terminator(b'\n', &mut line, Deadline::Within(Duration::from_millis(300)), &Never);
        let (took, used) = (a.now().saturating_duration_since(start), cpu() - used);
        println!("{}, {} bytes: {used:?} of {took:?}", W::NAME, head.len());
        assert_eq!(end, Err(RecvError::TimedOut { received: 2 }));
        assert!(took >= Duration::from_millis(300));
        assert!(used * 20 <= took, "{used:?} of {took:?}");
        // Naps of 1, 2, 4 … 64, 64 ms, in which bytes do not count, as there are some already.
        let waits = a.calls().into_iter().filter(|call| matches!(call, Call::Wait(Events::HANGUP, _))).count();
        assert_eq!(waits, a.count(Call::Wait(Events::NONE, None)) - usize::from(head.len() == 2));
        assert!(waits <= 12, "{waits}");
    }
}

#[test]
fn stall_unix() {
    stall::<Unix>();
}

#[test]
fn stall_tcp() {
    stall::<Tcp>();
}

/// A bad byte at each offset of a line: the text before it comes out, and it comes next.
fn invalid_everywhere<W: World + Default>() {
    let good = "aé€𝄞 zß\n";
    for at in 0..good.len() {
        for bad in [&b"\xFF"[..], b"\x80", b"\xC0\xAF", b"\xED\xA0\x80", b"\xF4\x90\x80\x80", b"\xE2(", b"\xF0\x9D\n"] {
            let sent = [&good.as_bytes()[..at], bad, &good.as_bytes()[at..]].concat();
            let line_end = sent.iter().position(|byte| *byte == b'\n').unwrap();
            // Within a character the inserted byte can complete it.
            let want = match std::str::from_utf8(&sent[..line_end]) {
                Ok(_) => (Ok(()), line_end, line_end + 1),
                Err(e) => (Err(RecvError::NotUtf8 { received: e.valid_up_to() }), e.valid_up_to(), e.valid_up_to()),
            };
            let w = W::default();
            let (a, b) = w.pair().unwrap();
            deliver(&b, &a, &sent);
            let mut line = String::<64>::new();
            assert_eq!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), want.0);
            assert_eq!(line.as_bytes(), &sent[..want.1]);
            if want.0.is_err() {
                // It does not go away.
                let end = a.recv_until_terminator(b'\n', &mut line, SOON, &Never);
                assert_eq!(end, Err(RecvError::NotUtf8 { received: 0 }));
            }
            assert_eq!(taken(&a), &sent[want.2..]);
        }
    }
}

fn not_judged<W: World + Default>() {
    for behind in [&b"\xFF\xFE\n"[..], b"\xC3", b"\xF0\x9D", b"\x80"] {
        let w = W::default();
        let (a, b) = w.pair().unwrap();
        deliver(&b, &a, &[b"ok\n", behind].concat());
        let mut line = String::<64>::new();
        assert_eq!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never), Ok(()));
        assert_eq!(line, "ok");
        assert_eq!(taken(&a), behind);
    }
}

/// A character of which a beginning has come and for which there is no more room: too long, without a wait.
fn misfit<W: World + Default>() {
    misfit_in::<W, 0>();
    misfit_in::<W, 1>();
    misfit_in::<W, 2>();
    misfit_in::<W, 3>();
    misfit_in::<W, 4>();
    misfit_in::<W, 5>();
    misfit_in::<W, 6>();
    misfit_in::<W, 7>();
    misfit_in::<W, 8>();
    misfit_in::<W, 9>();
    misfit_in::<W, 10>();
    misfit_in::<W, 11>();
    misfit_in::<W, 12>();
}

fn misfit_in<W: World + Default, const N: usize>() {
    for character in ["x", "é", "€", "𝄞"] {
        let flood = character.repeat(16);
        for sent in 0..=16 {
            let size = character.len();
            // What fits of what is whole.
            let whole = (sent / size * size).min(N / size * size);
            let want = if whole == N || (sent > whole && size > N - whole) {
                RecvError::TooLong { limit: N, received: whole }
            } else {
                RecvError::TimedOut { received: whole }
            };
            let w = W::default();
            let (a, b) = w.pair().unwrap();
            deliver(&b, &a, &flood.as_bytes()[..sent]);
            let a = Faulty::new(a, Plan { clock: &[0], ..Plan::default() });
            let mut line = String::<N>::new();
            let end = a.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never);
            assert_eq!(end, Err(want), "{sent} bytes of {flood}");
            assert_eq!(line, flood[..whole]);
            assert_eq!(peeked(a.inner()), &flood.as_bytes()[whole..sent]);
            if let RecvError::TooLong { .. } = want {
                assert_eq!(a.count(Call::Clock), 0);
            }
        }
    }
}
