//! What a program needs where there is no C library: its entry, its end, and the functions that the compiler calls.
//!
//! The program names its main function with [`entry!`], and has a panic handler of its own.
#![no_std]

mod arch;
mod fds;
mod mem;

pub use arch::{nr, syscall};
#[doc(hidden)]
pub use fds::repair;

/// What the unwinding tables of the precompiled `core` name on Arm. Nobody unwinds here.
#[cfg(target_arch = "arm")]
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Makes `$main`, a `fn() -> i32`, the program.
///
/// `_start` is defined in the crate that says this. In a library to which nobody refers it would be dropped without a word, and
/// the program would start at address 0.
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        $crate::start!();

        #[unsafe(no_mangle)]
        extern "C" fn after_start() -> ! {
            $crate::repair();
            $crate::exit($main())
        }
    };
}

/// Ends the process. exit_group(2).
pub fn exit(status: i32) -> ! {
    loop {
        // SAFETY: it takes a number, and does not return.
        unsafe { syscall(nr::EXIT_GROUP, [status as usize, 0, 0]) };
    }
}

/// Writes as many of the bytes as can be written at once. Returns how many those are, or a negated errno. write(2).
pub fn write(fd: usize, bytes: &[u8]) -> isize {
    // SAFETY: the kernel reads so many bytes.
    unsafe { syscall(nr::WRITE, [fd, bytes.as_ptr().expose_provenance(), bytes.len()]) }
}

/// Makes a copy of this process: returns its number here and 0 there, or a negated errno. clone(2), as fork(3) uses it.
pub fn fork() -> isize {
    const SIGCHLD: usize = 17;
    // On s390x the stack, for which 0 says the same one, comes before the flags.
    let arguments = if cfg!(target_arch = "s390x") { [0, SIGCHLD, 0] } else { [SIGCHLD, 0, 0] };
    // SAFETY: nothing is shared with the copy. There are no threads here that the copy would miss.
    unsafe { syscall(nr::CLONE, arguments) }
}

/// Closes all descriptors from `first` to `last`. close_range(2), Linux 5.9.
///
/// # Safety
/// * Nobody uses them any more, nor closes them.
pub unsafe fn close_range(first: usize, last: usize) -> isize {
    // SAFETY: it takes numbers; the caller answers for what they mean.
    unsafe { syscall(nr::CLOSE_RANGE, [first, last, 0]) }
}
