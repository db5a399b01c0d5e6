//! tokio, for the peers that need it.

use std::{io, sync::LazyLock};

use tokio::runtime::{Builder, Runtime};

use crate::{Error, peer::LIMIT};

/// One for all cells.
pub static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"));

/// Waits for it, from a thread of the matrix, as long as a step may take.
pub fn block_on<T>(future: impl Future<Output = io::Result<T>>) -> Result<T, Error> {
    let limited = async { tokio::time::timeout(LIMIT, future).await };
    Ok(RUNTIME.block_on(limited).map_err(|_| Error::other("timed out"))??)
}
