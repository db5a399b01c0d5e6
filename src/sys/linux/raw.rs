//! The few system calls that rustix keeps to itself, by the kernel's own calling conventions.
//!
//! # Safety
//! The clobbers and registers below are those of syscall(2), "Architecture calling conventions". What a call does with its
//! arguments is the business of the caller.
#![allow(unsafe_code)]

/// Whether this architecture is one of those below. Elsewhere every call fails with ENOSYS, and nobody should make one.
///
/// POWER is one of them if whoever builds has set the cfg with which rustix calls that kernel itself, too: Rust has assembly of it from 1.95 on,
/// which is newer than what else is asked for here.
pub(super) const KNOWN: bool = cfg!(any(
    all(target_arch = "x86_64", target_pointer_width = "64"),
    target_arch = "aarch64",
    target_arch = "riscv64",
    target_arch = "arm",
    target_arch = "x86",
    target_arch = "s390x",
    all(target_arch = "powerpc64", target_endian = "little", rustix_use_experimental_asm),
));

/// A system call of four arguments. Returns what the kernel does: a value, or a negated errno.
///
/// # Safety
/// * The arguments are what the call `number` takes: its pointers point to what it reads and writes.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
pub(super) unsafe fn syscall4(number: usize, a: usize, b: usize, c: usize, d: usize) -> isize {
    let result;
    // SAFETY: the convention of x86-64; the stack is not touched. The caller answers for the arguments.
    unsafe {
        core::arch::asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d,
            lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result
}

/// A system call of four arguments, as above.
///
/// # Safety
/// * As above.
#[cfg(target_arch = "aarch64")]
pub(super) unsafe fn syscall4(number: usize, a: usize, b: usize, c: usize, d: usize) -> isize {
    let result;
    // SAFETY: the convention of arm64; the stack is not touched. The caller answers for the arguments.
    unsafe {
        core::arch::asm!("svc 0", in("x8") number, inlateout("x0") a => result, in("x1") b, in("x2") c, in("x3") d, options(nostack));
    }
    result
}

/// A system call of four arguments, as above.
///
/// # Safety
/// * As above.
#[cfg(target_arch = "riscv64")]
pub(super) unsafe fn syscall4(number: usize, a: usize, b: usize, c: usize, d: usize) -> isize {
    let result;
    // SAFETY: the convention of riscv; the stack is not touched. The caller answers for the arguments.
    unsafe {
        core::arch::asm!("ecall", in("a7") number, inlateout("a0") a => result, in("a1") b, in("a2") c, in("a3") d, options(nostack));
    }
    result
}

/// A system call of four arguments, as above.
///
/// # Safety
/// * As above.
#[cfg(target_arch = "arm")]
pub(super) unsafe fn syscall4(number: usize, a: usize, b: usize, c: usize, d: usize) -> isize {
    let result;
    // SAFETY: the convention of arm EABI; r7, which Thumb uses as frame pointer, is put back. The caller answers for the
    // arguments.
    unsafe {
        core::arch::asm!("mov {kept}, r7", "mov r7, {number}", "svc 0", "mov r7, {kept}",
            kept = out(reg) _, number = in(reg) number, inlateout("r0") a => result, in("r1") b, in("r2") c, in("r3") d,
            options(nostack));
    }
    result
}

/// A system call of four arguments, as above.
///
/// # Safety
/// * As above.
#[cfg(target_arch = "x86")]
pub(super) unsafe fn syscall4(number: usize, a: usize, b: usize, c: usize, d: usize) -> isize {
    let result;
    let first_and_fourth = [a, d];
    // SAFETY: the convention of i386; ebx and esi, which the compiler keeps for itself, are put back. The caller answers for
    // the arguments.
    unsafe {
        core::arch::asm!("push ebx", "push esi", "mov ebx, [edi]", "mov esi, [edi + 4]", "int 0x80", "pop esi", "pop ebx",
            inlateout("eax") number => result, in("edi") &first_and_fourth, in("ecx") b, in("edx") c);
    }
    result
}

/// A system call of four arguments, as above.
///
/// # Safety
/// * As above.
#[cfg(target_arch = "s390x")]
pub(super) unsafe fn syscall4(number: usize, a: usize, b: usize, c: usize, d: usize) -> isize {
    let result;
    // SAFETY: the convention of s390x; the stack is not touched. The caller answers for the arguments.
    unsafe {
        core::arch::asm!("svc 0", in("r1") number, inlateout("r2") a => result, in("r3") b, in("r4") c, in("r5") d, options(nostack));
    }
    result
}

/// A system call of four arguments, as above.
///
/// # Safety
/// * As above.
#[cfg(all(target_arch = "powerpc64", target_endian = "little", rustix_use_experimental_asm))]
pub(super) unsafe fn syscall4(number: usize, a: usize, b: usize, c: usize, d: usize) -> isize {
    let result;
    // SAFETY: the convention of powerpc64: an errno comes as it is, with a flag. What the kernel may change is named; the stack is not touched.
    // The caller answers for the arguments.
    unsafe {
        core::arch::asm!("sc", "bns 1f", "neg 3, 3", "1:",
            inlateout("r0") number => _, inlateout("r3") a => result, inlateout("r4") b => _, inlateout("r5") c => _,
            inlateout("r6") d => _, lateout("r7") _, lateout("r8") _, lateout("r9") _, lateout("r10") _, lateout("r11") _,
            lateout("r12") _, lateout("cr0") _, lateout("ctr") _, lateout("xer") _, options(nostack));
    }
    result
}

/// No system call.
///
/// # Safety
/// * None.
#[cfg(not(any(
    all(target_arch = "x86_64", target_pointer_width = "64"),
    target_arch = "aarch64",
    target_arch = "riscv64",
    target_arch = "arm",
    target_arch = "x86",
    target_arch = "s390x",
    all(target_arch = "powerpc64", target_endian = "little", rustix_use_experimental_asm),
)))]
pub(super) unsafe fn syscall4(_: usize, _: usize, _: usize, _: usize, _: usize) -> isize {
    -38
}
