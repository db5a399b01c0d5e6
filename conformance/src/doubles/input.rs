//! A fuzzer's input as decisions.

use core::cell::Cell;

/// Bytes that are read one decision after the other: what libFuzzer's `FuzzedDataProvider` is in Core.
///
/// When they are used up, every flag is false, every number 0 and every choice the first.
#[derive(Debug)]
pub struct Input<'i>(Cell<&'i [u8]>);

impl<'i> Input<'i> {
    /// Decides by these bytes.
    pub fn new(bytes: &'i [u8]) -> Self {
        Self(Cell::new(bytes))
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.0.get().len()
    }

    /// The next byte.
    pub fn byte(&self) -> u8 {
        let Some((first, rest)) = self.0.get().split_first() else { return 0 };
        self.0.set(rest);
        *first
    }

    /// Yes or no.
    pub fn flag(&self) -> bool {
        self.byte() & 1 == 1
    }

    /// A number below `limit`, 0 if that is 0.
    pub fn below(&self, limit: usize) -> usize {
        usize::from(u16::from_be_bytes([self.byte(), self.byte()])).checked_rem(limit).unwrap_or(0)
    }

    /// One of these.
    pub fn pick<T: Copy>(&self, from: &[T]) -> Option<T> {
        from.get(self.below(from.len())).copied()
    }
}
