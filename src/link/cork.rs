//! Who may write where, and who pushes: the state of a link's sending half. No bytes, no I/O, and nobody waits for a lock.
//!
//! There are two pages. In the *active* one senders claim ranges, fill them and give them back. When nobody has a range of it any more,
//! and the other page is free, it can be *sealed*: then the other one becomes active, and one sender is the *pusher* of the sealed
//! page, until all of it is gone or the stream is full. It is all in one word, `[PUSHING | SEALED | ACTIVE | HOLES | open | tail]`:
//!
//! | | |
//! |---|---|
//! | tail | how many bytes of the active page are claimed |
//! | open | how many ranges of it are not given back yet |
//! | HOLES | some ranges of it were given back without a frame in all of them |
//! | ACTIVE | which page that is |
//! | SEALED | the other page waits to go out |
//! | PUSHING | somebody sends it |
//!
//! | who | changes | and so |
//! |---|---|---|
//! | claims | tail + n, open + 1 | has a range to himself |
//! | gives back | open - 1 | if it was the last, and nothing is sealed, seals the page and is its pusher |
//! | begins | SEALED, PUSHING | has the free page to himself, to push it, while the active one stays as it is |
//! | takes | PUSHING | goes on with a page that was left, or seals the active one |
//! | is done | not SEALED, not PUSHING | or, if the active page can be sealed, seals it, and goes on: else nobody might |
//! | leaves | not PUSHING | the rest is for whoever comes next |
//!
//! # What is released, and who acquires it
//!
//! Each change is an exchange that releases and acquires. Who gives a range back releases its bytes to the pusher, whether it is he who seals the page or another;
//! who leaves releases how far he came, and what he sent, to who takes; who is done releases the page to who claims ranges of it next.
//!
//! The role of the pusher is held across a send that does not block, and nobody waits for it.

use crate::sync::{AtomicU32, Ordering, mutant, order};

const TAIL: u32 = SLOT - 1;
const SLOT: u32 = 1 << 20;
const OPEN: u32 = HOLES - SLOT;
const HOLES: u32 = 1 << 28;
const ACTIVE: u32 = 1 << 29;
const SEALED: u32 = 1 << 30;
const PUSHING: u32 = 1 << 31;

/// The longest page.
pub(super) const PAGE: usize = TAIL as usize;

/// The state.
#[derive(Debug)]
pub(super) struct Cork {
    word: AtomicU32,
    /// How far the pusher who left has come, and where the page ends: his who has the role.
    at: AtomicU32,
    end: AtomicU32,
    /// How many pages have gone out. Only the pusher counts.
    gone: AtomicU32,
}

/// A part of the active page that one sender has to himself.
#[derive(Debug)]
pub(super) struct Range {
    pub(super) page: usize,
    pub(super) start: usize,
    pub(super) len: usize,
}

/// A page that one sender pushes: what is left of it.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) page: usize,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) has_holes: bool,
}

/// When everything will have gone out that was given back before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Until(u32);

impl Cork {
    /// One whose first page begins with so many bytes, given back.
    pub(super) fn new(tail: usize) -> Self {
        let zero = || AtomicU32::new(0);
        Self { word: AtomicU32::new(tail as u32 & TAIL), at: zero(), end: zero(), gone: zero() }
    }

    /// Claims `len` bytes of the active page, if there are so many left of its `page`.
    #[inline]
    pub(super) fn claim(&self, len: usize, page: usize) -> Option<Range> {
        let room = |word: u32| Some((word & TAIL) as usize + len).filter(|tail| *tail <= page && word & OPEN != OPEN);
        let claimed = |word: u32| room(word).map(|tail| (word & !TAIL | tail as u32) + SLOT);
        let before = self.word.fetch_update(order!("relaxed_claim", AcqRel), Ordering::Relaxed, claimed).ok()?;
        Some(Range { page: active(before), start: (before & TAIL) as usize, len })
    }

    /// Gives a range back, of which the first `used` bytes are to go out. If `push` is set and nobody has another range, and the stream is
    /// nobody's, the caller is the pusher.
    ///
    /// What is not used is free again if it is the last of the page. Otherwise it is a hole, which is marked as one in its bytes before this.
    #[inline]
    pub(super) fn give_back(&self, range: &Range, used: usize, push: bool) -> Option<Sealed> {
        let mut sealed = None;
        let given_back = |word: u32| {
            let tail = word & TAIL;
            let mut word = word.wrapping_sub(SLOT);
            if tail as usize == range.start + range.len {
                word = word & !TAIL | (range.start + used) as u32;
            } else if used < range.len {
                word |= HOLES;
            }
            sealed = seal(word).filter(|_| push);
            Some(sealed.as_ref().map_or(word, |_| sealed_word(word)))
        };
        let _ = self.word.fetch_update(order!("relaxed_give_back_range", AcqRel), Ordering::Relaxed, given_back);
        sealed
    }

    /// Makes the caller the pusher of the free page, which is empty and his alone, if there is nothing else: nothing that is sealed, and nothing
    /// that is claimed.
    #[inline]
    pub(super) fn begin(&self) -> Option<Sealed> {
        let begun = |word: u32| (word & (SEALED | TAIL) == 0).then_some(word | SEALED | PUSHING);
        let before = self.word.fetch_update(order!("relaxed_begin", AcqRel), Ordering::Relaxed, begun).ok()?;
        Some(Sealed { page: 1 - active(before), at: 0, end: 0, has_holes: false })
    }

    /// Makes the caller the pusher, if there is something to push, and nobody does.
    pub(super) fn take(&self) -> Option<Sealed> {
        let mut sealed = None;
        let taken = |word: u32| {
            if word & (SEALED | PUSHING) == SEALED {
                sealed = None;
                return Some(word | PUSHING);
            }
            sealed = seal(word);
            sealed.as_ref().map(|_| sealed_word(word))
        };
        let before = self.word.fetch_update(order!("relaxed_take", AcqRel), Ordering::Relaxed, taken).ok()?;
        Some(sealed.unwrap_or_else(|| {
            let (at, end) = (self.at.load(Ordering::Relaxed), self.end.load(Ordering::Relaxed));
            let (end, has_holes) = ((end & TAIL) as usize, end & HOLES != 0);
            Sealed { page: 1 - active(before), at: at as usize, end, has_holes }
        }))
    }

    /// All of the page has gone out. If there is another to push by now, the caller is its pusher.
    #[inline]
    pub(super) fn done(&self) -> Option<Sealed> {
        self.gone.store(self.gone.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        let mut sealed = None;
        let done = |word: u32| {
            let word = word & !(SEALED | PUSHING);
            sealed = seal(word).filter(|_| !mutant!("look_no_more"));
            Some(sealed.as_ref().map_or(word, |_| sealed_word(word)))
        };
        let _ = self.word.fetch_update(order!("relaxed_done", AcqRel), Ordering::Relaxed, done);
        sealed
    }

    /// The stream is full: the rest is for whoever comes next.
    pub(super) fn leave(&self, rest: &Sealed) {
        let at = if mutant!("forget_how_far") { 0 } else { rest.at as u32 };
        self.at.store(at, Ordering::Relaxed);
        self.end.store(rest.end as u32 | if rest.has_holes { HOLES } else { 0 }, Ordering::Relaxed);
        self.word.fetch_and(!PUSHING, order!("relaxed_leave", Release));
    }

    /// When everything will have gone out that was given back before. `None`: it has.
    pub(super) fn until(&self) -> Option<Until> {
        let word = self.word.load(Ordering::Acquire);
        let pages = u32::from(word & SEALED != 0) + u32::from(word & TAIL != 0);
        // Counted after the word was read: a page that goes out in between makes it wait for one too many, not for one too few.
        (pages > 0).then(|| Until(self.gone.load(Ordering::Relaxed).wrapping_add(pages)))
    }

    /// Whether that is now: so many pages are gone, or there is nothing.
    pub(super) fn is_reached(&self, until: Until) -> bool {
        let word = self.word.load(order!("relaxed_reached", Acquire));
        let left = until.0.wrapping_sub(self.gone.load(Ordering::Relaxed)) as i32;
        word & (SEALED | TAIL) == 0 || left <= 0
    }

    /// Claims `len` bytes of the active page and gives them back. For who has the link to himself: no atomic operation, but plain ones.
    ///
    /// `None`: there is no room, or somebody has forgotten a range.
    #[inline]
    pub(super) fn append(&self, len: usize, page: usize) -> Option<Range> {
        let word = self.word.load(Ordering::Relaxed);
        let start = (word & TAIL) as usize;
        if word & OPEN != 0 || start + len > page {
            return None;
        }
        self.word.store(word + len as u32, Ordering::Relaxed);
        Some(Range { page: active(word), start, len })
    }

    /// How many bytes wait, as far as one can tell while others push.
    pub(super) fn pending(&self) -> usize {
        let word = self.word.load(Ordering::Acquire);
        let left = (self.end.load(Ordering::Relaxed) & TAIL).saturating_sub(self.at.load(Ordering::Relaxed));
        let sealed = if word & SEALED == 0 { 0 } else { left };
        (word & TAIL) as usize + sealed as usize
    }
}

fn active(word: u32) -> usize {
    usize::from(word & ACTIVE != 0)
}

/// The active page, if it can be sealed.
fn seal(word: u32) -> Option<Sealed> {
    let is_free = word & (SEALED | OPEN) == 0 && word & TAIL != 0;
    is_free.then(|| Sealed { page: active(word), at: 0, end: (word & TAIL) as usize, has_holes: word & HOLES != 0 })
}

/// The word once it is.
fn sealed_word(word: u32) -> u32 {
    word & ACTIVE ^ ACTIVE | SEALED | PUSHING
}
