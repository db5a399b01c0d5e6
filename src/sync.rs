//! Core's atomics, or loom's when the models run: the only file that knows about loom.
//!
//! What is only a hint, and Relaxed (how long lines are, that a kernel lacks a flag), is core's atomic everywhere: any value will do.

#[cfg(all(not(sockpipe_loom), target_has_atomic = "64"))]
pub(crate) use core::sync::atomic::AtomicU64;
#[cfg(not(sockpipe_loom))]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
#[cfg(sockpipe_loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};

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
