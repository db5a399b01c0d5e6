//! Children that are killed at any moment: what they have written comes whole, in order and once, the end comes when they are
//! gone, and nobody who was killed before it said so is ready.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use conformance::storm::{Storm, Target};
use sockpipe::{Deadline, Never, Readiness, ReadinessError, TokenPipe, TokenReader, TokenWriter, WaitSet};

use super::{PAUSE, SOON, common::in_a_process_of_its_own, rounds};

/// One test at a time forks, as the children of another would keep its ends open.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Forks. The child does `work` in a storm, and then ends.
fn fork(work: impl FnOnce()) -> i32 {
    // SAFETY: the process has one thread that does anything, and the child only makes system calls.
    match unsafe { libc::fork() } {
        0 => {
            let target = Target::calling(|| ());
            let _storm = Storm::begin(&target, PAUSE);
            work();
            // SAFETY: always possible.
            unsafe { libc::_exit(0) }
        }
        child => child,
    }
}

fn kill(child: i32) {
    // SAFETY: it is a child of this process that was not waited for.
    unsafe { libc::kill(child, libc::SIGKILL) };
    let mut status = 0;
    // SAFETY: `status` can be written to.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
}

/// A moment, of another length each time: xorshift.
fn moment(seed: &mut u64) -> Duration {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    Duration::from_micros(*seed % 3_000)
}

/// Writes tokens with this number in the upper bits, as many as there is time for.
fn count(number: u8, to: &TokenWriter) {
    let mut all = (0..64).cycle();
    while all.next().is_some_and(|n: u8| to.token_write(number << 6 | n, SOON, &Never).is_ok()) {}
}

#[test]
fn what_killed_writers_wrote_is_whole() {
    let _turn = turn();
    in_a_process_of_its_own("forks::what_killed_writers_wrote_is_whole", || {
        let mut seed = 0x5EED;
        for _ in 0..rounds(15) {
            let (reader, writer) = TokenPipe::pair().unwrap();
            let mut mine = Some((reader, writer));
            let children: Vec<_> = (0..4)
                .map(|number| {
                    fork(|| {
                        if let Some((reader, writer)) = mine.take() {
                            drop(reader);
                            count(number, &writer);
                        }
                    })
                })
                .collect();
            let (reader, writer) = mine.take().unwrap();
            drop(writer);
            let mut next = [0_u8; 4];
            for child in children {
                read_some(&reader, &mut next, Deadline::Within(moment(&mut seed)));
                kill(child);
            }
            // All are dead, so what is left comes, and then the end.
            assert!(read_some(&reader, &mut next, SOON), "the end does not come");
        }
    });
}

/// Reads until then, or to the end: true.
fn read_some(reader: &TokenReader, next: &mut [u8; 4], until: Deadline) -> bool {
    let until = until.fixed(sockpipe::Instant::now()).map_or(Deadline::Never, Deadline::At);
    loop {
        match reader.token_read(until, &Never) {
            Ok(Some(token)) => {
                let (number, n) = (usize::from(token >> 6), token & 63);
                assert_eq!(n, next[number], "of child {number} one is lost, or came twice");
                next[number] = (n + 1) & 63;
            }
            Ok(None) => return true,
            Err(sockpipe::TokenError::TimedOut) => return false,
            Err(error) => panic!("{error}"),
        }
        if let Deadline::At(end) = until
            && sockpipe::Instant::now() > end
        {
            return false;
        }
    }
}

#[test]
fn who_is_killed_is_ready_only_if_it_said_so() {
    let _turn = turn();
    in_a_process_of_its_own("forks::who_is_killed_is_ready_only_if_it_said_so", || {
        let (mut ready, mut died, mut seed) = (0, 0, 0xF0F0);
        for _ in 0..rounds(200) {
            let mut both = Some(Readiness::pair().unwrap());
            let (says, said) = TokenPipe::pair().map(|(reader, writer)| (writer, reader)).unwrap();
            let (work, lives) = (moment(&mut seed), moment(&mut seed));
            let child = fork(|| {
                if let Some((parent, notifier)) = both.take() {
                    drop(parent);
                    let _ = WaitSet::<0>::new().wait(Deadline::Within(work), &Never);
                    let _ = says.try_token_write(b'<');
                    let _ = notifier.ready();
                    let _ = says.try_token_write(b'>');
                }
                let _ = WaitSet::<0>::new().wait(SOON, &Never);
            });
            let (parent, notifier) = both.take().unwrap();
            drop(notifier);
            std::thread::sleep(lives);
            kill(child);
            let heard = parent.wait(SOON, &Never);
            let mut words = [0; 2];
            let words = match said.drain(&mut words) {
                Ok(Some(count)) => &words[..count],
                _ => &[],
            };
            match heard {
                Ok(()) => assert_ne!(words, b"", "it has not said so"),
                Err(error) => {
                    assert_eq!(error, ReadinessError::ChildDied);
                    assert_ne!(words, b"<>", "it has said so");
                }
            }
            *if heard.is_ok() { &mut ready } else { &mut died } += 1;
        }
        println!("{ready} said that they were ready, {died} were killed before");
    });
}
