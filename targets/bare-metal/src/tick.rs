//! The board: a clock that goes by an interrupt, what else is to happen in that interrupt, and sleep until then.

use core::{
    cell::{Cell, RefCell},
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use conformance::{Skip, Verdict};
use cortex_m::{
    Peripherals, asm,
    peripheral::{SYST, syst::SystClkSource},
};
use cortex_m_rt::exception;
use critical_section::Mutex;
use sockpipe::Instant;

/// A tenth of a millisecond, in cycles and in nanoseconds.
const CYCLES: u32 = 2500;
const NANOS: u64 = 100_000;

static TIMER: Mutex<RefCell<Option<SYST>>> = Mutex::new(RefCell::new(None));
static HANDLER: Mutex<Cell<fn()>> = Mutex::new(Cell::new(|| {}));
static TICKS: AtomicU32 = AtomicU32::new(0);
static IS_ASLEEP: AtomicBool = AtomicBool::new(false);

/// Lets the clock go.
pub fn start() {
    let Some(Peripherals { mut SYST, .. }) = Peripherals::take() else { return };
    SYST.set_clock_source(SystClkSource::Core);
    SYST.set_reload(CYCLES);
    SYST.clear_current();
    SYST.enable_interrupt();
    SYST.enable_counter();
    critical_section::with(|cs| TIMER.borrow_ref_mut(cs).replace(SYST));
}

/// Lets the next tick come after so many cycles.
pub fn next_after(cycles: u32) {
    critical_section::with(|cs| {
        if let Some(timer) = TIMER.borrow_ref_mut(cs).as_mut() {
            timer.set_reload(cycles);
            timer.clear_current();
        }
    });
}

/// While it lives, this is called at each tick.
pub struct AtEachTick;

impl AtEachTick {
    /// Calls `handler` from now on.
    pub fn call(handler: fn()) -> Self {
        critical_section::with(|cs| HANDLER.borrow(cs).set(handler));
        Self
    }
}

impl Drop for AtEachTick {
    fn drop(&mut self) {
        critical_section::with(|cs| HANDLER.borrow(cs).set(|| {}));
    }
}

#[exception]
fn SysTick() {
    TICKS.store(TICKS.load(Relaxed).wrapping_add(1), Relaxed);
    next_after(CYCLES);
    critical_section::with(|cs| HANDLER.borrow(cs).get())();
}

/// The time. It goes from tick to tick.
pub fn now() -> Instant {
    Instant::from_nanos(u64::from(TICKS.load(Relaxed)) * NANOS)
}

/// Whether the main program sleeps, for the handler.
pub fn is_asleep() -> bool {
    IS_ASLEEP.load(Relaxed)
}

/// Sleeps until `is_ready` or until the time is over, and says whether it is ready.
pub fn sleep(at_most: Option<Duration>, is_ready: impl Fn() -> bool) -> bool {
    let end = at_most.map(|time| now().saturating_add(time));
    loop {
        if is_ready() {
            return true;
        }
        if end.is_some_and(|end| now() >= end) {
            return false;
        }
        // A tick between the look and this is not missed for ever: another one follows.
        IS_ASLEEP.store(true, Relaxed);
        asm::wfi();
        IS_ASLEEP.store(false, Relaxed);
    }
}

/// Whether ticks have come at each instruction of something, as they came after 1, 2, 3 and so on up to so many cycles.
pub fn was_fine_enough(cycles: u32) -> Verdict {
    if cycles < 100 {
        return Err(Skip("the timer of this machine is too coarse: start qemu with -icount").into());
    }
    Ok(())
}
