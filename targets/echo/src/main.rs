//! A link that sends back each frame it gets, with deadline, interrupt and error text: how small that is.
//!
//! Descriptor 0 must be a connected socket, as under inetd. Whoever writes into the token pipe meanwhile interrupts it.
//!
//! With the feature `fd` frames can have descriptors, and each of them gets the frame, too. With the feature `text` an error is told
//! in the crate's words, which tell all kinds apart. Those need a kilobyte; otherwise it has a few of its own.
#![no_std]
#![no_main]

use core::time::Duration;

#[cfg(feature = "fd")]
use sockpipe::fd::AsRawFd;
use sockpipe::{
    Deadline, Errno, Sock, TokenPipe, TokenReader,
    fd::{FromRawFd, OwnedFd},
    link::{Format, Link, RxError, Tx, TxError},
};

/// The longest frame that is taken, and the longest that there is memory for: so a frame can be too long in two ways.
const MAX: u32 = 8192;
const MEMORY: usize = 4096;

#[cfg(not(feature = "fd"))]
mod wire {
    use super::*;

    pub const FORMAT: Format = Format::bare(MAX);
    pub type Rx<'b> = sockpipe::link::Rx<'b, &'b Sock>;
}
#[cfg(feature = "fd")]
mod wire {
    use super::*;

    pub const FORMAT: Format = Format::fd(MAX);
    pub type Rx<'b> = sockpipe::link::FdRx<'b, &'b Sock>;
}

rt::entry!(main);

fn main() -> i32 {
    let Ok((stop, _stopper)) = TokenPipe::pair() else { rt::exit(2) };
    // SAFETY: descriptor 0 is open, as `entry!` has seen to that, and nobody else here owns it.
    let sock = Sock::from(unsafe { OwnedFd::from_raw_fd(0) });
    // What is sent at once needs no pages but for a prologue.
    let (mut pages, mut buffer) = ([0; 32], [0; MEMORY]);
    let (mut tx, rx) = Link::new(&sock, &sock, wire::FORMAT, &mut pages, &mut buffer).split();
    #[cfg(feature = "fd")]
    let mut slots = [const { None }; 4];
    #[cfg(feature = "fd")]
    let rx = rx.with_fds(&mut slots);
    let mut rx = rx;
    echo(&mut tx, &mut rx, Deadline::Within(Duration::from_secs(2)), &stop)
}

/// A function of its own, as what stands on a stack beside kilobytes takes longer instructions.
#[inline(never)]
fn echo(tx: &mut Tx<&Sock>, rx: &mut wire::Rx, patience: Deadline, stop: &TokenReader) -> ! {
    loop {
        match rx.recv(patience, stop) {
            Ok(Some(frame)) => {
                #[cfg(feature = "fd")]
                let frame = {
                    for fd in frame.fds {
                        rt::write(fd.as_raw_fd() as usize, frame.payload);
                    }
                    frame.payload
                };
                if let Err(error) = tx.send_large(frame, patience, stop) {
                    fail(sending(error), error.errno());
                }
            }
            Ok(None) => rt::exit(0),
            Err(error) => fail(receiving(error), error.errno()),
        }
    }
}

#[cfg(feature = "text")]
fn receiving(error: RxError) -> &'static str {
    error.text()
}

#[cfg(not(feature = "text"))]
fn receiving(error: RxError) -> &'static str {
    use sockpipe::link::FrameError;
    match error {
        RxError::TimedOut { .. } => "timeout",
        RxError::Interrupted { .. } => "interrupted",
        RxError::Larger { .. } | RxError::Protocol(FrameError::TooLong { .. }) => "too long",
        RxError::Protocol(FrameError::EndInHeader { .. } | FrameError::EndInBody { .. }) => "cut off",
        RxError::Protocol(_) => "not a peer",
        _ => "recv",
    }
}

#[cfg(feature = "text")]
fn sending(error: TxError) -> &'static str {
    error.text()
}

#[cfg(not(feature = "text"))]
fn sending(error: TxError) -> &'static str {
    match error {
        TxError::TimedOut { .. } => "timeout",
        TxError::Interrupted { .. } => "interrupted",
        _ => "send",
    }
}

#[inline(never)]
fn fail(text: &str, errno: Option<Errno>) -> ! {
    rt::write(2, text.as_bytes());
    if let Some(errno) = errno {
        rt::write(2, b": error ");
        write_number(errno.raw().unsigned_abs());
    }
    rt::write(2, b"\n");
    rt::exit(1)
}

fn write_number(number: u32) {
    if number >= 10 {
        write_number(number / 10);
    }
    rt::write(2, &[b'0' + (number % 10) as u8]);
}

/// The proof that nothing here can panic: a program that calls this cannot be linked.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn this_program_can_panic() -> !;
    }
    // SAFETY: it is not there to be called.
    unsafe { this_program_can_panic() }
}
