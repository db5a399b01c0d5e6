//! A link whose sending half an interrupt handler shares with the main program. Were there a lock in it, the handler would wait
//! for ever for whom it has interrupted.

use core::{
    cell::Cell,
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
};

use conformance::{Skip, Verdict, claim, must};
use cortex_m::singleton;
use critical_section::Mutex;
use sockpipe::{
    Deadline, Events, Never,
    link::{Format, Rx, RxError, Tx, TxError},
};

use crate::{
    tick::{self, AtEachTick},
    wire::{WIRE, Wire},
};

const FORMAT: Format = Format::plain(16);

type Sender = Tx<'static, &'static Wire>;

static TX: Mutex<Cell<Option<&'static Sender>>> = Mutex::new(Cell::new(None));

const HANDLER: u8 = b'h';
const MAIN: u8 = b'm';

/// How many frames the handler's side and the main program's have had accepted.
static BY_HANDLER: AtomicU32 = AtomicU32::new(0);
static BY_MAIN: AtomicU32 = AtomicU32::new(0);

/// Writes the next frame into the link's memory, if there is room.
fn commit(tx: &Sender, from: u8, accepted: &AtomicU32) -> Result<(), TxError> {
    let mut slot = match tx.reserve(5, Deadline::NOW, &Never) {
        Err(TxError::TimedOut { .. }) => return Ok(()),
        permit => permit?.alloc(5)?,
    };
    slot.copy_from_slice(&frame(from, accepted.load(Relaxed)));
    slot.commit()?;
    accepted.store(accepted.load(Relaxed) + 1, Relaxed);
    Ok(())
}

fn frame(from: u8, number: u32) -> [u8; 5] {
    let [a, b, c, d] = number.to_le_bytes();
    [from, a, b, c, d]
}

static IS_DUE: AtomicBool = AtomicBool::new(false);
static IS_DONE: AtomicBool = AtomicBool::new(false);
static FAILED: AtomicBool = AtomicBool::new(false);
/// How often in a row the handler came when the main program was done.
static CAME_LATE: AtomicU32 = AtomicU32::new(0);

fn handler() {
    let Some(tx) = critical_section::with(|cs| TX.borrow(cs).get()) else { return };
    if IS_DUE.swap(false, Relaxed) {
        CAME_LATE.store(if IS_DONE.load(Relaxed) { CAME_LATE.load(Relaxed) + 1 } else { 0 }, Relaxed);
        let result = commit(tx, HANDLER, &BY_HANDLER);
        FAILED.store(FAILED.load(Relaxed) || result.is_err(), Relaxed);
    }
}

/// The main program sends two frames, in two ways, and the handler one. It comes a cycle later each time, until it has come late for a while.
pub fn at_each_instruction(_: &()) -> Verdict {
    const ONCE: Skip = Skip("it can be run once");
    let pages = singleton!(: [u8; 128] = [0; 128]).ok_or(ONCE)?;
    let tx: &'static Sender = singleton!(: Sender = Tx::new(&WIRE, FORMAT, pages)).ok_or(ONCE)?;
    critical_section::with(|cs| TX.borrow(cs).set(Some(tx)));
    let _ticking = AtEachTick::call(handler);
    let mut memory = [0; 64];
    let mut rx = Rx::new(&WIRE, FORMAT, &mut memory);
    let mut received = (0, 0);

    // Once with a link that is empty each time, and once with wire and pages full now and then.
    for drained_after in [1, 7] {
        CAME_LATE.store(0, Relaxed);
        let mut cycles = 0;
        while CAME_LATE.load(Relaxed) < 20 {
            cycles += 1;
            IS_DONE.store(false, Relaxed);
            IS_DUE.store(true, Relaxed);
            tick::next_after(cycles);
            let number = BY_MAIN.load(Relaxed);
            match tx.send(&frame(MAIN, number), Deadline::NOW, &Never) {
                Err(error) if !error.is_accepted() => claim!(error, TxError::TimedOut { accepted: false }),
                _ => BY_MAIN.store(number + 1, Relaxed),
            }
            must!(commit(tx, MAIN, &BY_MAIN));
            IS_DONE.store(true, Relaxed);
            tick::sleep(None, || !IS_DUE.load(Relaxed));
            claim!(!FAILED.load(Relaxed));
            // What one of them committed while the other was pushing was pushed, too.
            claim!(tx.pending() == 0 || WIRE.ready(Events::SEND).is_empty());
            if cycles % drained_after == 0 {
                drain(tx, &mut rx, &mut received)?;
            }
        }
        drain(tx, &mut rx, &mut received)?;
        claim!(received, (BY_MAIN.load(Relaxed), BY_HANDLER.load(Relaxed)));
        tick::was_fine_enough(cycles)?;
    }
    Ok(())
}

/// Receives all that was accepted: of each sender the frames that are next, in their order.
fn drain(tx: &Sender, rx: &mut Rx<'_, &Wire>, received: &mut (u32, u32)) -> Verdict {
    loop {
        let is_flushed = tx.flush(Deadline::NOW, &Never);
        loop {
            match rx.recv(Deadline::NOW, &Never) {
                Err(RxError::TimedOut { .. }) => break,
                Ok(Some(got)) if *got == frame(MAIN, received.0) => received.0 += 1,
                Ok(Some(got)) => {
                    claim!(*got, frame(HANDLER, received.1));
                    received.1 += 1;
                }
                end => claim!(end.map(|frame| frame.is_some()), Ok(true)),
            }
        }
        match is_flushed {
            Ok(()) => return Ok(()),
            Err(error) => claim!(error, TxError::TimedOut { accepted: false }),
        }
    }
}
