//! A thousand peers that send a part of a header, or nothing, and leave: no memory, and no descriptor, is left behind. Alone in its
//! process, as it counts both.
#![cfg(target_os = "linux")]

use std::{fs, net::Ipv4Addr, time::Duration};

use sockpipe::{
    Address, Deadline, Family, Never, Sink, Sock,
    link::{Format, FrameError, Link, RxError},
};

const SOON: Deadline = Deadline::Within(Duration::from_secs(20));
const FORMATS: [Format; 3] = [Format::bare(1 << 30), Format::plain(1 << 30), Format::fd(1 << 30)];

/// What is resident of this process, in KiB.
fn resident() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The nth peer comes, sends so many bytes of what its profile begins with, and leaves.
fn peer(listener: &Sock, to: &Address, n: usize) {
    let format = FORMATS[n % 3];
    let begin = [format.profile.prologue(), &[0xFF; 4]].concat();
    let client = Sock::stream(Family::Inet).unwrap();
    client.connect(to, SOON, &Never).unwrap();
    let (server, _) = listener.accept(SOON, &Never).unwrap();
    let some = n / 3 % 4;
    client.send_complete(&begin[..some], SOON, &Never).unwrap();
    drop(client);

    let (mut pages, mut buffer) = ([0; 4096], [0; 4096]);
    let mut link = Link::new(&server, &server, format, &mut pages, &mut buffer);
    let result = link.rx.recv(SOON, &Never).map(|frame| frame.map(drop));
    let got = some as u8;
    let want = match (some, format.profile.prologue().len()) {
        (0, _) => Ok(None),
        (_, 0) => Err(RxError::Protocol(FrameError::EndInHeader { got })),
        _ => Err(RxError::Protocol(FrameError::EndInPrologue { got })),
    };
    assert_eq!(result, want);
}

#[test]
fn a_thousand_of_them() {
    let listener = Sock::listen_on(&Address::from((Ipv4Addr::LOCALHOST, 0)), 16).unwrap();
    let to = listener.get_sock_name().unwrap();
    (0..100).for_each(|n| peer(&listener, &to, n));
    let (memory, fds) = (resident(), descriptors());
    (0..1000).for_each(|n| peer(&listener, &to, n));
    assert_eq!(descriptors(), fds);
    let more = resident() - memory;
    assert!(more <= 64, "{more} KiB more than {memory}");
}
