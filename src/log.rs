//! Logging: to `tracing`, to `defmt`, to both, or nowhere.
//!
//! Every argument is an integer, so that both can print it and no payload can slip in. Nothing here may be called between a
//! system call and its error, which our errors being values makes hard to get wrong, nor in `token_write`, nor when a
//! `ThreadInterrupt` is set or reset, as a signal handler may be doing that.

macro_rules! at_level {
    ($level:ident, $text:literal $(, $value:expr)*) => {{
        #[cfg(feature = "tracing")]
        tracing::$level!($text $(, $value)*);
        #[cfg(feature = "defmt")]
        defmt::$level!($text $(, $value)*);
        if false {
            $(let _ = $value;)*
        }
    }};
}

macro_rules! trace { ($($arg:tt)*) => { $crate::log::at_level!(trace, $($arg)*) }; }
macro_rules! debug { ($($arg:tt)*) => { $crate::log::at_level!(debug, $($arg)*) }; }
macro_rules! info { ($($arg:tt)*) => { $crate::log::at_level!(info, $($arg)*) }; }
macro_rules! error { ($($arg:tt)*) => { $crate::log::at_level!(error, $($arg)*) }; }

pub(crate) use {at_level, debug, error, info, trace};
