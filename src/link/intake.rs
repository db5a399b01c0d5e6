//! The memory of a link's receiving half: what was received, and not yet taken.

/// Memory, of which the bytes from `start` to `end` wait to be taken.
#[derive(Debug)]
pub(super) struct Intake<'b> {
    memory: &'b mut [u8],
    start: usize,
    end: usize,
}

impl<'b> Intake<'b> {
    pub(super) fn new(memory: &'b mut [u8]) -> Self {
        Self { memory, start: 0, end: 0 }
    }

    /// How many bytes can wait at most.
    pub(super) fn capacity(&self) -> usize {
        self.memory.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// How many bytes wait.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    /// What waits.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.memory.get(self.start..self.end).unwrap_or_default()
    }

    /// All but the last `rest` of them are taken.
    #[inline]
    pub(super) fn keep(&mut self, rest: usize) {
        self.start = self.end - rest.min(self.len());
    }

    /// Takes the first `n` of them, or all there are.
    #[inline]
    pub(super) fn take(&mut self, n: usize) -> &mut [u8] {
        let start = self.start;
        self.start = self.end.min(start + n);
        self.memory.get_mut(start..self.start).unwrap_or_default()
    }

    /// Room behind what waits, for more of something of which `whole` bytes are to stand together.
    #[inline]
    pub(super) fn spare(&mut self, whole: usize) -> &mut [u8] {
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
        } else if self.start + whole > self.memory.len() {
            // What the compiler cannot see, so that it sees that this does not panic.
            let end = self.end.min(self.memory.len());
            let start = self.start.min(end);
            self.memory.copy_within(start..end, 0);
            (self.start, self.end) = (0, end - start);
        }
        self.memory.get_mut(self.end..).unwrap_or_default()
    }

    /// So many bytes were received into the spare room.
    #[inline]
    pub(super) fn put(&mut self, n: usize) {
        self.end = self.memory.len().min(self.end + n);
    }
}
