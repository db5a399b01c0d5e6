//! The functions that the compiler calls without being asked. As small as they can be, not as fast.
//!
//! The reads are volatile, or the compiler would see what each loop is for and turn it into a call of itself.
//!
//! # Safety
//! Every function here keeps the contract of the C function of its name, and relies on its caller for the same.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use core::ptr::read_volatile;

#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, n: usize) -> *mut u8 {
    for i in 0..n {
        // SAFETY: both are n bytes long.
        unsafe { *to.add(i) = read_volatile(from.add(i)) };
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, n: usize) -> *mut u8 {
    // Forwards, unless `to` begins inside `from`.
    if to.addr().wrapping_sub(from.addr()) >= n {
        // SAFETY: nothing is overwritten before it was read.
        return unsafe { memcpy(to, from, n) };
    }
    for i in (0..n).rev() {
        // SAFETY: both are n bytes long.
        unsafe { *to.add(i) = read_volatile(from.add(i)) };
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, n: usize) -> *mut u8 {
    for i in 0..n {
        // SAFETY: it is n bytes long.
        unsafe { core::ptr::write_volatile(to.add(i), byte as u8) };
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
    for i in 0..n {
        // SAFETY: both are n bytes long.
        let (a, b) = unsafe { (read_volatile(a.add(i)), read_volatile(b.add(i))) };
        if a != b {
            return i32::from(a) - i32::from(b);
        }
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the contract is the same.
    unsafe { memcmp(a, b, n) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn strlen(text: *const u8) -> usize {
    let mut n = 0;
    // SAFETY: the string goes on as long as there is no zero.
    while unsafe { read_volatile(text.add(n)) } != 0 {
        n += 1;
    }
    n
}
