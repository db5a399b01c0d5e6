//! One token into a pipe and out of it again. bitcoin-tokenpipe 0.1.18 is not among the peers: what it depends on (named-item) takes nightly Rust.

use std::io::{Read, Write};
use std::time::Duration;

use rustix::pipe::{PipeFlags, pipe_with};
use sockpipe::{Deadline, Never, TokenPipe};

use super::leak;
use crate::{Case, Goal, Plan, raw};

pub fn plan() -> Plan {
    let row = "token write and read, SIGPIPE-safe, to raw write and read";
    Plan::new("a token written and read", move || {
        (cases(), vec![Goal::new(row, "ours: token_write, token_read", "bare write, read", 1.1)])
    })
}

fn cases() -> Vec<Case<'static>> {
    let pipe = || {
        let (read_end, write_end) = leak(pipe_with(PipeFlags::CLOEXEC).unwrap());
        (raw::number(read_end), raw::number(write_end))
    };
    let (from, to) = pipe();
    let bare = move || {
        assert_eq!(raw::write(to, b"t"), 1);
        assert_eq!(raw::read(from, &mut [0]), 1);
    };
    let (from, to) = pipe();
    let same_flags = move || {
        assert_eq!(raw::pwritev2(to, b"t", raw::RWF_NOWAIT | raw::RWF_NOSIGNAL), 1);
        assert_eq!(raw::preadv2(from, &mut [0], raw::RWF_NOWAIT), 1);
    };
    let (reader, writer) = TokenPipe::pair().unwrap();
    let deadline = Deadline::Within(Duration::from_secs(60));
    let ours = move || {
        writer.token_write(b't', deadline, &Never).unwrap();
        assert_eq!(reader.token_read(deadline, &Never), Ok(Some(b't')));
    };
    let (mut std_read, mut std_write) = std::io::pipe().unwrap();
    let of_std = move || {
        std_write.write_all(b"t").unwrap();
        std_read.read_exact(&mut [0]).unwrap();
    };
    let (mut os_read, mut os_write) = os_pipe::pipe().unwrap();
    let of_os_pipe = move || {
        os_write.write_all(b"t").unwrap();
        os_read.read_exact(&mut [0]).unwrap();
    };
    let (nix_read, nix_write) = nix::unistd::pipe().unwrap();
    let of_nix = move || {
        nix::unistd::write(&nix_write, b"t").unwrap();
        nix::unistd::read(&nix_read, &mut [0]).unwrap();
    };

    let mut cases = vec![Case::new("bare write, read", bare), Case::new("ours: token_write, token_read", ours)];
    // Kernels before 6.18 do not know the flag, and ours does something else there.
    if raw::pwritev2(to, b"", raw::RWF_NOSIGNAL) == 0 {
        cases.push(Case::new("bare pwritev2, preadv2, the same flags", same_flags));
    }
    cases.push(Case::new("std io::pipe", of_std));
    cases.push(Case::new("os_pipe", of_os_pipe));
    cases.push(Case::new("nix", of_nix));
    cases
}
