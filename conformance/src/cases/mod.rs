//! The cases, one file a group of the reference.

/// Makes cases of the functions of these names in a module that there is on Linux only. They are skipped in worlds that have no
/// descriptors, and elsewhere.
macro_rules! on_linux {
    ($linux:ident: $($(#[$doc:meta])* $case:ident)*) => { $(
        $(#[$doc])*
        pub fn $case<W: $crate::World>(w: &W) -> $crate::Verdict {
            w.system()?;
            #[cfg(target_os = "linux")]
            return $linux::$case();
            #[cfg(not(target_os = "linux"))]
            return Err($crate::Skip("it is about Linux").into());
        }
    )* };
}

/// The same for functions that spoil the process that they run in.
macro_rules! on_linux_apart {
    ($linux:ident: $($(#[$doc:meta])* $case:ident)*) => { $(
        $(#[$doc])*
        pub fn $case<W: $crate::World>(w: &W) -> $crate::Verdict {
            w.system()?;
            #[cfg(target_os = "linux")]
            return w.in_a_process_of_its_own($linux::$case);
            #[cfg(not(target_os = "linux"))]
            return Err($crate::Skip("it is about Linux").into());
        }
    )* };
}

/// Makes cases of the functions of these names in these files of a module. Where there is no Linux, the files are not compiled.
macro_rules! kernel_cases {
    ($($file:ident: $($case:ident)*;)*) => { $($(
        #[doc = concat!("See `", stringify!($file), ".rs`.")]
        pub fn $case<W: $crate::World>(w: &W) -> $crate::Verdict {
            w.system()?;
            #[cfg(target_os = "linux")]
            return $file::$case();
            #[cfg(not(target_os = "linux"))]
            Err($crate::Skip("sockpipe has none of this for this operating system").into())
        }
    )*)* };
}

/// The same for cases of `ThreadInterrupt`, which there is where there are atomics of 64 bits: not on ARMv5.
macro_rules! interrupt_cases {
    ($($file:ident: $($case:ident)*;)*) => { $($(
        #[doc = concat!("See `", stringify!($file), ".rs`.")]
        pub fn $case<W: $crate::World>(w: &W) -> $crate::Verdict {
            w.system()?;
            #[cfg(all(target_os = "linux", target_has_atomic = "64"))]
            return $file::$case();
            #[cfg(not(all(target_os = "linux", target_has_atomic = "64")))]
            Err($crate::Skip("sockpipe has none of this for this operating system or CPU").into())
        }
    )*)* };
}

pub mod accept;
pub mod common;
pub mod connect;
pub mod connected;
pub mod descriptors;
pub mod interrupt;
pub mod lifecycle;
pub mod line_reader;
pub mod link;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod not_open;
pub mod numbers;
pub mod protocols;
pub mod recv;
pub mod send;
pub mod shutdown;
pub mod strings;
pub mod token;
pub mod wait;
