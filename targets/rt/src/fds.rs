//! Standard input, output and error, open.

use crate::{nr, syscall};

/// Opens /dev/null where a supervisor closed descriptors 0 to 2, or the first pipe of the program would become its standard output.
///
/// Where there is no /dev/null they stay closed.
pub fn repair() {
    const F_GETFD: usize = 1;
    const AT_FDCWD: usize = -100_isize as usize;
    const O_RDWR: usize = 2;
    for fd in 0..3 {
        // SAFETY: it takes numbers, and changes nothing.
        let flags = unsafe { syscall(nr::FCNTL, [fd, F_GETFD, 0]) };
        if flags < 0 {
            // The new descriptor has the lowest number that is free, which is this one.
            // SAFETY: the path ends with a zero.
            unsafe { syscall(nr::OPENAT, [AT_FDCWD, c"/dev/null".as_ptr().expose_provenance(), O_RDWR]) };
        }
    }
}
