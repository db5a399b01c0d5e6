//! Links over embedded-io and embedded-io-async, without a runtime. On tokio: `conformance/embedded`.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]

mod blocking;
mod cancel;
mod errors;
mod executor;
mod scenario;
mod sockets;
mod wire;
