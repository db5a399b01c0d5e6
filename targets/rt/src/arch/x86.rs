//! 32-bit x86.

use core::arch::asm;

/// Defines `_start`.
#[doc(hidden)]
#[macro_export]
macro_rules! start {
    () => {
        core::arch::global_asm!(".globl _start", "_start:", "xor ebp, ebp", "and esp, -16", "call after_start");
    };
}

/// The numbers of the system calls, from the kernel's table.
pub mod nr {
    #![allow(missing_docs)]
    pub const WRITE: usize = 4;
    pub const CLONE: usize = 120;
    pub const FCNTL: usize = 55;
    pub const OPENAT: usize = 295;
    pub const EXIT_GROUP: usize = 252;
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
        asm!("xchg ebx, {a}", "int 0x80", "xchg ebx, {a}",
            a = in(reg) a, inlateout("eax") number => result, in("ecx") b, in("edx") c, options(nostack));
    }
    result
}
