//! The memory of a link's sending half: two pages, of which a sender has a range to himself, or the pusher the rest of one.
//!
//! # Safety
//! This file makes slices of memory that threads share. It relies on the [`Cork`]: the ranges that it hands out do not overlap as long as
//! they are not given back, and what is sealed is its pusher's alone. A [`Claim`] and a [`Push`] are made here only, of what the cork of
//! the same memory has handed out, and are neither copied nor cloned.
#![allow(unsafe_code)]

use core::{marker::PhantomData, mem, ptr::NonNull, slice};

use super::{
    Profile,
    cork::{Cork, PAGE, Range, Sealed, Until},
};

/// Two pages, and who has what of them.
#[derive(Debug)]
pub(super) struct Pages<'b> {
    cork: Cork,
    /// One page behind the other.
    memory: NonNull<u8>,
    page: usize,
    header_len: usize,
    #[cfg(sockpipe_loom)]
    shadow: shadow::Shadow,
    lent: PhantomData<&'b mut [u8]>,
}

// SAFETY: it has the memory to itself, as a `&mut [u8]` would.
unsafe impl Send for Pages<'_> {}
// SAFETY: threads that share it get ranges that do not overlap.
unsafe impl Sync for Pages<'_> {}

/// In the bytes of a hole's length, what tells it from a frame's: no frame of a page is so long.
const HOLE: u32 = 1 << 31;
/// How many bytes a page has at least: a prologue and a header fit.
const SHORTEST: usize = 16;
/// How many bytes a hole has at least.
pub(super) const MARK: usize = 4;

impl<'b> Pages<'b> {
    /// Two pages in this memory, the first of which begins with the profile's prologue. Memory that is too short for one has no pages.
    pub(super) fn new(memory: &'b mut [u8], profile: Profile) -> Self {
        let (page, prologue) = ((memory.len() / 2).min(PAGE), profile.prologue());
        let page = if page < SHORTEST { 0 } else { page };
        for (place, byte) in memory.iter_mut().zip(prologue) {
            *place = *byte;
        }
        Self {
            cork: Cork::new(prologue.len()),
            memory: NonNull::from(memory).cast(),
            page,
            header_len: profile.header_len(),
            #[cfg(sockpipe_loom)]
            shadow: shadow::Shadow::new(2 * page),
            lent: PhantomData,
        }
    }

    /// How many bytes a page has.
    pub(super) fn page(&self) -> usize {
        self.page
    }

    /// Claims a range of so many bytes.
    #[inline]
    pub(super) fn claim(&self, len: usize) -> Option<Claim<'_>> {
        Some(Claim { range: self.cork.claim(len, self.page)?, pages: self })
    }

    /// The active page, which is empty, to write `len` bytes to it and push them. See [`Cork::begin`].
    #[inline]
    pub(super) fn begin(&self, len: usize) -> Option<Push<'_>> {
        if len > self.page {
            return None;
        }
        let sealed = self.cork.begin()?;
        Some(Push { sealed: Sealed { end: len, ..sealed }, pages: self })
    }

    /// What there is to push, if nobody does.
    pub(super) fn take(&self) -> Option<Push<'_>> {
        Some(Push { sealed: self.cork.take()?, pages: self })
    }

    /// So many bytes at the end of what is to go out. `None`: there is no room.
    #[inline]
    pub(super) fn append(&mut self, len: usize) -> Option<&mut [u8]> {
        let range = self.cork.append(len, self.page)?;
        // SAFETY: the range is within a page. Nobody else has a range, as the pages are borrowed for the caller alone.
        Some(unsafe { self.range_mut(range.page, range.start, range.len) })
    }

    /// The same, if they are all that is to go out.
    #[inline]
    pub(super) fn append_first(&mut self, len: usize) -> Option<&mut [u8]> {
        if self.cork.is_empty() { self.append(len) } else { None }
    }

    /// See [`Cork::take_back`].
    #[inline]
    pub(super) fn take_back(&mut self) {
        self.cork.take_back();
    }

    /// See [`Cork::until`].
    pub(super) fn until(&self) -> Option<Until> {
        self.cork.until()
    }

    /// See [`Cork::is_reached`].
    pub(super) fn is_reached(&self, until: Until) -> bool {
        self.cork.is_reached(until)
    }

    /// See [`Cork::pending`].
    pub(super) fn pending(&self) -> usize {
        self.cork.pending()
    }

    /// # Safety
    /// * The range is within a page, and the caller's alone.
    #[inline]
    #[expect(clippy::mut_from_ref, reason = "the cork hands out each range once")]
    unsafe fn range_mut(&self, page: usize, start: usize, len: usize) -> &mut [u8] {
        #[cfg(sockpipe_loom)]
        self.shadow.write(page * self.page + start, len);
        // SAFETY: the range is within a page.
        let place = unsafe { self.place(page, start) };
        // SAFETY: the memory is lent for 'b, initialised, and this part of it the caller's alone.
        unsafe { slice::from_raw_parts_mut(place.as_ptr(), len) }
    }

    /// # Safety
    /// * The range is within a page, and the caller's alone, or others look at it only.
    #[inline]
    unsafe fn range(&self, page: usize, start: usize, len: usize) -> &[u8] {
        #[cfg(sockpipe_loom)]
        self.shadow.read(page * self.page + start, len);
        // SAFETY: the range is within a page.
        let place = unsafe { self.place(page, start) };
        // SAFETY: the memory is lent for 'b, initialised, and nobody writes to this part of it.
        unsafe { slice::from_raw_parts(place.as_ptr(), len) }
    }

    /// # Safety
    /// * It is a place in one of the pages, or at its end.
    #[inline]
    unsafe fn place(&self, page: usize, start: usize) -> NonNull<u8> {
        debug_assert!(page < 2 && start <= self.page);
        // SAFETY: the memory has two pages.
        unsafe { self.memory.add(page * self.page + start) }
    }
}

/// A range that one sender fills.
#[derive(Debug)]
pub(super) struct Claim<'p> {
    pages: &'p Pages<'p>,
    range: Range,
}

impl<'p> Claim<'p> {
    /// Its bytes.
    #[inline]
    pub(super) fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the cork has handed out the range for these pages, it is not given back yet, and `self` is borrowed for the caller alone.
        unsafe { self.pages.range_mut(self.range.page, self.range.start, self.range.len) }
    }

    /// Its bytes, to look at.
    pub(super) fn as_bytes(&self) -> &[u8] {
        // SAFETY: the same, but that they are only looked at.
        unsafe { self.pages.range(self.range.page, self.range.start, self.range.len) }
    }

    /// See [`Cork::until_active`].
    pub(super) fn until(&self) -> Until {
        self.pages.cork.until_active()
    }

    /// Gives it back; the first `used` bytes are to go out. See [`Cork::give_back`].
    #[inline]
    pub(super) fn give_back(mut self, used: usize, push: bool) -> Option<Push<'p>> {
        let unused = self.range.len.saturating_sub(used) as u32;
        if let Some(mark) = self.bytes().get_mut(used..).and_then(|rest| rest.first_chunk_mut()) {
            *mark = (unused | HOLE).to_le_bytes();
        }
        let sealed = self.pages.cork.give_back(&self.range, used, push)?;
        Some(Push { sealed, pages: self.pages })
    }
}

/// What the pusher sends. Dropped, it is left for whoever comes next.
#[derive(Debug)]
pub(super) struct Push<'p> {
    pages: &'p Pages<'p>,
    sealed: Sealed,
}

impl<'p> Push<'p> {
    /// All that is left, to be written by who has [begun](Pages::begin).
    #[inline]
    pub(super) fn bytes(&mut self) -> &mut [u8] {
        let Sealed { page, at, end, .. } = self.sealed;
        // SAFETY: what is sealed is its pusher's alone, and ends within the page.
        unsafe { self.pages.range_mut(page, at, end - at) }
    }

    /// What to send next. Empty: all of it is gone.
    #[inline]
    pub(super) fn next(&mut self) -> &[u8] {
        if self.sealed.has_holes {
            self.close_holes();
        }
        let Sealed { page, at, end, .. } = self.sealed;
        // SAFETY: what is sealed is its pusher's alone, and ends within the page.
        unsafe { self.pages.range(page, at, end - at) }
    }

    /// So many bytes of it went out.
    #[inline]
    pub(super) fn sent(&mut self, n: usize) {
        self.sealed.at = self.sealed.end.min(self.sealed.at.saturating_add(n));
    }

    /// See [`Cork::until_sealed`].
    pub(super) fn until(&self) -> Until {
        self.pages.cork.until_sealed()
    }

    /// See [`Cork::keep`].
    pub(super) fn keep(self) {
        self.pages.cork.keep(&self.sealed);
        mem::forget(self);
    }

    /// All of it is gone. If there is more to push by now, that is next.
    #[inline]
    pub(super) fn done(self) -> Option<Self> {
        let pages = self.pages;
        mem::forget(self);
        Some(Push { sealed: pages.cork.done()?, pages })
    }

    /// Moves the frames together, before the first byte is sent, so that they go out in one piece.
    #[cold]
    fn close_holes(&mut self) {
        // No frame of a page is as long as the first letters of a prologue say.
        const PROLOGUE: u32 = u32::from_le_bytes(Profile::MAGIC);
        let header_len = self.pages.header_len;
        let page = self.bytes();
        let (mut place, mut end) = (0, 0);
        while let Some(mark) = page.get(place..).and_then(|rest| rest.first_chunk()) {
            let number = u32::from_le_bytes(*mark);
            let is_hole = number & HOLE != 0;
            let len = match number {
                PROLOGUE => Profile::Plain.prologue().len(),
                _ if is_hole => (number & !HOLE) as usize,
                _ => number as usize + header_len,
            };
            // A byte at a time: these are few, and a copy within a slice can panic. What a hole writes is written over.
            for from in place..place + len {
                let byte = page.get(from).copied().unwrap_or_default();
                if let Some(to) = page.get_mut(end) {
                    *to = byte;
                }
                end += usize::from(!is_hole);
            }
            place += len;
        }
        (self.sealed.end, self.sealed.has_holes) = (end, false);
    }
}

impl Drop for Push<'_> {
    fn drop(&mut self) {
        self.pages.cork.leave(&self.sealed);
    }
}

/// A cell of loom's for each byte, which sees who reads and writes it, and in which order.
#[cfg(sockpipe_loom)]
mod shadow {
    extern crate std;
    use loom::cell::UnsafeCell;
    use std::vec::Vec;

    #[derive(Debug)]
    pub(super) struct Shadow(Vec<UnsafeCell<()>>);

    impl Shadow {
        pub(super) fn new(len: usize) -> Self {
            Self((0..len).map(|_| UnsafeCell::new(())).collect())
        }

        pub(super) fn write(&self, start: usize, len: usize) {
            self.0[start..start + len].iter().for_each(|cell| cell.with_mut(|_| ()));
        }

        pub(super) fn read(&self, start: usize, len: usize) {
            self.0[start..start + len].iter().for_each(|cell| cell.with(|_| ()));
        }
    }
}
