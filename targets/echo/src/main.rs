//! A link that sends back each frame it gets, with deadline, interrupt and error text: how small that is.
//!
//! Descriptor 0 must be a connected socket, as under inetd. Whoever writes into the token pipe meanwhile interrupts it.
#![no_std]
#![no_main]

use core::time::Duration;

use sockpipe::{
    Deadline, Errno, Sock, TokenPipe, TokenReader,
    fd::{FromRawFd, OwnedFd},
    link::{Format, Link, Rx, Tx},
};

rt::entry!(main);

/// The longest frame that is taken, and the longest that there is memory for: so a frame can be too long in two ways.
const MAX: u32 = 8192;
const MEMORY: usize = 4096;

fn main() -> i32 {
    let Ok((stop, _stopper)) = TokenPipe::pair() else { rt::exit(2) };
    // SAFETY: descriptor 0 is open, as `entry!` has seen to that, and nobody else here owns it.
    let sock = Sock::from(unsafe { OwnedFd::from_raw_fd(0) });
    let (mut pages, mut buffer) = ([0; 32], [0; MEMORY]);
    let mut link = Link::new(&sock, &sock, Format::bare(MAX), &mut pages, &mut buffer);
    let patience = Deadline::Within(Duration::from_secs(2));
    echo(&mut link.tx, &mut link.rx, patience, &stop)
}

#[inline(never)]
fn echo(tx: &mut Tx<&Sock>, rx: &mut Rx<&Sock>, patience: Deadline, stop: &TokenReader) -> ! {
    loop {
        match rx.recv(patience, stop) {
            Ok(Some(frame)) => {
                if let Err(error) = tx.send_large(frame, patience, stop) {
                    fail(error.text(), error.errno());
                }
            }
            Ok(None) => rt::exit(0),
            Err(error) => fail(error.text(), error.errno()),
        }
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
