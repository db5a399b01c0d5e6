//! z/Architecture, the big-endian one.

use core::arch::asm;

/// Defines `_start`.
///
/// Under a frame there are 160 bytes for the registers of whoever is called.
#[doc(hidden)]
#[macro_export]
macro_rules! start {
    () => {
        core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "aghi %r15, -160",
            "xc 0(8, %r15), 0(%r15)",
            "brasl %r14, after_start"
        );
    };
}

/// The numbers of the system calls, from the kernel's table.
pub mod nr {
    #![allow(missing_docs)]
    pub const WRITE: usize = 4;
    pub const CLONE: usize = 120;
    pub const FCNTL: usize = 55;
    pub const OPENAT: usize = 288;
    pub const EXIT_GROUP: usize = 248;
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
        asm!("svc 0", in("r1") number, inlateout("r2") a => result, in("r3") b, in("r4") c, options(nostack));
    }
    result
}
