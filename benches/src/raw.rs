//! System calls as instructions, without a library around them: the floor under all libraries.
//!
//! # Safety
//! This file makes system calls. Each gets a descriptor as a number, and memory that it may read or write for as long as the call lasts.
#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, RawFd};

/// The calls that are used, by their numbers here.
#[cfg(target_arch = "x86_64")]
mod nr {
    pub const READ: usize = 0;
    pub const WRITE: usize = 1;
    pub const SENDTO: usize = 44;
    pub const RECVFROM: usize = 45;
    pub const PREADV2: usize = 327;
    pub const PWRITEV2: usize = 328;
}
#[cfg(target_arch = "aarch64")]
mod nr {
    pub const READ: usize = 63;
    pub const WRITE: usize = 64;
    pub const SENDTO: usize = 206;
    pub const RECVFROM: usize = 207;
    pub const PREADV2: usize = 286;
    pub const PWRITEV2: usize = 287;
}

/// A call with six arguments. A negative number is an error's.
///
/// # Safety
/// * What the call does with its arguments is allowed: it touches no memory but what is this thread's to touch.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn call(number: usize, a: [usize; 6]) -> isize {
    let result;
    // SAFETY: the kernel's convention; the caller answers for the arguments.
    unsafe {
        std::arch::asm!("syscall", inlateout("rax") number as isize => result, in("rdi") a[0], in("rsi") a[1], in("rdx") a[2],
            in("r10") a[3], in("r8") a[4], in("r9") a[5], lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result
}

/// # Safety
/// * As on the other CPU.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
unsafe fn call(number: usize, a: [usize; 6]) -> isize {
    let result;
    // SAFETY: the kernel's convention; the caller answers for the arguments.
    unsafe {
        std::arch::asm!("svc 0", in("x8") number, inlateout("x0") a[0] as isize => result, in("x1") a[1], in("x2") a[2],
            in("x3") a[3], in("x4") a[4], in("x5") a[5], options(nostack));
    }
    result
}

/// read(2).
#[inline(always)]
pub fn read(fd: RawFd, buf: &mut [u8]) -> isize {
    // SAFETY: it writes into `buf` at most.
    unsafe { call(nr::READ, [fd as usize, buf.as_mut_ptr() as usize, buf.len(), 0, 0, 0]) }
}

/// write(2).
#[inline(always)]
pub fn write(fd: RawFd, data: &[u8]) -> isize {
    // SAFETY: it reads `data` at most.
    unsafe { call(nr::WRITE, [fd as usize, data.as_ptr() as usize, data.len(), 0, 0, 0]) }
}

/// send(2).
#[inline(always)]
pub fn send(fd: RawFd, data: &[u8], flags: u32) -> isize {
    // SAFETY: it reads `data` at most.
    unsafe { call(nr::SENDTO, [fd as usize, data.as_ptr() as usize, data.len(), flags as usize, 0, 0]) }
}

/// recv(2).
#[inline(always)]
pub fn recv(fd: RawFd, buf: &mut [u8], flags: u32) -> isize {
    // SAFETY: it writes into `buf` at most.
    unsafe { call(nr::RECVFROM, [fd as usize, buf.as_mut_ptr() as usize, buf.len(), flags as usize, 0, 0]) }
}

/// preadv2(2) into one buffer, at no offset.
#[inline(always)]
pub fn preadv2(fd: RawFd, buf: &mut [u8], flags: u32) -> isize {
    let part = [buf.as_mut_ptr() as usize, buf.len()];
    let none = usize::MAX;
    // SAFETY: it writes into `buf` at most, which `part` describes as an iovec does.
    unsafe { call(nr::PREADV2, [fd as usize, part.as_ptr() as usize, 1, none, none, flags as usize]) }
}

/// pwritev2(2) of one buffer, at no offset.
#[inline(always)]
pub fn pwritev2(fd: RawFd, data: &[u8], flags: u32) -> isize {
    let part = [data.as_ptr() as usize, data.len()];
    let none = usize::MAX;
    // SAFETY: it reads `data` at most, which `part` describes as an iovec does.
    unsafe { call(nr::PWRITEV2, [fd as usize, part.as_ptr() as usize, 1, none, none, flags as usize]) }
}

/// The number of a descriptor that stays open.
pub fn number(fd: &impl AsRawFd) -> RawFd {
    fd.as_raw_fd()
}

/// MSG_PEEK, MSG_DONTWAIT, MSG_NOSIGNAL; RWF_NOWAIT, RWF_NOSIGNAL.
pub const PEEK: u32 = 2;
#[allow(missing_docs)]
pub const DONTWAIT: u32 = 0x40;
#[allow(missing_docs)]
pub const NOSIGNAL: u32 = 0x4000;
#[allow(missing_docs)]
pub const RWF_NOWAIT: u32 = 8;
#[allow(missing_docs)]
pub const RWF_NOSIGNAL: u32 = 0x100;
