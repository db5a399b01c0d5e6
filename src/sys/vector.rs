//! Finding a byte with the vectors that a CPU has for certain.
//!
//! # Safety
//! This file uses instructions of SSE2, and is compiled only for CPUs that have them, as all of x86-64. It reads sixteen bytes at a time, at any
//! address, and none behind the slice: the one fact it relies on is that `at` plus what is read is at most its length.
#![allow(unsafe_code, clippy::multiple_unsafe_ops_per_block)]

#[cfg(target_arch = "x86")]
use core::arch::x86::{__m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::{__m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};

/// So many bytes a register holds.
const BLOCK: usize = size_of::<__m128i>();

/// Where `byte` first stands in `bytes`; their length, if nowhere.
// Not inlined: a call costs nothing beside the system call before it, and a small program counts the copies.
#[inline(never)]
pub(crate) fn find(byte: u8, bytes: &[u8]) -> usize {
    // SAFETY: the CPU has SSE2.
    let sought = unsafe { _mm_set1_epi8(byte as i8) };
    // SAFETY: the CPU has SSE2, and whoever calls this has seen that sixteen bytes are there.
    let same = |at: usize| unsafe { _mm_cmpeq_epi8(_mm_loadu_si128(bytes.as_ptr().add(at).cast()), sought) };
    // SAFETY: the CPU has SSE2.
    let bits = |same| unsafe { _mm_movemask_epi8(same) as u32 };
    // SAFETY: the CPU has SSE2.
    let any = |a, b| unsafe { _mm_or_si128(a, b) };

    let mut at = 0;
    while at + 4 * BLOCK <= bytes.len() {
        let [a, b, c, d] = [same(at), same(at + BLOCK), same(at + 2 * BLOCK), same(at + 3 * BLOCK)];
        if bits(any(any(a, b), any(c, d))) != 0 {
            break;
        }
        at += 4 * BLOCK;
    }
    while at + BLOCK <= bytes.len() {
        let hits = bits(same(at));
        if hits != 0 {
            return at + hits.trailing_zeros() as usize;
        }
        at += BLOCK;
    }
    while bytes.get(at).is_some_and(|b| *b != byte) {
        at += 1;
    }
    at
}
