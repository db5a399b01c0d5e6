//! One token into a pipe and out of it again.
#![allow(missing_docs)]

use std::{
    io::{Read, Write},
    time::Duration,
};

use benches::{Case, compare, settings};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rustix::{
    io::{IoSlice, IoSliceMut, ReadWriteFlags, preadv2, pwritev2, read, write},
    pipe::{PipeFlags, pipe_with},
};
use sockpipe::{Deadline, Never, TokenPipe};

/// RWF_NOSIGNAL, as the crate uses it.
const NOSIGNAL: ReadWriteFlags = ReadWriteFlags::from_bits_retain(0x100);

fn tokens(criterion: &mut Criterion) {
    let (read_end, write_end) = pipe_with(PipeFlags::CLOEXEC).unwrap();
    let bare = || {
        write(&write_end, b"t").unwrap();
        read(&read_end, &mut [0]).unwrap();
    };
    let (nowait_read, nowait_write) = pipe_with(PipeFlags::CLOEXEC).unwrap();
    let nowait = || {
        pwritev2(&nowait_write, &[IoSlice::new(b"t")], u64::MAX, ReadWriteFlags::NOWAIT | NOSIGNAL).unwrap();
        preadv2(&nowait_read, &mut [IoSliceMut::new(&mut [0])], u64::MAX, ReadWriteFlags::NOWAIT).unwrap();
    };
    let (reader, writer) = TokenPipe::pair().unwrap();
    let ours = || {
        writer.token_write(b't', Deadline::Within(Duration::from_secs(60)), &Never).unwrap();
        assert_eq!(reader.token_read(Deadline::Within(Duration::from_secs(60)), &Never), Ok(Some(b't')));
    };
    let (mut std_read, mut std_write) = std::io::pipe().unwrap();
    let of_std = || {
        std_write.write_all(b"t").unwrap();
        std_read.read_exact(&mut [0]).unwrap();
    };
    let (mut os_read, mut os_write) = os_pipe::pipe().unwrap();
    let of_os_pipe = || {
        os_write.write_all(b"t").unwrap();
        os_read.read_exact(&mut [0]).unwrap();
    };

    let mut cases = vec![Case::new("bare write, read", bare), Case::new("token_write, token_read", ours)];
    // Kernels before 6.18 do not know the flag, and ours does something else there.
    if pwritev2(&nowait_write, &[], u64::MAX, NOSIGNAL).is_ok() {
        cases.push(Case::new("bare pwritev2, preadv2, the same flags", nowait));
    }
    cases.push(Case::new("std::io::pipe", of_std));
    cases.push(Case::new("os_pipe", of_os_pipe));
    compare(criterion, "token", Throughput::Elements(1), &mut cases);
}

criterion_group! {
    name = benches;
    config = settings();
    targets = tokens
}
criterion_main!(benches);
