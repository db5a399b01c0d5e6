//! What may end somebody's waiting early.

use core::mem::ManuallyDrop;

use crate::{
    sync::{AtomicBool, order},
    sys,
};

/// Something that, once set, makes waiting operations give up.
///
/// It is a level, not an event: the operation that it interrupts does not consume it, everybody who waits sees it, and its
/// owner resets it.
///
/// **It ends waiting, not work.** It is looked at once per wait, after the attempt and the deadline, so it keeps back nothing that can
/// be done at once: a loop over a peer that always has something to say must ask [`is_set`](Self::is_set) itself in each round.
///
/// * [`Never`] is never set.
/// * An `AtomicBool` is a plain flag; a wait looks at it every [`MAX_WAIT_FOR_IO`](crate::MAX_WAIT_FOR_IO), as Core does.
/// * A [`TokenReader`](crate::TokenReader) is set while a token lies in its pipe, until somebody reads it, and wakes a waiting
///   operation at once.
/// * A `ThreadInterrupt` is Core's: set by a thread or a signal handler, wakes at once, and reaches who waits even if it is reset
///   right after.
/// * [`When`] asks a closure.
pub trait Interrupt {
    /// Whether it is set. Does not block.
    fn is_set(&self) -> bool;

    /// What a wait can use to notice it. The default is that it has to look.
    fn lend(&self) -> Lend<'_> {
        Lend::Flag
    }

    /// Called before each wait. For a latch that can be reset while somebody sleeps; everyone else ignores it.
    ///
    /// A latch gives the same ticket until it is set again, and then another one: an operation that gets two of them was interrupted
    /// between two of its waits.
    fn enter(&self) -> Ticket {
        Ticket::default()
    }

    /// Called after each wait with what `enter` gave. True: it was set in between, though it may be reset by now.
    fn leave(&self, since: Ticket) -> bool {
        let _ = since;
        false
    }
}

/// What an interrupt lends to a wait.
#[derive(Clone, Copy, Debug)]
pub enum Lend<'a> {
    /// It cannot become set: nothing to look for.
    Never,
    /// Only [`Interrupt::is_set`] tells: the wait ends every second to let it be asked.
    Flag,
    /// A descriptor that is readable as long as the interrupt is set. It is waited for together with the stream. Who is
    /// woken by it, or by the stream, a few times in a row and for nothing, naps for 1 to 4 ms between two waits, and hears nothing then.
    Handle(sys::Handle<'a>),
}

/// What a latch noted when somebody began to wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ticket(pub usize);

/// Somebody who has entered, and leaves whatever happens: also if a closure that is asked in between panics. A sleeper who never
/// left would keep a bell ringing for ever.
pub(crate) struct Entered<'i, I: Interrupt + ?Sized> {
    interrupt: &'i I,
    pub(crate) since: Ticket,
}

impl<'i, I: Interrupt + ?Sized> Entered<'i, I> {
    pub(crate) fn new(interrupt: &'i I) -> Self {
        Self { interrupt, since: interrupt.enter() }
    }

    /// [`Interrupt::leave`].
    pub(crate) fn leave(self) -> bool {
        let entered = ManuallyDrop::new(self);
        entered.interrupt.leave(entered.since)
    }
}

impl<I: Interrupt + ?Sized> Drop for Entered<'_, I> {
    fn drop(&mut self) {
        self.interrupt.leave(self.since);
    }
}

/// The same interrupt, behind a pointer.
macro_rules! behind {
    () => {
        fn is_set(&self) -> bool {
            (**self).is_set()
        }
        fn lend(&self) -> Lend<'_> {
            (**self).lend()
        }
        fn enter(&self) -> Ticket {
            (**self).enter()
        }
        fn leave(&self, since: Ticket) -> bool {
            (**self).leave(since)
        }
    };
}

impl<T: Interrupt + ?Sized> Interrupt for &T {
    behind!();
}

#[cfg(feature = "std")]
impl<T: Interrupt + ?Sized> Interrupt for std::sync::Arc<T> {
    behind!();
}

/// Set while true. Acquire: what was written before the flag was stored with Release is seen by whoever was interrupted.
impl Interrupt for AtomicBool {
    fn is_set(&self) -> bool {
        self.load(order!("relaxed_flag", Acquire))
    }
}

/// The interrupt that is never set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Never;

impl Interrupt for Never {
    fn is_set(&self) -> bool {
        false
    }
    fn lend(&self) -> Lend<'_> {
        Lend::Never
    }
}

/// Set when the closure says so. It is asked once per wait, at least every second, and need not always give the same answer.
#[derive(Clone, Copy, Debug)]
pub struct When<F>(pub F);

impl<F: Fn() -> bool> Interrupt for When<F> {
    fn is_set(&self) -> bool {
        (self.0)()
    }
}
