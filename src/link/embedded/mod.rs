//! Links over embedded-io's [`Read`](::embedded_io::Read) and [`Write`](::embedded_io::Write), which block: a serial line, a TCP stack without an
//! operating system, std's through embedded-io-adapters, or [`Blocking`](crate::Blocking).
//!
//! ```
//! use sockpipe::link::{Format, FrameError, embedded::{Rx, RxError, Tx}};
//!
//! let mut wire = [0; 64]; // what embedded-io takes for a writer, and below for a reader
//! let mut memory = [0; 32];
//! let mut tx = Tx::new(&mut wire[..], Format::bare(100), &mut memory);
//! tx.feed(b"one")?;
//! tx.feed(b"a frame that is longer than the link's memory")?;
//! tx.flush()?;
//!
//! let (mut memory, mut large) = ([0; 32], [0; 100]);
//! let mut rx = Rx::new(&wire[..58], Format::bare(100), &mut memory);
//! assert_eq!(rx.recv()?.as_deref(), Some(&b"one"[..]));
//! assert_eq!(rx.recv(), Err(RxError::Larger { len: 45 }));
//! assert_eq!(rx.recv_into(&mut large)?, Some(45));
//! assert_eq!(rx.recv(), Err(RxError::Protocol(FrameError::EndInHeader { got: 2 })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! There are no deadlines, as embedded-io knows none. A reader or writer that has its own says [`ErrorKind::TimedOut`], and the link goes on from
//! there when it is called again; the same is true of [`ErrorKind::Interrupted`]. Other errors are its end: what std says after a
//! `set_read_timeout` comes as [`ErrorKind::Other`] through the adapters, so use [`link::Rx`](crate::link::Rx) there, or `Blocking`.
//!
//! [`ErrorKind::TimedOut`]: ::embedded_io::ErrorKind::TimedOut
//! [`ErrorKind::Interrupted`]: ::embedded_io::ErrorKind::Interrupted
//! [`ErrorKind::Other`]: ::embedded_io::ErrorKind::Other

mod error;
pub(super) mod halves;
pub(super) mod inbox;
pub(super) mod outbox;
#[cfg(feature = "std")]
mod std_io;

pub use error::{RxError, TxError};

halves::halves! {
    "It blocks where its reader or writer does: [`embedded_io`].";
    ::embedded_io::Read, ::embedded_io::Write; [] []
}
