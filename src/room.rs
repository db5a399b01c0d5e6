//! Memory to receive into, which counts what was really written.
//!
//! # Safety
//! This file speaks of memory as initialised. The one fact it relies on: the first `filled` bytes of `buf` are, because only
//! `put`, `put_with` and the unsafe `advance` raise that number, and nothing makes a byte uninitialised again.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

/// Memory to receive into, perhaps not yet initialised. Only what was really written counts, so that a safe implementation
/// of [`Source`](crate::Source) cannot claim more than it delivered. One that puts another room in its place has delivered nothing.
#[derive(Debug)]
pub struct Room<'a> {
    buf: &'a mut [MaybeUninit<u8>],
    filled: usize,
    /// All of it is initialised, and stays so.
    is_initialised: bool,
}

impl<'a> From<&'a mut [MaybeUninit<u8>]> for Room<'a> {
    fn from(buf: &'a mut [MaybeUninit<u8>]) -> Self {
        Self { buf, filled: 0, is_initialised: false }
    }
}

impl<'a> From<&'a mut [u8]> for Room<'a> {
    fn from(buf: &'a mut [u8]) -> Self {
        // SAFETY: the layouts are the same, and no byte is made uninitialised through a Room (`spare` demands it).
        let buf = unsafe { &mut *(core::ptr::from_mut(buf) as *mut [MaybeUninit<u8>]) };
        Self { buf, filled: 0, is_initialised: true }
    }
}

impl<'a, const N: usize> From<&'a mut [u8; N]> for Room<'a> {
    fn from(buf: &'a mut [u8; N]) -> Self {
        Self::from(&mut buf[..])
    }
}

impl Room<'_> {
    /// How many bytes fit in all.
    pub fn capacity(&self) -> usize {
        self.buf.len()
    }

    /// How many more bytes fit.
    pub fn remaining(&self) -> usize {
        self.buf.len() - self.filled
    }

    /// What was written.
    pub fn filled(&self) -> &[u8] {
        // SAFETY: the first `filled` bytes are initialised.
        unsafe { &*(core::ptr::from_ref(self.buf.get(..self.filled).unwrap_or_default()) as *const [u8]) }
    }

    /// What was written, to be changed.
    pub fn filled_mut(&mut self) -> &mut [u8] {
        // SAFETY: the first `filled` bytes are initialised, and a `[u8]` cannot make them otherwise.
        unsafe { &mut *(core::ptr::from_mut(self.buf.get_mut(..self.filled).unwrap_or_default()) as *mut [u8]) }
    }

    /// Writes as many of `bytes` as fit behind what was written, and says how many those are.
    pub fn put(&mut self, bytes: &[u8]) -> usize {
        let mut n = 0;
        for (place, byte) in self.buf.get_mut(self.filled..).unwrap_or_default().iter_mut().zip(bytes) {
            place.write(*byte);
            n += 1;
        }
        self.filled += n;
        n
    }

    /// Clears the memory behind what was written, unless it is initialised, lets `read` fill it, and counts as many bytes as `read` says.
    ///
    /// For what reads into initialised memory only. At most 64 KiB at a time, which is what a pipe holds.
    #[cfg(unix)]
    pub(crate) fn put_with<E>(&mut self, read: impl FnOnce(&mut [u8]) -> Result<usize, E>) -> Result<usize, E> {
        let end = self.buf.len().min(self.filled + 65536);
        let spare = self.buf.get_mut(self.filled..end).unwrap_or_default();
        if !self.is_initialised {
            spare.fill(MaybeUninit::new(0));
        }
        // SAFETY: all of it was just written, or is initialised since the room was made.
        let spare = unsafe { &mut *(core::ptr::from_mut(spare) as *mut [u8]) };
        let n = read(spare)?.min(spare.len());
        self.filled += n;
        Ok(n)
    }

    /// The memory behind what was written.
    ///
    /// # Safety
    /// * No byte is made uninitialised through it.
    pub unsafe fn spare(&mut self) -> &mut [MaybeUninit<u8>] {
        self.buf.get_mut(self.filled..).unwrap_or_default()
    }

    /// Counts the next `n` bytes as written.
    ///
    /// # Safety
    /// * The first `n` bytes of [`spare`](Self::spare) have been written; in particular `n` is not more than it holds.
    pub unsafe fn advance(&mut self, n: usize) {
        debug_assert!(n <= self.remaining());
        self.filled += n;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_counted() {
        let mut memory = [0; 5];
        let mut room = Room::from(&mut memory);
        assert_eq!((room.capacity(), room.remaining(), room.filled()), (5, 5, &b""[..]));
        assert_eq!(room.put(b"abc"), 3);
        room.filled_mut()[0] = b'A';
        assert_eq!((room.capacity(), room.remaining(), room.filled()), (5, 2, &b"Abc"[..]));
        assert_eq!(room.put(b"def"), 2);
        assert_eq!((room.capacity(), room.remaining(), room.filled()), (5, 0, &b"Abcde"[..]));
        assert_eq!(room.put(b"x"), 0);
        assert_eq!(memory, *b"Abcde");
    }

    /// It is told to the kernel as initialised memory, of which it may fill less, or nothing.
    #[test]
    #[cfg(unix)]
    fn a_read_sees_cleared_memory_and_counts_what_it_says() {
        let mut memory = [MaybeUninit::new(9); 70_000];
        let mut room = Room::from(&mut memory[..]);
        room.put(b"ab");
        assert_eq!(room.put_with(|_| Err(7)), Err(7));
        assert_eq!(room.filled(), b"ab");
        let read = room.put_with::<()>(|spare| {
            assert!(spare.iter().all(|byte| *byte == 0));
            spare[..3].copy_from_slice(b"cde");
            Ok(3)
        });
        assert_eq!((read, room.filled()), (Ok(3), &b"abcde"[..]));
        // What is initialised already stays as it is.
        let mut memory = [9; 10];
        let left = Room::from(&mut memory).put_with::<()>(|spare| Ok(spare.iter().filter(|byte| **byte == 9).count()));
        assert_eq!(left, Ok(10));
        // More than a pipe holds is not cleared, and more than was lent does not count.
        assert_eq!(room.put_with::<()>(|spare| Ok(spare.len() + 1)), Ok(65_536));
        assert_eq!((room.filled().len(), room.remaining()), (65_541, 70_000 - 65_541));
    }
}
