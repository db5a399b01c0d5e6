//! A static program that logs through defmt, its own lines and the library's.
//!
//! Standard output gets frames, which the host decodes with the names that this very file, unstripped, has:
//! `device-log | defmt-print -e device-log`.
#![no_std]
#![no_main]

mod logger;

use core::time::Duration;

use defmt::{error, info, warn};
use sockpipe::{Deadline, Errno, Events, Instant, Never, Peek, Sink, TokenError, TokenPipe, Wait};

rt::entry!(main);

fn main() -> i32 {
    match tokens().and_then(|()| lines()) {
        Ok(()) => {
            info!("the end");
            0
        }
        Err(errno) => {
            error!("it does not go on: {}", errno);
            1
        }
    }
}

/// A token, no token, the end.
fn tokens() -> Result<(), Errno> {
    let (reader, writer) = TokenPipe::pair()?;
    info!("nothing there: {}", reader.try_token_read());
    info!("written: {}", writer.try_token_write(7));
    info!("read: {}", reader.token_read(Deadline::Within(Duration::from_secs(2)), &Never));
    drop(writer);
    info!("read: {}", reader.token_read(Deadline::Never, &Never));
    let (reader, writer) = TokenPipe::pair()?;
    drop(reader);
    match writer.try_token_write(7) {
        Err(TokenError::BrokenPipe) => warn!("nobody reads: {}", TokenError::BrokenPipe),
        other => error!("{}", other),
    }
    Ok(())
}

/// A line that comes, one that does not, and a peer that is gone.
fn lines() -> Result<(), Errno> {
    let (a, b) = sockpipe::make_socket_pair()?;
    let deadline = Deadline::At(Instant::from_nanos(1));
    info!("until {}, or for {}", deadline, Deadline::Within(Duration::from_millis(1500)));
    info!("sent: {}", a.send_complete(b"a line\nhalf", deadline, &Never));
    info!("ready for {}", b.wait_for(Events::RECV | Events::SEND, deadline, &Never));
    let mut line = heapless::Vec::<u8, 64>::new();
    info!("line: {}", b.recv_until_terminator(b'\n', &mut line, deadline, &Never));
    info!("it is {=[u8]:a}", line.as_slice());
    line.clear();
    info!("line: {}", b.recv_until_terminator(b'\n', &mut line, deadline, &Never));
    drop(b);
    info!("sent: {}", a.send_complete(b"to nobody", deadline, &Never));
    Ok(())
}

/// Without a line, as the logger may be what panicked.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    rt::exit(101)
}
