//! The conformance list without libc and without an allocator: prints TAP 14, and ends with 1 if a case failed.
//!
//! SIGPIPE is at its default action here, as in every program that nobody prepared: what raises it ends the program, which the
//! plan line gives away.
#![no_std]
#![no_main]

mod children;
mod init;

use core::{
    fmt::{self, Write},
    panic::PanicInfo,
};

use conformance::{
    tap::{self, Tally},
    worlds::{
        Loopback,
        kernel::{Kernel, Tcp, Unix},
    },
};
use rustix::system::uname;

use crate::children::Children;

rt::entry!(main);

fn main() -> i32 {
    init::become_ordinary();
    match run(&mut Out) {
        Ok(tally) if tally.failed == 0 => 0,
        _ => 1,
    }
}

fn run(out: &mut Out) -> Result<Tally, fmt::Error> {
    let mut tally = Tally::default();
    tap::begin(3, out)?;
    let system = uname();
    writeln!(out, "# uname: {:?} {:?} {:?}", system.sysname(), system.release(), system.machine())?;
    tap::run(Kernel::<Unix, Children>::default, &mut tally, out)?;
    tap::run(Kernel::<Tcp, Children>::default, &mut tally, out)?;
    tap::run(Loopback::default, &mut tally, out)?;
    tap::end(&tally, out)?;
    Ok(tally)
}

/// A line on standard output, whatever becomes of it.
macro_rules! say {
    ($($words:tt)*) => {{
        use core::fmt::Write;
        let _ = writeln!($crate::Out, $($words)*);
    }};
}
use say;

/// Standard output.
struct Out;

impl Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const EINTR: isize = 4;
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match rt::write(1, rest) {
                n @ 1.. => rest = rest.get(n as usize..).unwrap_or_default(),
                n if n == -EINTR => {}
                _ => return Err(fmt::Error),
            }
        }
        Ok(())
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    say!("Bail out! {info}");
    rt::exit(101)
}
