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
//! | gives back | open - 1 | takes what there is to push, if he wants to push |
//! | begins | ACTIVE, SEALED, PUSHING | has the active page, which is empty, to himself, to write to it and push it |
//! | takes | PUSHING | goes on with a page that was left, or seals the active one; if nobody pushes |
//! | is done | not SEALED, not PUSHING | or, if the active page can be sealed, seals it, and goes on: else nobody might |
//! | leaves | not PUSHING | the rest is for whoever comes next |
//!
//! # What is released, and who acquires it
//!
//! Who gives a range back releases its bytes to the pusher, whether it is he who seals the page or another; who leaves releases how far he
//! came, and what he sent, to who takes, or gives back; who is done releases the page to who claims or begins it next, and that it
//! was sent to who waits for that. To claim, to begin and to take release nothing, and need not: each change is an exchange, which keeps what those
//! before it have released. To be done acquires as well, as the next page can be what others have filled.
//!
//! The role of the pusher is held across a send that does not block, and nobody waits for it. When the link dies the pusher keeps it for ever.

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
    /// How many pages have gone out. Only the pusher counts. ACTIVE is the parity of how many were sealed.
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
        let before = self.word.fetch_update(order!("relaxed_claim", Acquire), Ordering::Relaxed, claimed).ok()?;
        Some(Range { page: active(before), start: (before & TAIL) as usize, len })
    }

    /// Gives a range back, of which the first `used` bytes are to go out. If `push` is set, the caller is the pusher, unless somebody is or there is
    /// nothing to push yet: of the page that was left, or of this one.
    ///
    /// What is not used is free again if it is the last of the page. Otherwise it is a hole, which is marked as one in its bytes before this.
    #[inline]
    pub(super) fn give_back(&self, range: &Range, used: usize, push: bool) -> Option<Sealed> {
        let order = match mutant!("give_back_without_acquire") {
            true => Ordering::Release,
            false => order!("give_back_without_release", AcqRel, Acquire),
        };
        self.change(order, push, |word| {
            let word = word.wrapping_sub(SLOT);
            if (word & TAIL) as usize == range.start + range.len {
                word & !TAIL | (range.start + used) as u32
            } else if used < range.len && !mutant!("forget_the_hole") {
                word | HOLES
            } else {
                word
            }
        })
    }

    /// Makes the caller the pusher of the active page, which is empty, if there is nothing else: nothing that is sealed, and nothing
    /// that is claimed. He has it to himself, to write to it.
    #[inline]
    pub(super) fn begin(&self) -> Option<Sealed> {
        let begun = |word: u32| (word & (SEALED | TAIL) == 0).then(|| sealed(word));
        let before = self.word.fetch_update(order!("relaxed_begin", Acquire), Ordering::Relaxed, begun).ok()?;
        Some(Sealed { page: active(before), at: 0, end: 0, has_holes: false })
    }

    /// Makes the caller the pusher, if there is something to push, and nobody does.
    pub(super) fn take(&self) -> Option<Sealed> {
        let before = self.word.fetch_update(order!("relaxed_take", Acquire), Ordering::Relaxed, pushed).ok()?;
        Some(self.to_push(before))
    }

    /// All of the page has gone out. If there is another to push by now, the caller is its pusher.
    #[inline]
    pub(super) fn done(&self) -> Option<Sealed> {
        let gone = self.gone.load(Ordering::Relaxed).wrapping_add(1);
        self.gone.store(gone, order!("relaxed_gone", Release));
        let order = match mutant!("done_without_acquire") {
            true => Ordering::Release,
            false => order!("done_without_release", AcqRel, Acquire),
        };
        self.change(order, !mutant!("look_no_more"), |word| word & !(SEALED | PUSHING))
    }

    /// The stream is full: the rest is for whoever comes next.
    pub(super) fn leave(&self, rest: &Sealed) {
        self.keep(rest);
        self.word.fetch_and(!PUSHING, order!("relaxed_leave", Release));
    }

    /// The link is dead: nobody pushes any more, as the caller remains the pusher.
    pub(super) fn keep(&self, rest: &Sealed) {
        let at = if mutant!("forget_how_far") { 0 } else { rest.at as u32 };
        self.at.store(at, Ordering::Relaxed);
        self.end.store(rest.end as u32 | if rest.has_holes { HOLES } else { 0 }, Ordering::Relaxed);
    }

    /// When everything will have gone out that was given back before. `None`: it has.
    pub(super) fn until(&self) -> Option<Until> {
        let word = self.word.load(order!("relaxed_until", Acquire));
        let sealed = self.sealed_by(word);
        (word & (SEALED | TAIL) != 0).then(|| Until(sealed.wrapping_add(u32::from(word & TAIL != 0))))
    }

    /// When the active page will have gone out. For who has a range of it, so that it cannot be sealed meanwhile.
    pub(super) fn until_active(&self) -> Until {
        let more = if mutant!("wait_for_one_more") { 2 } else { 1 };
        Until(self.sealed_by(self.word.load(Ordering::Relaxed)).wrapping_add(more))
    }

    /// When the page that is pushed will have gone out. For its pusher.
    pub(super) fn until_sealed(&self) -> Until {
        Until(self.gone.load(Ordering::Relaxed).wrapping_add(1))
    }

    /// Whether that is now: so many pages are gone, or there is nothing.
    pub(super) fn is_reached(&self, until: Until) -> bool {
        let left = until.0.wrapping_sub(self.gone.load(order!("relaxed_reached", Acquire))) as i32;
        left <= 0 || self.word.load(order!("relaxed_empty", Acquire)) & (SEALED | TAIL) == 0
    }

    /// How many pages were sealed when the word was this: as many as were gone, or one more; and the active page changed each time.
    ///
    /// If more of them went out between the two looks, this is too many, as if the word had been read later.
    fn sealed_by(&self, word: u32) -> u32 {
        let gone = self.gone.load(Ordering::Relaxed);
        gone.wrapping_add((gone ^ active(word) as u32) & 1)
    }

    /// Changes the word, and makes the caller the pusher if he wants to be, there is something to push, and nobody does.
    #[inline]
    fn change(&self, order: Ordering, push: bool, change: impl Fn(u32) -> u32) -> Option<Sealed> {
        let wanted = |word: &u32| push && !(mutant!("leave_it_lying") && word & SEALED != 0);
        let mut changed = 0;
        let changed_and_pushed = |word| {
            changed = change(word);
            Some(Some(changed).filter(wanted).and_then(pushed).unwrap_or(changed))
        };
        let _ = self.word.fetch_update(order, Ordering::Relaxed, changed_and_pushed);
        Some(changed).filter(wanted).filter(|word| pushed(*word).is_some()).map(|word| self.to_push(word))
    }

    /// What the pusher has, who has become that when the word was this.
    #[inline]
    fn to_push(&self, word: u32) -> Sealed {
        let is_left = word & SEALED != 0;
        let (page, at, end) = match is_left {
            true => (1 - active(word), self.at.load(Ordering::Relaxed), self.end.load(Ordering::Relaxed)),
            false => (active(word), 0, word),
        };
        Sealed { page, at: at as usize, end: (end & TAIL) as usize, has_holes: end & HOLES != 0 }
    }

    /// Claims `len` bytes of the active page and gives them back. For who has the link to himself: no atomic operation, but plain ones. That he
    /// has it to himself orders them behind what others did before.
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

    /// Whether there is nothing: nothing sealed, and nothing claimed. For who has the link to himself.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.word.load(Ordering::Relaxed) & (SEALED | TAIL) == 0
    }

    /// What was appended to the empty page has gone out already. For who has the link to himself.
    #[inline]
    pub(super) fn take_back(&self) {
        self.word.store(self.word.load(Ordering::Relaxed) & !TAIL, Ordering::Relaxed);
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

/// The word once somebody pushes, if nobody does and there is something: a page that was left, or the active one, if it can be sealed.
fn pushed(word: u32) -> Option<u32> {
    match word & (SEALED | PUSHING) {
        SEALED => Some(word | PUSHING),
        0 if word & OPEN == 0 && word & TAIL != 0 => Some(sealed(word)),
        _ => None,
    }
}

/// The word once the active page is sealed, by who pushes it.
fn sealed(word: u32) -> u32 {
    word & ACTIVE ^ ACTIVE | SEALED | PUSHING
}
