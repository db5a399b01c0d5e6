//! x86-64.

use core::arch::asm;

/// Defines `_start`.
#[doc(hidden)]
#[macro_export]
macro_rules! start {
    () => {
        core::arch::global_asm!(".globl _start", "_start:", "xor ebp, ebp", "and rsp, -16", "call after_start");
    };
}

/// The numbers of the system calls, from the kernel's table.
pub mod nr {
    #![allow(missing_docs)]
    pub const WRITE: usize = 1;
    pub const CLONE: usize = 56;
    pub const FCNTL: usize = 72;
    pub const OPENAT: usize = 257;
    pub const EXIT_GROUP: usize = 231;
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
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c,
            lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result
}
