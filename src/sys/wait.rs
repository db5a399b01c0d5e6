//! Waiting: one `ppoll(2)` for descriptors and the interrupt together.
//!
//! # Safety
//! This file looks at a `repr(C)` struct of one poll entry and N more as at an array of N + 1.
#![allow(unsafe_code)]

use core::{array, slice, time::Duration};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::BorrowedFd,
    fs::CWD,
};

use crate::{Errno, Events, Interrupt, Lend, MAX_WAIT_FOR_IO};

/// A descriptor, what it is waited for, and what occurred.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) fd: BorrowedFd<'a>,
    pub(crate) events: Events,
    pub(crate) occurred: Events,
}

/// Waits for one descriptor, or for time alone. See [`Wait::wait`](crate::Wait::wait).
pub(crate) fn wait(
    fd: BorrowedFd<'_>,
    events: Events,
    at_most: Option<Duration>,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<Events, Errno> {
    let mut entry = [Entry { fd, events, occurred: Events::NONE }];
    poll_all::<1>(&mut entry, at_most, bell(interrupt))?;
    Ok(entry[0].occurred)
}

/// Waits for any of the first N entries, and notes in each what occurred. Without entries it only sleeps.
pub(crate) fn wait_many<const N: usize>(
    entries: &mut [Entry<'_>],
    at_most: Option<Duration>,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), Errno> {
    poll_all::<N>(entries, at_most, bell(interrupt))
}

/// What is waited for together with the entries.
fn bell(interrupt: &(impl Interrupt + ?Sized)) -> Option<BorrowedFd<'_>> {
    match interrupt.lend() {
        Lend::Handle(bell) => Some(bell),
        Lend::Never | Lend::Flag => None,
    }
}

/// No file: a poll passes over what is negative. It reports errors unasked, so this stands for whoever waits for time alone.
const NOTHING: BorrowedFd<'_> = CWD;

/// One for all kinds of interrupts: a program that knows several has this code once.
fn poll_all<const N: usize>(
    entries: &mut [Entry<'_>],
    at_most: Option<Duration>,
    bell: Option<BorrowedFd<'_>>,
) -> Result<(), Errno> {
    let timeout = asked_anew(entries, at_most).map(timespec);
    let mut slots = Slots::<N> {
        bell: PollFd::from_borrowed_fd(bell.unwrap_or(NOTHING), PollFlags::IN),
        streams: array::from_fn(|n| match entries.get(n) {
            Some(entry) if entry.events != Events::TIME => PollFd::from_borrowed_fd(entry.fd, wanted(entry.events)),
            _ => PollFd::from_borrowed_fd(NOTHING, PollFlags::empty()),
        }),
    };
    let used = usize::from(bell.is_none())..entries.len().min(N) + 1;
    poll(slots.as_array().get_mut(used).unwrap_or_default(), timeout.as_ref())?;
    if bell.is_some() && slots.bell.revents().contains(PollFlags::NVAL) {
        return Err(Errno::BADF);
    }
    for (entry, slot) in entries.iter_mut().zip(&slots.streams) {
        entry.occurred = occurred(slot.revents())?;
    }
    Ok(())
}

#[repr(C)]
struct Slots<'a, const N: usize> {
    bell: PollFd<'a>,
    streams: [PollFd<'a>; N],
}

impl<'a, const N: usize> Slots<'a, N> {
    fn as_array(&mut self) -> &mut [PollFd<'a>] {
        // SAFETY: in C's layout one PollFd and an array of N stand like an array of N + 1, and the borrow covers them all.
        unsafe { slice::from_raw_parts_mut(core::ptr::from_mut(self).cast(), N + 1) }
    }
}

/// The longest wait in seconds, 68 years; or 24 days where the system counts milliseconds, as macOS does. Longer ones end early, which is harmless:
/// the clock decides.
const LONGEST: u64 = (i32::MAX / if HAS_PPOLL { 1 } else { 1000 }) as u64;
const HAS_PPOLL: bool =
    cfg!(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "dragonfly"));

/// The kernel rounds a wait up, never down.
fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: duration.as_secs().min(LONGEST) as _, tv_nsec: duration.subsec_nanos() as _ }
}

/// That the peer will send no more. Where there is no POLLRDHUP, macOS means that, too, by the POLLHUP that is asked for; others say only that it is gone.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
const PEER_SHUT: PollFlags = PollFlags::RDHUP;
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
const PEER_SHUT: PollFlags = PollFlags::HUP;

/// macOS overlooks a hang-up that comes while somebody waits for that alone, and bytes are there. It sees it when it is asked anew.
fn asked_anew(entries: &[Entry<'_>], at_most: Option<Duration>) -> Option<Duration> {
    let overlooks = |entry: &Entry<'_>| entry.events.contains(Events::HANGUP) && !entry.events.contains(Events::RECV);
    match cfg!(target_vendor = "apple") && entries.iter().any(overlooks) {
        true => Some(at_most.map_or(MAX_WAIT_FOR_IO, |at_most| at_most.min(MAX_WAIT_FOR_IO))),
        false => at_most,
    }
}

fn wanted(events: Events) -> PollFlags {
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::IN, events.contains(Events::RECV));
    flags.set(PollFlags::OUT, events.contains(Events::SEND));
    flags.set(PEER_SHUT, events.contains(Events::HANGUP));
    flags
}

fn occurred(flags: PollFlags) -> Result<Events, Errno> {
    // Not open: the kernel says so at once, and would for ever.
    if flags.contains(PollFlags::NVAL) {
        return Err(Errno::BADF);
    }
    const MEANINGS: &[(PollFlags, Events)] = &[
        (PollFlags::IN, Events::RECV),
        (PollFlags::OUT, Events::SEND),
        (PollFlags::ERR, Events::ERROR),
        (PollFlags::HUP, Events::ERROR),
        (PollFlags::HUP, Events::HANGUP),
        (PEER_SHUT, Events::HANGUP),
    ];
    let mut events = Events::NONE;
    for (flag, event) in MEANINGS {
        if flags.contains(*flag) {
            events |= *event;
        }
    }
    Ok(events)
}
