//! A program between its standard input and output, for `tests/link_stdio.rs`. A SIGPIPE would kill it.
//!
//! ```text
//! stdio echo     # writes what it reads, until the end of the stream; and half-closes its output
//! stdio frames   # the same with the frames of a link
//! stdio starve   # waits for one byte of input, for a moment
//! stdio stuff    # writes until nothing more goes out for a moment
//! stdio gone     # writes to somebody who is not there
//! stdio closed   # has no standard input
//! stdio mute     # has no standard error
//! ```
//!
//! On standard error it says how that ended.
#![cfg_attr(not(target_os = "linux"), allow(unused))]

use std::{env, process::ExitCode, time::Duration};

use sockpipe::{
    Deadline, Events, Never, Room, Sink, Source,
    link::{Format, Link},
};

/// More than anything here needs, on any machine.
const SOON: Deadline = Deadline::Within(Duration::from_secs(60));
const A_MOMENT: Deadline = Deadline::Within(Duration::from_millis(50));

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use rustix::{
        fd::AsRawFd,
        fs::fcntl_getfl,
        stdio::{stdin, stdout},
    };

    // SAFETY: the default action is no handler.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    let what = env::args().nth(1).unwrap_or_default();
    let missing = match what.as_str() {
        "closed" => 0,
        "mute" => 2,
        _ => -1,
    };
    // SAFETY: that something is closed under std's feet is what is tried here. Nobody uses it afterwards.
    unsafe { libc::close(missing) };
    let modes = || [fcntl_getfl(stdin()), fcntl_getfl(stdout())];
    let before = modes();
    let (reader, writer) = match sockpipe::link::stdio() {
        Ok(ends) => ends,
        Err(errno) => {
            eprintln!("{errno}");
            return ExitCode::FAILURE;
        }
    };
    match what.as_str() {
        "echo" => eprintln!("{:?}", echo(&reader, &writer)),
        "frames" => eprintln!("{:?}", frames(reader, writer)),
        "starve" => eprintln!("{:?}", reader.recv_exact(&mut [0], A_MOMENT, &Never)),
        "stuff" => eprintln!("{:?}", writer.send_complete(&[b'x'; 16 << 20], A_MOMENT, &Never)),
        "gone" => eprintln!("{:?}", writer.send_complete(b"hello?", A_MOMENT, &Never)),
        "mute" if reader.as_raw_fd() > 2 && writer.as_raw_fd() > 2 => {}
        _ => return ExitCode::FAILURE,
    }
    // Others have these open files, too.
    if modes() == before { ExitCode::SUCCESS } else { ExitCode::from(3) }
}

/// How many bytes it was. A terminal has no end, but a `q`.
fn echo(reader: &impl Source, writer: &impl Sink) -> Result<usize, Box<dyn std::error::Error>> {
    let mut buf = [0; 100_000];
    let mut total = 0;
    loop {
        reader.wait_for(Events::RECV, SOON, &Never)?;
        let n = reader.recv(&mut Room::from(&mut buf))?;
        writer.send_complete(&buf[..n], SOON, &Never)?;
        total += n;
        if n == 0 || buf[..n].ends_with(b"q") {
            writer.finish()?;
            return Ok(total);
        }
    }
}

/// How many frames it was.
fn frames(reader: impl Source, writer: impl Sink) -> Result<usize, Box<dyn std::error::Error>> {
    let (mut pages, mut buffer) = ([0; 8192], [0; 4096]);
    let mut link = Link::new(reader, writer, Format::plain(2000), &mut pages, &mut buffer);
    let mut total = 0;
    while let Some(frame) = link.rx.recv(SOON, &Never)? {
        link.tx.send(frame, SOON, &Never)?;
        total += 1;
    }
    link.tx.close(SOON, &Never)?;
    Ok(total)
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
