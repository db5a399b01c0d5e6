//! Core's atomics, or loom's when the models run: the only file that knows about loom.
//!
//! What is only a hint, and Relaxed (how long lines are, that a kernel lacks a flag), is core's atomic everywhere: any value will do.

#[cfg(all(not(sockpipe_loom), target_has_atomic = "32"))]
pub(crate) use core::sync::atomic::AtomicU32;
#[cfg(all(not(sockpipe_loom), target_has_atomic = "64"))]
pub(crate) use core::sync::atomic::AtomicU64;
#[cfg(not(sockpipe_loom))]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
#[cfg(sockpipe_loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};
#[cfg(sockpipe_loom)]
pub(crate) use touched::{AtomicI32, AtomicU32, AtomicU64};

/// loom's, each with a second one beside it that is stored to before each access.
///
/// loom 0.7.2 looks for other orders of two accesses from the last one of each atomic. What a thread loads and then exchanges is two, of
/// which it keeps the second, so it never tries what another thread could have done before the first. The stores stand before
/// both, are Relaxed, and are read by nobody: they give it the orders to try, and make nothing visible.
#[cfg(sockpipe_loom)]
mod touched {
    use loom::sync::atomic::{self, Ordering};

    macro_rules! touched {
        ($($name:ident: $int:ty),*) => { $(
            #[derive(Debug)]
            pub(crate) struct $name {
                value: atomic::$name,
                touched: atomic::$name,
            }

            #[allow(dead_code)]
            impl $name {
                pub(crate) fn new(value: $int) -> Self {
                    Self { value: atomic::$name::new(value), touched: atomic::$name::new(0) }
                }

                fn touch(&self) -> &atomic::$name {
                    self.touched.store(0, Ordering::Relaxed);
                    &self.value
                }

                pub(crate) fn load(&self, order: Ordering) -> $int {
                    self.touch().load(order)
                }

                pub(crate) fn store(&self, value: $int, order: Ordering) {
                    self.touch().store(value, order);
                }

                pub(crate) fn fetch_add(&self, more: $int, order: Ordering) -> $int {
                    self.touch().fetch_add(more, order)
                }

                pub(crate) fn fetch_sub(&self, less: $int, order: Ordering) -> $int {
                    self.touch().fetch_sub(less, order)
                }

                pub(crate) fn fetch_and(&self, bits: $int, order: Ordering) -> $int {
                    self.touch().fetch_and(bits, order)
                }

                pub(crate) fn fetch_or(&self, bits: $int, order: Ordering) -> $int {
                    self.touch().fetch_or(bits, order)
                }

                pub(crate) fn compare_exchange(
                    &self,
                    old: $int,
                    new: $int,
                    set: Ordering,
                    fetch: Ordering,
                ) -> Result<$int, $int> {
                    self.touch().compare_exchange(old, new, set, fetch)
                }

                /// Core's loop.
                pub(crate) fn fetch_update(
                    &self,
                    set: Ordering,
                    fetch: Ordering,
                    mut update: impl FnMut($int) -> Option<$int>,
                ) -> Result<$int, $int> {
                    let mut old = self.load(fetch);
                    while let Some(new) = update(old) {
                        match self.compare_exchange(old, new, set, fetch) {
                            Ok(old) => return Ok(old),
                            Err(now) => old = now,
                        }
                    }
                    Err(old)
                }
            }
        )* };
    }

    touched!(AtomicI32: i32, AtomicU32: u32, AtomicU64: u64);
}

/// A function that is `const`, but for loom, whose atomics are made while a model runs.
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visible:vis fn $($rest:tt)*) => {
        #[cfg(not(sockpipe_loom))]
        $(#[$attribute])*
        $visible const fn $($rest)*
        #[cfg(sockpipe_loom)]
        $(#[$attribute])*
        $visible fn $($rest)*
    };
}
pub(crate) use const_fn;

/// Whether the algorithm is to be broken in the way of this name, to see that a model notices.
///
/// Constant false outside loom. Inside, the environment variable SOCKPIPE_MUTANT chooses one mutant for the whole process.
macro_rules! mutant {
    ($name:literal) => {{
        #[cfg(not(sockpipe_loom))]
        let broken = false;
        #[cfg(sockpipe_loom)]
        let broken = $crate::sync::chosen_mutant() == $name;
        broken
    }};
}
pub(crate) use mutant;

/// A memory order: this one, or a weaker one (Relaxed, if none is named) if the mutant of this name is chosen.
macro_rules! order {
    ($name:literal, $order:ident) => {
        $crate::sync::order!($name, $order, Relaxed)
    };
    ($name:literal, $order:ident, $weaker:ident) => {
        if $crate::sync::mutant!($name) { $crate::sync::Ordering::$weaker } else { $crate::sync::Ordering::$order }
    };
}
pub(crate) use order;

#[cfg(sockpipe_loom)]
pub(crate) fn chosen_mutant() -> &'static str {
    extern crate std;
    static NAME: std::sync::OnceLock<std::string::String> = std::sync::OnceLock::new();
    NAME.get_or_init(|| std::env::var("SOCKPIPE_MUTANT").unwrap_or_default())
}
