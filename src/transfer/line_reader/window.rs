//! The window: what has been peeked at, how much of it the stream has given, and how much of it the caller has got.

/// Memory that the caller lends, with what the stream has shown.
///
/// ```text
///         given          taken             end
/// | handed out | partial     | in sight      | spare |      taken after given: the beginning of a line that has not come whole
///         taken          given             end
/// | handed out | owed        | in sight      | spare |      given after taken: handed out, and still in the stream
/// ```
#[derive(Debug, Default)]
pub(super) struct Window<'w> {
    bytes: &'w mut [u8],
    /// Up to here the caller has got it.
    pub given: usize,
    /// Up to here the stream has given it.
    pub taken: usize,
    /// Up to here the stream has shown it.
    pub end: usize,
}

impl<'w> Window<'w> {
    pub fn new(bytes: &'w mut [u8]) -> Self {
        Self { bytes, ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What the caller has not got.
    pub fn sight(&self) -> &[u8] {
        self.bytes.get(self.given..self.end).unwrap_or_default()
    }

    /// What nobody but this window has: the caller has not got it, and it is in the stream no more.
    pub fn partial(&self) -> &[u8] {
        self.bytes.get(self.given..self.taken).unwrap_or_default()
    }

    /// The same, for as long as the memory was lent; and then the window is empty.
    pub fn into_partial(self) -> &'w [u8] {
        let Self { bytes, given, taken, .. } = self;
        bytes.get(given..taken).unwrap_or_default()
    }

    /// What was shown and not taken, up to there.
    pub fn untaken(&mut self, end: usize) -> &mut [u8] {
        self.bytes.get_mut(self.taken..end).unwrap_or_default()
    }

    /// Hands out the next `n` bytes, of which `skipped` at the end are not lent.
    pub fn give(&mut self, n: usize, skipped: usize) -> &[u8] {
        let from = self.given;
        self.given += n + skipped;
        self.bytes.get(from..from + n).unwrap_or_default()
    }

    /// The memory behind what is in sight, once all of that has been taken. What the caller has got makes room.
    pub fn spare(&mut self) -> &mut [u8] {
        if self.given > 0 && self.given <= self.end && self.end <= self.bytes.len() {
            self.bytes.copy_within(self.given..self.end, 0);
            self.end -= self.given;
            self.given = 0;
            self.taken = self.end;
        }
        self.bytes.get_mut(self.end..).unwrap_or_default()
    }
}
