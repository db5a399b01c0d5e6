//! A storm of signals over one thread: a timer of its own fires at it, and the handler does what handlers do.
//!
//! # Safety
//! This file installs a signal handler, makes timers by bare system calls, and hands the handler a pointer.
#![allow(unsafe_code)]

use core::{
    ffi::c_void,
    marker::PhantomData,
    mem::zeroed,
    ptr::{from_ref, null_mut},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use sockpipe::{Errno, Interrupt, Never, ThreadInterrupt, TokenError, TokenPipe, TokenReader, TokenWriter};

use super::token;

/// What the handler does, beside counting.
#[derive(Debug)]
pub enum Bell {
    /// It sets this.
    Interrupt(ThreadInterrupt),
    /// It writes a token, of a sequence of its own.
    Ticks(TokenReader, TokenWriter),
    /// It calls this.
    Call(fn()),
}

/// What a thread in a storm and its handler share.
#[derive(Debug)]
pub struct Target {
    bell: Bell,
    signals: AtomicU64,
    /// Tokens that the handler has written, and that the thread has read.
    written: AtomicU64,
    read: AtomicU64,
}

impl Target {
    /// One whose handler interrupts.
    pub fn interrupted() -> Result<Self, Errno> {
        Ok(Self::new(Bell::Interrupt(ThreadInterrupt::new()?)))
    }

    /// One whose handler writes tokens.
    pub fn ticked() -> Result<Self, Errno> {
        let (reader, writer) = TokenPipe::pair()?;
        Ok(Self::new(Bell::Ticks(reader, writer)))
    }

    /// One whose handler calls this, which is async-signal-safe.
    pub fn calling(what: fn()) -> Self {
        Self::new(Bell::Call(what))
    }

    fn new(bell: Bell) -> Self {
        Self { bell, signals: AtomicU64::new(0), written: AtomicU64::new(0), read: AtomicU64::new(0) }
    }

    /// What ends this thread's waiting with each signal.
    pub fn interrupt(&self) -> &dyn Interrupt {
        match &self.bell {
            Bell::Interrupt(interrupt) => interrupt,
            Bell::Ticks(reader, _) => reader,
            Bell::Call(_) => &Never,
        }
    }

    /// Makes that it can wait again. False: of the handler's tokens one was lost, or came twice.
    pub fn reset(&self) -> bool {
        let reader = match &self.bell {
            Bell::Interrupt(interrupt) => {
                interrupt.reset();
                return true;
            }
            Bell::Ticks(reader, _) => reader,
            Bell::Call(_) => return true,
        };
        let mut tokens = [0; 64];
        match reader.drain(&mut tokens) {
            Ok(Some(count)) => tokens.iter().take(count).all(|got| *got == token(self.read.fetch_add(1, Relaxed))),
            Err(TokenError::WouldBlock) => true,
            _ => false,
        }
    }

    /// At the end: whether the handler's tokens have all come.
    pub fn is_settled(&self) -> bool {
        loop {
            let before = self.read.load(Relaxed);
            if !self.reset() {
                return false;
            }
            let read = self.read.load(Relaxed);
            if read == before {
                return read == self.written.load(Relaxed);
            }
        }
    }

    /// Signals that came, and tokens that the handler has written.
    pub fn counts(&self) -> [u64; 2] {
        [self.signals.load(Relaxed), self.written.load(Relaxed)]
    }

    fn hit(&self) {
        self.signals.fetch_add(1, Relaxed);
        match &self.bell {
            Bell::Interrupt(interrupt) => {
                let _ = interrupt.interrupt();
            }
            Bell::Call(what) => what(),
            // Its own signal is masked meanwhile, so nobody else counts.
            Bell::Ticks(_, writer) => {
                let written = self.written.load(Relaxed);
                if writer.try_token_write(token(written)).is_ok() {
                    self.written.store(written + 1, Relaxed);
                }
            }
        }
    }
}

extern "C" fn handler(_: i32, info: *mut libc::siginfo_t, _: *mut c_void) {
    // SAFETY: the kernel hands over what it knows of the signal.
    let info = unsafe { &*info };
    // SAFETY: a timer's signal has a value.
    let value = unsafe { info.si_value() };
    // SAFETY: this signal is sent by the timers below alone, each with a target that outlives it.
    let target = unsafe { &*value.sival_ptr.cast::<Target>() };
    target.hit();
}

/// A timer that fires at this thread, until it is dropped.
#[derive(Debug)]
pub struct Storm<'a> {
    timer: i32,
    /// It is to be dropped by the thread that it fires at: then none is pending afterwards.
    _of_this_thread: PhantomData<(&'a Target, *const ())>,
}

impl<'a> Storm<'a> {
    /// One signal each time that `pause` has passed. What its handler interrupts is not restarted.
    pub fn begin(target: &'a Target, pause: Duration) -> Result<Self, Errno> {
        install();
        // SAFETY: a plain C struct, for which zeros are a value.
        let mut event: libc::sigevent = unsafe { zeroed() };
        event.sigev_notify = libc::SIGEV_THREAD_ID;
        event.sigev_signo = libc::SIGRTMIN();
        event.sigev_value.sival_ptr = from_ref(target).cast_mut().cast();
        event.sigev_notify_thread_id = rustix::thread::gettid().as_raw_nonzero().get();
        let mut timer = 0;
        // SAFETY: the kernel reads the event and writes the number. (glibc's own function may allocate, and this may be a forked child.)
        let made =
            unsafe { libc::syscall(libc::SYS_timer_create, libc::CLOCK_MONOTONIC, &raw mut event, &raw mut timer) };
        let storm = match made {
            0 => Self { timer, _of_this_thread: PhantomData },
            // More timers than RLIMIT_SIGPENDING permits.
            _ => return Err(Errno::AGAIN),
        };
        let seconds = pause.as_secs().try_into().unwrap_or(libc::time_t::MAX);
        let pause = libc::timespec { tv_sec: seconds, tv_nsec: pause.subsec_nanos().into() };
        let times = libc::itimerspec { it_interval: pause, it_value: pause };
        // SAFETY: the timer was made above, and the kernel reads the times.
        unsafe { libc::syscall(libc::SYS_timer_settime, storm.timer, 0, &raw const times, null_mut::<c_void>()) };
        Ok(storm)
    }
}

impl Drop for Storm<'_> {
    fn drop(&mut self) {
        // SAFETY: it was made by `begin`. A signal that is pending is handled before this call returns.
        unsafe { libc::syscall(libc::SYS_timer_delete, self.timer) };
    }
}

fn install() {
    // SAFETY: a plain C struct, for which zeros are a value: without SA_RESTART.
    let mut action: libc::sigaction = unsafe { zeroed() };
    action.sa_sigaction = handler as extern "C" fn(i32, *mut libc::siginfo_t, *mut c_void) as libc::sighandler_t;
    action.sa_flags = libc::SA_SIGINFO;
    // SAFETY: the handler does what a handler may do.
    unsafe { libc::sigaction(libc::SIGRTMIN(), &action, null_mut()) };
}
