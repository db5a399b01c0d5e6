//! Data of more than 2 GiB.
//!
//! # Safety
//! This file maps memory. The slice lives as long as its mapping, which nobody writes to.
#![cfg_attr(all(target_os = "linux", target_pointer_width = "64"), allow(unsafe_code))]

use crate::{Skip, Verdict, World};

/// S-44. On Windows send() takes an int. Linux takes any length, and 4 KiB less than 2 GiB of it at once.
pub fn enormous_data<W: World>(w: &W) -> Verdict {
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    return large::enormous_data(w);
    #[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
    {
        let _ = w;
        Err(Skip("takes addresses for more than 2 GiB, and Linux").into())
    }
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod large {
    use core::{cell::Cell, ptr, slice, time::Duration};

    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};
    use sockpipe::{Deadline, Errno, Events, Instant, Interrupt, Never, SendError, Sink, Wait};

    use super::{Skip, Verdict, World};
    use crate::{claim, must};

    /// More than an int holds, and more than two of the kernel's pieces.
    const LENGTH: usize = (1 << 32) + 12_345;
    /// What Linux moves at most in one call: MAX_RW_COUNT.
    const AT_ONCE: usize = 0x7FFF_F000;

    /// Zeros that take no memory: addresses with nothing behind them until they are read, and one page for all then.
    struct Zeros(*mut core::ffi::c_void);

    impl Zeros {
        fn new() -> Option<Self> {
            let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
            // SAFETY: the kernel chooses the place, so nothing else is there.
            unsafe { mmap_anonymous(ptr::null_mut(), LENGTH, ProtFlags::READ, flags) }.ok().map(Self)
        }

        fn bytes(&self) -> &[u8] {
            // SAFETY: so many bytes are mapped there until the drop, and they are zeros that nobody can write to.
            unsafe { slice::from_raw_parts(self.0.cast(), LENGTH) }
        }
    }

    impl Drop for Zeros {
        fn drop(&mut self) {
            // SAFETY: what `bytes` lent is gone.
            let _ = unsafe { munmap(self.0, LENGTH) };
        }
    }

    /// A sink that takes as much at once as Linux at most does, and looks at nothing but addresses.
    struct Counts<S> {
        clock: S,
        begin: *const u8,
        taken: Cell<usize>,
        gaps: Cell<bool>,
    }

    impl<S: Wait> Wait for Counts<S> {
        fn wait(&self, events: Events, _: Option<Duration>, _: &(impl Interrupt + ?Sized)) -> Result<Events, Errno> {
            Ok(events)
        }

        fn now(&self) -> Instant {
            self.clock.now()
        }
    }

    impl<S: Wait> Sink for Counts<S> {
        fn send(&self, data: &[u8]) -> Result<usize, Errno> {
            let taken = self.taken.get();
            let n = data.len().min(AT_ONCE);
            let follows = data.as_ptr().addr() == self.begin.addr() + taken && data.len() == LENGTH - taken;
            self.gaps.set(self.gaps.get() || !follows);
            self.taken.set(taken + n);
            Ok(n)
        }
    }

    pub(super) fn enormous_data<W: World>(w: &W) -> Verdict {
        let zeros = Zeros::new().ok_or(Skip("this system has no addresses for 4 GiB"))?;
        let (a, b) = w.pair()?;
        let counts = Counts { clock: b, begin: zeros.bytes().as_ptr(), taken: Cell::new(0), gaps: Cell::new(false) };
        must!(counts.send_complete(zeros.bytes(), Deadline::Never, &Never));
        claim!((counts.taken.get(), counts.gaps.get()), (LENGTH, false));

        // To somebody who does not read, a part goes out, and the counts are right.
        match a.send_complete(zeros.bytes(), Deadline::NOW, &Never) {
            Err(SendError::TimedOut { sent: 1..0x1000_0000, total: LENGTH }) => {}
            result => claim!(result, Err(SendError::TimedOut { sent: 1, total: LENGTH })),
        }
        Ok(())
    }
}
