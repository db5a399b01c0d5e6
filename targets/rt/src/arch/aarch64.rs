//! 64-bit Arm.

use core::arch::asm;

/// Defines `_start`.
#[doc(hidden)]
#[macro_export]
macro_rules! start {
    () => {
        core::arch::global_asm!(".globl _start", "_start:", "mov x29, xzr", "mov x30, xzr", "bl after_start");
    };
}

/// The numbers of the system calls, from the kernel's table.
pub mod nr {
    #![allow(missing_docs)]
    pub const WRITE: usize = 64;
    pub const CLONE: usize = 220;
    pub const FCNTL: usize = 25;
    pub const OPENAT: usize = 56;
    pub const EXIT_GROUP: usize = 94;
    pub const CLOSE_RANGE: usize = 436;
}

/// A system call. Returns what the kernel does: a value, or a negated errno.
///
/// # Safety
/// * The arguments are what the call `number` takes.
pub unsafe fn syscall(number: usize, arguments: [usize; 3]) -> isize {
    let result;
    let [a, b, c] = arguments;
    // SAFETY: the kernel's convention, see syscall(2). The caller answers for the arguments.
    unsafe {
        asm!("svc 0", in("x8") number, inlateout("x0") a => result, in("x1") b, in("x2") c, options(nostack));
    }
    result
}
