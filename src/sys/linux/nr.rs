//! The numbers of the system calls that are ours, from the kernel's tables. They mean nothing where `raw` knows no CPU.

/// With 32-bit times on 32-bit machines.
pub(super) const CLOCK_GETTIME: usize = number(228, 265, 263, 246, 260, 113);
/// With 64-bit times there, since Linux 5.1. The number is the same on all of them.
pub(super) const CLOCK_GETTIME64: usize = 403;
/// fcntl64 on 32-bit machines.
pub(super) const FCNTL: usize = number(72, 221, 221, 55, 55, 25);
pub(super) const OPENAT: usize = number(257, 295, 322, 286, 288, 56);
#[cfg(feature = "fd-passing")]
pub(super) const RECVMSG: usize = number(47, 372, 297, 342, 372, 212);
pub(super) const RT_SIGPENDING: usize = number(127, 176, 176, 175, 176, 136);
pub(super) const RT_SIGPROCMASK: usize = number(14, 175, 175, 174, 175, 135);
/// The 32-bit one has 32-bit times; the only one that it gets is zero.
pub(super) const RT_SIGTIMEDWAIT: usize = number(128, 177, 177, 176, 177, 137);
#[cfg(feature = "fd-passing")]
pub(super) const SENDMSG: usize = number(46, 370, 296, 341, 370, 211);

/// Those of arm64 and riscv are the generic ones, as those of every newer CPU.
const fn number(x86_64: usize, x86: usize, arm: usize, powerpc64: usize, s390x: usize, generic: usize) -> usize {
    match () {
        () if cfg!(target_arch = "x86_64") => x86_64,
        () if cfg!(target_arch = "x86") => x86,
        () if cfg!(target_arch = "arm") => arm,
        () if cfg!(target_arch = "powerpc64") => powerpc64,
        () if cfg!(target_arch = "s390x") => s390x,
        () => generic,
    }
}
