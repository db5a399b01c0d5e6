//! All sequences up to a length, on all processors.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::{sync::Mutex, thread};

use super::{Limit, Mismatch, Operation, Setting, Symbol, Tail, check};

const SYMBOLS: u64 = Symbol::ALL.len() as u64;
/// What a thread takes at a time: all endings of three symbols.
const PIECE: u64 = SYMBOLS.pow(3);

/// How long sequences are in this setting: all of `depth` with a deadline in the future, whatever the interrupt, if what comes after
/// is good or nothing; elsewhere one symbol less.
pub fn depth_in(setting: Setting, depth: u32) -> u32 {
    let is_full = setting.limit == Limit::At && setting.tail != Tail::Again;
    depth.saturating_sub(u32::from(!is_full))
}

/// How many sequences there are of at most so many symbols.
pub fn sequences(depth: u32) -> u64 {
    (0..=depth).map(|length| SYMBOLS.pow(length)).sum()
}

/// How many runs a search is.
pub fn work(depth: u32) -> u64 {
    Setting::all().map(|setting| sequences(depth_in(setting, depth))).sum()
}

/// Runs all of them, up to the first that fails, which is returned. Tells `done` now and then how many more have been run.
pub fn search(operation: Operation, depth: u32, done: &(dyn Fn(u64) + Sync)) -> Result<u64, Mismatch> {
    let mut sum = 0;
    for length in 0..=depth {
        for setting in Setting::all().filter(|setting| length <= depth_in(*setting, depth)) {
            sum += search_in(operation, setting, length, done)?;
        }
    }
    Ok(sum)
}

/// All sequences of exactly this length.
fn search_in(
    operation: Operation,
    setting: Setting,
    length: u32,
    done: &(dyn Fn(u64) + Sync),
) -> Result<u64, Mismatch> {
    let all = SYMBOLS.pow(length);
    let next = AtomicU64::new(0);
    let found = Mutex::new(None);
    let work = || {
        loop {
            let from = next.fetch_add(PIECE, Relaxed);
            if from >= all {
                return;
            }
            let to = all.min(from + PIECE);
            if let Err(mismatch) = (from..to).try_for_each(|number| check_number(operation, setting, length, number)) {
                next.store(all, Relaxed);
                if let Ok(mut found) = found.lock() {
                    *found = Some(mismatch);
                }
            }
            done(to - from);
        }
    };
    let others = if all > PIECE { thread::available_parallelism().map_or(1, usize::from) - 1 } else { 0 };
    thread::scope(|scope| {
        for _ in 0..others {
            scope.spawn(work);
        }
        work();
    });
    match found.into_inner() {
        Ok(Some(mismatch)) => Err(mismatch),
        _ => Ok(all),
    }
}

/// The sequence whose symbols are the digits of this number.
fn check_number(operation: Operation, setting: Setting, length: u32, mut number: u64) -> Result<(), Mismatch> {
    let mut script = [Symbol::Full; 12];
    let script = &mut script[..length as usize];
    for symbol in script.iter_mut().rev() {
        *symbol = Symbol::ALL[(number % SYMBOLS) as usize];
        number /= SYMBOLS;
    }
    check(operation, setting, script).map(|_| ())
}
