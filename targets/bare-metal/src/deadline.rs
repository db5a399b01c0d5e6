//! The arithmetic of deadlines, which is in 64 bits, on a processor that has 32.

use core::{hint::black_box, time::Duration};

use conformance::{Verdict, claim};
use sockpipe::{Deadline, Instant};

const SECOND: Duration = Duration::from_secs(1);

// As black_box hides the times, it is this processor that adds them up, and not the compiler.

pub fn sums(_: &()) -> Verdict {
    let at = |nanos| Instant::from_nanos(black_box(nanos));
    let add = |nanos, later| at(nanos).saturating_add(black_box(later)).as_nanos();
    claim!(add(0xFFFF_FFFF, Duration::from_nanos(1)), 1 << 32);
    claim!(add(7, Duration::from_millis(1 << 32)), 4_294_967_296_000_007);
    claim!(add(u64::MAX - 1_000_000_000, SECOND), u64::MAX);
    claim!(add(u64::MAX - 999_999_999, SECOND), u64::MAX);
    claim!(add(0, Duration::from_nanos(u64::MAX)), u64::MAX);
    claim!(add(0, Duration::from_secs(18_446_744_074)), u64::MAX);
    claim!(add(1, Duration::MAX), u64::MAX);
    claim!(at(1 << 32).saturating_duration_since(at(0xFFFF_FFFF)), Duration::from_nanos(1));
    claim!(at(u64::MAX).saturating_duration_since(at(0)), Duration::new(18_446_744_073, 709_551_615));
    claim!(at(1).saturating_duration_since(at(2)), Duration::ZERO);
    Ok(())
}

pub fn fixed(_: &()) -> Verdict {
    let now = Instant::from_nanos(black_box(u64::MAX - 1_000_000_001));
    claim!(black_box(Deadline::Never).fixed(now), None);
    claim!(black_box(Deadline::NOW).fixed(now), Some(now));
    claim!(black_box(Deadline::At(Instant::from_nanos(3))).fixed(now), Some(Instant::from_nanos(3)));
    claim!(black_box(Deadline::Within(SECOND)).fixed(now), Some(Instant::from_nanos(u64::MAX - 1)));
    claim!(black_box(Deadline::Within(SECOND * 2)).fixed(now), Some(Instant::MAX));
    claim!(black_box(Deadline::Within(Duration::MAX)).fixed(now), Some(Instant::MAX));
    Ok(())
}
