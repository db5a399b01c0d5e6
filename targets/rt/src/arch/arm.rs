//! 32-bit Arm, EABI.

use core::arch::asm;

/// Defines `_start`.
#[doc(hidden)]
#[macro_export]
macro_rules! start {
    () => {
        core::arch::global_asm!(
            ".globl _start",
            ".arm",
            ".p2align 2",
            ".type _start, %function",
            "_start:",
            "mov fp, #0",
            "mov lr, #0",
            "bl after_start"
        );
    };
}

/// The numbers of the system calls, from the kernel's table.
pub mod nr {
    #![allow(missing_docs)]
    pub const WRITE: usize = 4;
    pub const CLONE: usize = 120;
    pub const FCNTL: usize = 55;
    pub const OPENAT: usize = 322;
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
        asm!("mov {kept}, r7", "mov r7, {number}", "svc 0", "mov r7, {kept}",
            kept = out(reg) _, number = in(reg) number, inlateout("r0") a => result, in("r1") b, in("r2") c, options(nostack));
    }
    result
}
