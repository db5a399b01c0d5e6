//! A token through a pipe, and a line from descriptor 0 with deadline, interrupt and error text: how small that is.
//!
//! Descriptor 0 must be a connected socket, as under inetd. Whoever writes into the token pipe meanwhile interrupts it.
#![no_std]
#![no_main]

use core::time::Duration;

use sockpipe::{
    Deadline, Peek, Sock, TokenPipe,
    fd::{FromRawFd, OwnedFd},
};

#[cfg(not(feature = "text"))]
type Line = heapless::Vec<u8, 256>;
#[cfg(feature = "text")]
type Line = heapless::String<256>;

rt::entry!(main);

fn main() -> i32 {
    let Ok((reader, writer)) = TokenPipe::pair() else { rt::exit(2) };
    if writer.try_token_write(7).is_err() || reader.try_token_read() != Ok(Some(7)) {
        rt::exit(2);
    }
    // SAFETY: descriptor 0 is open, as `entry!` has seen to that, and nobody else here owns it.
    let input = Sock::from(unsafe { OwnedFd::from_raw_fd(0) });
    let mut line = Line::new();
    let deadline = Deadline::Within(Duration::from_secs(2));
    match input.recv_until_terminator(b'\n', &mut line, deadline, &reader) {
        Ok(()) => {
            rt::write(1, line.as_ref());
            rt::exit(0)
        }
        Err(error) => {
            rt::write(2, error.text().as_bytes());
            if let Some(errno) = error.errno() {
                rt::write(2, b": error ");
                write_number(errno.raw().unsigned_abs());
            }
            rt::write(2, b"\n");
            rt::exit(1)
        }
    }
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
