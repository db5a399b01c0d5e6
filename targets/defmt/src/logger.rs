//! Where the frames go: standard output. A board would have its serial line there.
//!
//! Nothing here calls what logs, or it would be called by itself.

use core::{
    cell::UnsafeCell,
    sync::atomic::{
        AtomicBool,
        Ordering::{Acquire, Relaxed, Release},
    },
};

use defmt::Encoder;

/// The descriptor.
const LOG: usize = 1;
const EINTR: isize = 4;
const EPIPE: isize = 32;

#[defmt::global_logger]
struct Logger;

/// The frame that is being written. A pipe takes up to 4,096 bytes in one piece, so short frames of several processes stay whole.
struct Frame {
    encoder: Encoder,
    bytes: heapless::Vec<u8, 256>,
}

struct Shared(UnsafeCell<Frame>);

// SAFETY: only who has set TAKEN gets at the frame.
unsafe impl Sync for Shared {}

static FRAME: Shared = Shared(UnsafeCell::new(Frame { encoder: Encoder::new(), bytes: heapless::Vec::new() }));
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Nobody reads the log any more.
static OFF: AtomicBool = AtomicBool::new(false);

impl Frame {
    fn put(bytes: &mut heapless::Vec<u8, 256>, encoded: &[u8]) {
        for &byte in encoded {
            if bytes.is_full() {
                write(bytes);
                bytes.clear();
            }
            let _ = bytes.push(byte);
        }
    }
}

/// Writes all of it, however long that takes: a descriptor that blocks waits for a slow reader, and a signal loses no line.
///
/// Where a disk, or a descriptor that does not block, is full, the rest of this is lost. The decoder skips the frame that this tears,
/// and goes on with the next one.
///
/// When nobody reads any more, the log is off, and the program goes on. That takes SIGPIPE being ignored, by who starts it; else it ends
/// as any program in a pipeline does.
fn write(mut bytes: &[u8]) {
    while !bytes.is_empty() && !OFF.load(Relaxed) {
        match rt::write(LOG, bytes) {
            n @ 1.. => bytes = bytes.get(n as usize..).unwrap_or_default(),
            n if n == -EINTR => {}
            n => return OFF.store(n == -EPIPE, Relaxed),
        }
    }
}

// SAFETY: `acquire` lets in one at a time, and the others are called between it and `release`.
unsafe impl defmt::Logger for Logger {
    fn acquire() {
        if TAKEN.swap(true, Acquire) {
            // A `format` logs itself. There is one thread; where there are more, they wait here.
            rt::exit(3);
        }
        // SAFETY: TAKEN is ours.
        let frame = unsafe { &mut *FRAME.0.get() };
        // A new one each time begins with a zero, by which the decoder finds the beginning after a torn frame.
        frame.encoder = Encoder::new();
        frame.encoder.start_frame(|encoded| Frame::put(&mut frame.bytes, encoded));
    }

    unsafe fn write(bytes: &[u8]) {
        // SAFETY: the caller has called `acquire`.
        let frame = unsafe { &mut *FRAME.0.get() };
        frame.encoder.write(bytes, |encoded| Frame::put(&mut frame.bytes, encoded));
    }

    unsafe fn flush() {
        // The kernel has every frame already that is complete.
    }

    unsafe fn release() {
        // SAFETY: the caller has called `acquire`.
        let frame = unsafe { &mut *FRAME.0.get() };
        frame.encoder.end_frame(|encoded| Frame::put(&mut frame.bytes, encoded));
        write(&frame.bytes);
        frame.bytes.clear();
        TAKEN.store(false, Release);
    }
}
