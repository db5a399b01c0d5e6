//! Where a line goes: bytes or text. What differs is which prefix of the bytes in sight may be taken.
//!
//! # Safety
//! This file gives out the bytes of a `StringView`. Whoever gets them appends nothing but UTF-8: `recv_until_terminator` raises
//! the length only over bytes that it has checked in that very memory, after the last call to code that it does not know.
#![allow(unsafe_code)]

use heapless::{String, Vec, string::StringView, vec::VecView};

/// What [`recv_until_terminator`](crate::Peek::recv_until_terminator) can receive into: `heapless::String` and
/// `heapless::Vec<u8, _>` of any capacity, and their views. Sealed.
pub trait Text: sealed::Sealed {}

impl Text for VecView<u8> {}
impl Text for StringView {}
impl<const N: usize> Text for Vec<u8, N> {}
impl<const N: usize> Text for String<N> {}

pub(crate) mod sealed {
    use super::{Kind, VecView};

    pub trait Sealed {
        /// What may be appended.
        type Kind: Kind;

        /// The bytes.
        ///
        /// # Safety
        /// * When anybody else can see them, the bytes appended to them are `Whole` to this `Kind`.
        unsafe fn bytes(&mut self) -> &mut VecView<u8>;
    }
}

impl sealed::Sealed for VecView<u8> {
    type Kind = Bytes;
    unsafe fn bytes(&mut self) -> &mut VecView<u8> {
        self
    }
}

impl sealed::Sealed for StringView {
    type Kind = Utf8;
    unsafe fn bytes(&mut self) -> &mut VecView<u8> {
        // SAFETY: the caller appends UTF-8 only.
        unsafe { self.as_mut_vec() }
    }
}

impl<const N: usize> sealed::Sealed for Vec<u8, N> {
    type Kind = Bytes;
    unsafe fn bytes(&mut self) -> &mut VecView<u8> {
        self.as_mut_view()
    }
}

impl<const N: usize> sealed::Sealed for String<N> {
    type Kind = Utf8;
    unsafe fn bytes(&mut self) -> &mut VecView<u8> {
        // SAFETY: the caller appends UTF-8 only.
        unsafe { self.as_mut_view().as_mut_vec() }
    }
}

/// What of some bytes in sight is text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// All of it.
    Whole,
    /// So many bytes are; then comes the beginning of a character, and its rest is not in sight.
    Cut(usize),
    /// So many bytes are; what comes then never will be.
    Bad(usize),
}

/// Bytes or text, as a type, so that a program that receives bytes links no UTF-8 decoder.
pub trait Kind {
    /// What of `bytes` may be taken.
    fn judge(bytes: &[u8]) -> Verdict;
}

/// Everything is good.
pub struct Bytes;

impl Kind for Bytes {
    fn judge(_: &[u8]) -> Verdict {
        Verdict::Whole
    }
}

/// Only UTF-8 is good.
pub struct Utf8;

impl Kind for Utf8 {
    fn judge(bytes: &[u8]) -> Verdict {
        match core::str::from_utf8(bytes) {
            Ok(_) => Verdict::Whole,
            Err(error) if error.error_len().is_none() => Verdict::Cut(error.valid_up_to()),
            Err(error) => Verdict::Bad(error.valid_up_to()),
        }
    }
}
