//! Links: frames over a byte stream, without allocation. Each frame comes out as it went in, whole and in order.
//!
//! A [`Link`] is a [`Tx`] and an [`Rx`] over anything that is a [`Sink`] and a [`Source`]: a TCP or Unix socket, two
//! pipes, a test double. Each has memory that the caller lends.
//! Over the readers and writers of embedded-io and embedded-io-async there are others, with the features of those names: `embedded`, `embedded_async`.
//!
//! ```
//! use core::time::Duration;
//! use sockpipe::{Deadline, Never, link::{Format, Link}};
//!
//! let (server, client) = sockpipe::make_socket_pair()?;
//! let patience = Deadline::Within(Duration::from_secs(3));
//! let format = Format::plain(1000); // as vox-stream speaks it, with frames of at most 1,000 bytes
//!
//! let (mut pages, mut buffer) = ([0; 4096], [0; 2048]);
//! let mut client = Link::new(&client, &client, format, &mut pages, &mut buffer);
//! let (mut pages, mut buffer) = ([0; 4096], [0; 2048]);
//! let mut server = Link::new(&server, &server, format, &mut pages, &mut buffer);
//!
//! client.tx.send(b"hello", patience, &Never)?;
//! if let Some(frame) = server.rx.recv(patience, &Never)? {
//!     server.tx.send(frame, patience, &Never)?;
//! }
//! assert_eq!(client.rx.recv(patience, &Never)?.as_deref(), Some(&b"hello"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Ways in
//!
//! [`tcp`]: the first of several addresses that answers, and listeners. [`local`]: Unix sockets, and a listener that has its address to
//! itself. [`stdio`](stdio()): standard input and output. [`FdReader`] and [`FdWriter`]: any two descriptors. A
//! [`make_socket_pair`](crate::make_socket_pair), and any [`Stream`](crate::Stream).
//!
//! A profile's prologue goes out with the first frame. vox sends its own at once, and so does a link that is [flushed](Tx::flush) as soon as it is
//! made: a peer that speaks another profile then learns of it before anything else is said.
//!
//! # Follow a frame
//!
//! [`Tx::send`] → `pages.rs`, where its bytes go → `cork.rs`, which says where, and who pushes → [`Sink::send`] → the kernel →
//! [`Source::recv`] → `intake.rs` → `frame.rs`, the codec → [`Rx::recv`].
//!
//! [`Tx`], [`Link`] and what belongs to them need 32-bit compare-and-swap; without it there are the codec, [`Rx`] and the links over embedded-io.
//!
//! # Descriptors
//!
//! With the feature `fd-passing`, over Unix sockets and in [`Profile::Fd`]: `Tx::send_with_fds` sends some beside a frame, `Rx::with_fds` makes
//! a receiving half that takes them, and a `Barrier` waits until the peer has closed one.
//!
//! # What holds
//!
//! * A length is checked against the [`Format`] before a byte of memory is touched for it, on both sides.
//! * The end of a stream is one of four: between two frames, in the prologue, in a header, in a payload. Only the first is no error.
//! * A deadline or an interrupt breaks no frame: neither one's own nor another sender's.

#[cfg(unix)]
mod any_fd;
#[cfg(all(feature = "fd-passing", unix))]
mod barrier;
#[cfg(target_has_atomic = "32")]
mod batch;
#[cfg(target_has_atomic = "32")]
mod cork;
#[cfg(feature = "embedded-io")]
pub mod embedded;
#[cfg(feature = "embedded-io-async")]
pub mod embedded_async;
#[cfg(all(feature = "fd-passing", unix))]
mod fd_rx;
mod frame;
mod intake;
#[cfg(target_has_atomic = "32")]
mod large;
#[cfg(unix)]
pub mod local;
#[cfg(target_has_atomic = "32")]
mod pages;
mod profile;
#[cfg(target_has_atomic = "32")]
mod push;
mod rx;
#[cfg(all(feature = "fd-passing", unix))]
mod send_fds;
#[cfg(target_has_atomic = "32")]
mod slot;
#[cfg(unix)]
mod stdio;
#[cfg(unix)]
pub mod tcp;
#[cfg(target_has_atomic = "32")]
mod tx;

#[cfg(unix)]
pub use self::{
    any_fd::{FdReader, FdWriter},
    stdio::stdio,
};
#[cfg(all(feature = "fd-passing", unix))]
pub use self::{
    barrier::Barrier,
    fd_rx::{FdFrame, FdRx, Fds},
};
#[cfg(target_has_atomic = "32")]
pub use self::{
    batch::Batch,
    slot::{Permit, Slot},
    tx::Tx,
};
pub use frame::{Decoder, Header, MAX_FDS, Piece};
pub use profile::{Format, Profile};
pub use rx::Rx;

pub use crate::error::{FrameError, RxError, TxError};

use crate::{Sink, Source};

/// Both halves of a link.
#[cfg(target_has_atomic = "32")]
#[derive(Debug)]
pub struct Link<'b, R, W> {
    /// What sends.
    pub tx: Tx<'b, W>,
    /// What receives.
    pub rx: Rx<'b, R>,
}

#[cfg(target_has_atomic = "32")]
impl<'b, R: Source, W: Sink> Link<'b, R, W> {
    /// A link between these: a socket twice, by reference, or two descriptors. See [`Tx::new`] and [`Rx::new`].
    pub fn new(reader: R, writer: W, format: Format, pages: &'b mut [u8], buffer: &'b mut [u8]) -> Self {
        Self { tx: Tx::new(writer, format, pages), rx: Rx::new(reader, format, buffer) }
    }

    /// The halves, for two threads, say.
    pub fn split(self) -> (Tx<'b, W>, Rx<'b, R>) {
        (self.tx, self.rx)
    }
}
