//! What can end each operation: one small error per verb, each with the bytes that had moved before.
//!
//! Their Display is Bitcoin Core's message, byte for byte, where Core has one.

mod bind;
mod job;
mod link;
mod readiness;
mod recv;
mod send;
mod sock;
#[cfg(feature = "std")]
mod std_io;
mod token;
mod wait;

pub use bind::BindError;
pub use job::{JobCountError, JobError, JobOpenError, JobServerError};
pub use link::{FrameError, RxError, TxError};
pub use readiness::ReadinessError;
pub use recv::{RecvError, RecvExactError};
pub use send::SendError;
pub use sock::{AcceptError, ConnectError, Disconnected};
pub use token::TokenError;
pub use wait::WaitError;

const CLOSED: &str = "Connection unexpectedly closed by peer";

macro_rules! errors {
    ($($name:ident)*) => { $(
        impl core::error::Error for $name {}
    )* };
}

errors! {
    SendError RecvError RecvExactError WaitError Disconnected ConnectError AcceptError TokenError ReadinessError
    JobError JobOpenError JobServerError JobCountError BindError FrameError RxError TxError
}
