//! Threads that race to use a FIFO for the first time, for which each of its ends opens a second descriptor, once: `once_fd.rs` of
//! the models.

use std::{
    fs,
    os::fd::{AsFd, AsRawFd},
    sync::Barrier,
    thread,
};

use sockpipe::{Never, TokenReader, TokenWriter};

use super::{SOON, common::fifo, in_a_storm, rounds};

#[test]
fn all_use_the_same() {
    const THREADS: usize = 4;
    for _ in 0..rounds(50) {
        let (reader, writer) = fifo();
        let (reader, writer) = (TokenReader::from(reader), TokenWriter::from(writer));
        let begin = Barrier::new(2 * THREADS);
        let mut tokens: Vec<u8> = thread::scope(|scope| {
            let (reader, writer, begin) = (&reader, &writer, &begin);
            let readers: Vec<_> = (0..THREADS as u8)
                .map(|token| {
                    scope.spawn(move || {
                        begin.wait();
                        in_a_storm(|| writer.token_write(token, SOON, &Never)).unwrap();
                    });
                    scope.spawn(move || {
                        begin.wait();
                        in_a_storm(|| reader.token_read(SOON, &Never)).unwrap().unwrap()
                    })
                })
                .collect();
            readers.into_iter().map(|reader| reader.join().unwrap()).collect()
        });
        tokens.sort_unstable();
        assert_eq!(tokens, [0, 1, 2, 3]);
        let twins = if cfg!(sockpipe_force_unix) { 0 } else { 2 }; // other Unixes have none
        assert_eq!(open(&reader), 2 + twins, "two ends, and a twin of each");
    }
}

/// How many descriptors of this process are for the same FIFO.
fn open(of: &impl AsFd) -> usize {
    let name = |number: &str| fs::read_link(format!("/proc/self/fd/{number}")).ok();
    let fifo = name(&of.as_fd().as_raw_fd().to_string());
    let numbers = fs::read_dir("/proc/self/fd").unwrap();
    numbers.filter(|number| name(&number.as_ref().unwrap().file_name().to_string_lossy()) == fifo).count()
}
