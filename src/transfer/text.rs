//! Where a line goes: bytes or text. What differs is which prefix of the bytes in sight may be taken.
//!
//! # Safety
//! This file gives out the bytes of a `StringView`. Whoever gets them appends nothing but UTF-8: `recv_until_terminator` raises
//! the length only over bytes that it has checked in that very memory, after the last call to code that it does not know.
#![allow(unsafe_code)]

use super::find::{HIGHS, WORD};
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

/// What comes behind the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
    /// Nothing.
    None,
    /// The beginning of a character of so many bytes, of which not all are in sight.
    Cut(u8),
    /// Something that never will be text.
    Bad,
}

/// Bytes or text, as a type, so that a program that receives bytes links no UTF-8 decoder.
pub trait Kind {
    /// How many of `bytes` may be taken, and what comes then.
    fn judge(bytes: &[u8]) -> (usize, Rest);
}

/// Everything is good.
pub struct Bytes;

impl Kind for Bytes {
    fn judge(bytes: &[u8]) -> (usize, Rest) {
        (bytes.len(), Rest::None)
    }
}

/// Only UTF-8 is good.
pub struct Utf8;

impl Kind for Utf8 {
    /// What `core::str::from_utf8` does, to which a test holds it. That has a table and more code, with which the small
    /// program would be over its limit (`targets/check`).
    fn judge(bytes: &[u8]) -> (usize, Rest) {
        let (words, _) = bytes.as_chunks();
        let mut whole = words.iter().take_while(|word| usize::from_ne_bytes(**word) & HIGHS == 0).count() * WORD;
        while let Some(first) = bytes.get(whole) {
            // "Well-Formed UTF-8 Byte Sequences" in the Unicode standard (table 3-7): the first byte begins with as many ones as
            // there are bytes, and restricts the second, so that there are no overlong forms, surrogates or numbers too large.
            let length = match first {
                0x00..=0x7F => 1,
                0xC2..=0xF4 => first.leading_ones() as u8,
                _ => return (whole, Rest::Bad),
            };
            let (mut least, mut most) = match first {
                0xE0 => (0xA0, 0xBF),
                0xED => (0x80, 0x9F),
                0xF0 => (0x90, 0xBF),
                0xF4 => (0x80, 0x8F),
                _ => (0x80, 0xBF),
            };
            for n in 1..length {
                match bytes.get(whole + usize::from(n)) {
                    Some(byte) if (least..=most).contains(byte) => (least, most) = (0x80, 0xBF),
                    Some(_) => return (whole, Rest::Bad),
                    None => return (whole, Rest::Cut(length)),
                }
            }
            whole += usize::from(length);
        }
        (whole, Rest::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It is slow, and looks at how memory is read, not at what is found.
    const MIRI: bool = cfg!(miri);

    fn by_core(bytes: &[u8]) -> (usize, Rest) {
        match core::str::from_utf8(bytes) {
            Ok(text) => (text.len(), Rest::None),
            Err(error) if error.error_len().is_none() => {
                let whole = error.valid_up_to();
                // The first byte of a character begins with as many ones as the character has bytes.
                (whole, Rest::Cut(bytes[whole].leading_ones() as u8))
            }
            Err(error) => (error.valid_up_to(), Rest::Bad),
        }
    }

    #[test]
    fn judges_a_run_of_any_byte() {
        for byte in (0..=u8::MAX).step_by(if MIRI { 61 } else { 1 }) {
            for length in 0..40 {
                let run = &[byte; 40][..length];
                assert_eq!(Utf8::judge(run), by_core(run), "{length} of {byte:x}");
            }
        }
    }

    /// All beginnings, and for the bytes that only continue, the neighbours of the continuing ones; at the start of the bytes,
    /// and where a word at a time has been skipped.
    #[test]
    fn judges_as_core_does() {
        const EDGES: [u8; 4] = [0x7F, 0x80, 0xBF, 0xC0];
        let pairs =
            (0..=u16::MAX).step_by(if MIRI { 8191 } else { 1 }).flat_map(|pair| EDGES.map(|third| (pair, third)));
        for ((pair, third), fourth) in pairs.flat_map(|pair| EDGES.map(|fourth| (pair, fourth))) {
            let [first, second] = pair.to_be_bytes();
            let bytes = [b'1', b'2', b'3', b'4', b'5', b'6', b'7', b'8', b'9', first, second, third, fourth];
            for (start, end) in [(9, 9), (9, 10), (9, 11), (9, 12), (9, 13), (0, 10), (0, 13), (4, 13)] {
                let bytes = &bytes[start..end];
                assert_eq!(Utf8::judge(bytes), by_core(bytes), "{bytes:x?}");
            }
        }
    }
}
