//! 64-bit POWER, ELFv2.

use core::arch::asm;

/// Defines `_start`.
///
/// r2 is the table of contents, by which functions find all that is not code. The programs are linked to a fixed place, so that its
/// address is a number.
#[doc(hidden)]
#[macro_export]
macro_rules! start {
    () => {
        core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "lis 2, .TOC.@ha",
            "addi 2, 2, .TOC.@l",
            "clrrdi 1, 1, 4",
            "li 0, 0",
            "stdu 0, -32(1)",
            "mtlr 0",
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
    pub const OPENAT: usize = 286;
    pub const EXIT_GROUP: usize = 234;
    pub const CLOSE_RANGE: usize = 436;
}

/// A system call. Returns what the kernel does: a value, or a negated errno.
///
/// # Safety
/// * The arguments are what the call `number` takes.
pub unsafe fn syscall(number: usize, arguments: [usize; 3]) -> isize {
    let result;
    let [a, b, c] = arguments;
    // SAFETY: the kernel's convention, see syscall(2): an errno comes as it is, with a flag. The caller answers for the arguments.
    unsafe {
        asm!("sc", "bns 1f", "neg 3, 3", "1:",
            inlateout("r0") number => _, inlateout("r3") a => result, inlateout("r4") b => _, inlateout("r5") c => _,
            lateout("r6") _, lateout("r7") _, lateout("r8") _, lateout("r9") _, lateout("r10") _, lateout("r11") _,
            lateout("r12") _, lateout("cr0") _, lateout("ctr") _, lateout("xer") _, options(nostack));
    }
    result
}
