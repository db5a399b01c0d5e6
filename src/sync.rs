//! Core's atomics, or loom's when the models run: the only file that knows about loom.
//!
//! What is only a hint, and Relaxed (how long lines are, that a kernel lacks a flag), is core's atomic everywhere: any value will do.

#[cfg(all(not(sockpipe_loom), target_has_atomic = "64"))]
pub(crate) use core::sync::atomic::AtomicU64;
#[cfg(not(sockpipe_loom))]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
#[cfg(sockpipe_loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicI32, Ordering};

/// loom's, with a second one beside it that is stored to before each access.
///
/// loom 0.7.2 looks for other orders of two accesses from the last one of each atomic. What a thread loads and then exchanges is two, of
/// which it keeps the second, so it never tries what another thread could have done before the first. The stores stand before
/// both, are Relaxed, and are read by nobody: they give it the orders to try, and make nothing visible.
#[cfg(sockpipe_loom)]
#[derive(Debug)]
pub(crate) struct AtomicU64 {
    value: loom::sync::atomic::AtomicU64,
    touched: loom::sync::atomic::AtomicU64,
}

#[cfg(sockpipe_loom)]
impl AtomicU64 {
    pub(crate) fn new(value: u64) -> Self {
        Self { value: loom::sync::atomic::AtomicU64::new(value), touched: loom::sync::atomic::AtomicU64::new(0) }
    }

    fn touch(&self) -> &loom::sync::atomic::AtomicU64 {
        self.touched.store(0, Ordering::Relaxed);
        &self.value
    }

    pub(crate) fn load(&self, order: Ordering) -> u64 {
        self.touch().load(order)
    }

    pub(crate) fn fetch_add(&self, more: u64, order: Ordering) -> u64 {
        self.touch().fetch_add(more, order)
    }

    pub(crate) fn fetch_or(&self, bits: u64, order: Ordering) -> u64 {
        self.touch().fetch_or(bits, order)
    }

    pub(crate) fn compare_exchange(&self, old: u64, new: u64, set: Ordering, fetch: Ordering) -> Result<u64, u64> {
        self.touch().compare_exchange(old, new, set, fetch)
    }

    /// Core's loop.
    pub(crate) fn fetch_update(
        &self,
        set: Ordering,
        fetch: Ordering,
        mut update: impl FnMut(u64) -> Option<u64>,
    ) -> Result<u64, u64> {
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

#[cfg(sockpipe_loom)]
pub(crate) fn chosen_mutant() -> &'static str {
    extern crate std;
    static NAME: std::sync::OnceLock<std::string::String> = std::sync::OnceLock::new();
    NAME.get_or_init(|| std::env::var("SOCKPIPE_MUTANT").unwrap_or_default())
}
