//! Links over embedded-io-async's [`Read`](::embedded_io_async::Read) and [`Write`](::embedded_io_async::Write): on any executor or none. There is no
//! runtime in here, no timer and no allocation.
//!
//! # Cancelling
//!
//! A future that is dropped before it is ready (a `select`, a timeout) loses nothing: what has come, what is to go out and how far it has gone is in
//! the link, and nothing in the future. Call again, any verb, and it goes on. This holds **where dropping the reader's `read` and the writer's
//! `write` has no effect**, which their traits ask for and do not promise; tokio's have none, one that works by DMA may.
//!
//! | a cancelled | |
//! |---|---|
//! | [`recv`](Rx::recv), [`next_len`](Rx::next_len) | has taken no frame |
//! | [`recv_into`](Rx::recv_into) | has taken no frame. If that is longer than the link's memory, its beginning is in `out`: call again with the same |
//! | [`feed`](Tx::feed) | has not accepted the frame. If that is longer than the link's memory, and a part of it has gone out, it must be called again with the same payload: until then every other verb says [`TxError::Unfinished`] |
//! | [`flush`](Tx::flush), [`close`](Tx::close) | has lost nothing. A link is closed when `close` is ready |
//! | [`send`](Tx::send) | may have accepted the frame, which then goes out whole with the next call; if it has not, the frame has left no trace. Who must know which feeds, and then flushes |
//!
//! ```
//! # fn block_on<T>(future: impl Future<Output = T>) -> T {
//! #     let mut context = core::task::Context::from_waker(core::task::Waker::noop());
//! #     let mut future = core::pin::pin!(future);
//! #     loop { if let core::task::Poll::Ready(it) = future.as_mut().poll(&mut context) { return it } }
//! # }
//! use sockpipe::link::{Format, embedded_async::{Rx, Tx}};
//!
//! # block_on(async {
//! let mut wire = [0; 64]; // what embedded-io-async takes for a writer, and below for a reader
//! let mut memory = [0; 32];
//! let mut tx = Tx::new(&mut wire[..], Format::plain(100), &mut memory);
//! tx.feed(b"one").await?;
//! tx.send(b"two").await?;
//!
//! let mut memory = [0; 32];
//! let mut rx = Rx::new(&wire[..20], Format::plain(100), &mut memory);
//! assert_eq!(rx.recv().await?.as_deref(), Some(&b"one"[..]));
//! assert_eq!(rx.recv().await?.as_deref(), Some(&b"two"[..]));
//! assert_eq!(rx.recv().await?, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use super::embedded::{RxError, TxError};

super::embedded::halves::halves! {
    "It waits where its reader or writer does: [`embedded_io_async`]. What becomes of it when that is cancelled: [Cancelling](self#cancelling).";
    ::embedded_io_async::Read, ::embedded_io_async::Write; [async] [.await]
}
