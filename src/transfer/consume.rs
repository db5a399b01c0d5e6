//! Taking what a peek has shown.

use crate::{Errno, Peek, io_error_is_permanent};

/// How often a stream may hesitate to give what it has shown.
const HESITATIONS: u32 = 12;

/// Why a stream has not given all that it had shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Withheld {
    /// Not now.
    Hesitates,
    /// It says that it has ended: somebody else has taken what it had shown.
    Ended,
    Failed(Errno),
}

/// Takes all of `seen`. Returns how many bytes were taken, and why that is not all of them.
///
/// All of it was shown, so a stream that hesitates is asked again at once: a kernel never does.
pub(super) fn consume<S: Peek + ?Sized>(from: &S, seen: &mut [u8]) -> (usize, Result<(), Withheld>) {
    let (mut taken, mut again) = (0, HESITATIONS);
    while taken < seen.len() {
        let withheld = match from.consume(seen.get_mut(taken..).unwrap_or_default()) {
            Ok(n @ 1..) => {
                taken = seen.len().min(taken.saturating_add(n));
                continue;
            }
            Err(errno) if io_error_is_permanent(errno) => return (taken, Err(Withheld::Failed(errno))),
            Err(_) => Withheld::Hesitates,
            Ok(0) => Withheld::Ended,
        };
        if again == 0 {
            return (taken, Err(withheld));
        }
        again -= 1;
    }
    (taken, Ok(()))
}
