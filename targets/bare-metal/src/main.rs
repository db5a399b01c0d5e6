//! The conformance list where there is no operating system, no C library and no allocator: on a Cortex-M4, under
//! `qemu-system-arm` (or a debugger with semihosting). Prints TAP 14, and ends with 1 if a case failed.
//!
//! `cargo run --release` in this folder, with the target `thumbv7em-none-eabihf` installed; with `--target thumbv7em-none-eabi`
//! without the floating point unit. Release only: otherwise it takes many minutes. What is skipped says why.
//!
//! Behind the list in the loopback, which has the link and its codec, come the cases of this program (B): the arithmetic of deadlines where a
//! register has 32 bits (`deadline.rs`), and what a loopback does not have, an interrupt handler that comes at any instruction. It
//! wakes the main program through a gate (`gate.rs`), and sends on the same link (`link.rs`).
#![no_std]
#![no_main]
// What a failed claim found travels in the error, as there is nowhere else to put it without an allocator.
#![allow(clippy::result_large_err)]

mod deadline;
mod gate;
mod link;
mod tick;
mod wire;

use core::{
    fmt::{self, Write},
    panic::PanicInfo,
};

use conformance::{
    Case, Suite, Verdict,
    tap::{self, Tally},
    worlds::Loopback,
};
use cortex_m_rt::{ExceptionFrame, entry, exception};
use semihosting::{
    io::{self, Stdout, Write as _},
    println, process,
};

const OWN: [Case<()>; 7] = [
    case("B_01", "sums of times saturate, carry into the upper half, and are exact", deadline::sums),
    case("B_02", "a deadline is fixed when something first waits, and never is never", deadline::fixed),
    case("B_03", "wakes of nobody are one, are kept, and ring no bell", gate::wakes_of_nobody),
    case("B_04", "a wait that nobody ends lasts until its deadline", gate::deadline),
    case("B_05", "a plain flag that a handler sets ends a wait within a second", gate::flag),
    case("B_06", "a wake by a handler is not lost, at whatever instruction it comes", gate::at_each_instruction),
    case("B_07", "a handler sends on the link that it interrupts, at whatever instruction", link::at_each_instruction),
];

const fn case(id: &'static str, claim: &'static str, run: fn(&()) -> Verdict) -> Case<()> {
    Case { id, claim, run }
}

#[entry]
fn main() -> ! {
    tick::start();
    let Ok(stdout) = io::stdout() else { process::exit(2) };
    match run(&mut Out(stdout)) {
        Ok(tally) if tally.failed == 0 => process::exit(0),
        _ => process::exit(1),
    }
}

fn run(out: &mut Out) -> Result<Tally, fmt::Error> {
    let mut tally = Tally::default();
    tap::plan(Suite::<Loopback>::ALL.len() + OWN.len(), out)?;
    tap::run(Loopback::default, &mut tally, out)?;
    tap::run_these(&OWN, "cortex-m", Default::default, &mut tally, out)?;
    tap::end(&tally, out)?;
    Ok(tally)
}

/// Standard output of whoever holds the other end of the debugger's line.
struct Out(Stdout);

impl Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_all(text.as_bytes()).map_err(|_| fmt::Error)
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    println!("Bail out! {info}");
    process::exit(101)
}

/// What the processor cannot do. cortex-m-rt would stand still here. Where the stack is at its end this cannot be called, and qemu ends
/// itself: "Lockup".
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    println!("Bail out! hard fault at {:#010x}", frame.pc());
    process::exit(101)
}
