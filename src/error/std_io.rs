//! Our errors as std's, for `?` in functions that return `io::Result`. Ours stays inside, with its count and its text.
//!
//! An interrupt is `ErrorKind::Other`: std's loops take `Interrupted` for a signal and would go on.

use std::io::{Error, ErrorKind};

use super::{
    AcceptError, BindError, ConnectError, Disconnected, FrameError, JobCountError, JobError, JobOpenError,
    JobServerError, ReadinessError, RecvError, RecvExactError, RxError, SendError, TokenError, TxError, WaitError,
};
use crate::Errno;

macro_rules! kinds {
    ($($name:ident { $($pattern:pat => $kind:expr,)* })*) => { $(
        impl From<$name> for Error {
            fn from(error: $name) -> Self {
                let kind = match error {
                    $($pattern => $kind,)*
                };
                Self::new(kind, error)
            }
        }
    )* };
}

kinds! {
    SendError {
        SendError::Failed { errno, .. } | SendError::Wait { errno, .. } => kind(errno),
        SendError::TimedOut { .. } => ErrorKind::TimedOut,
        SendError::Interrupted { .. } => ErrorKind::Other,
    }
    RecvError {
        RecvError::Failed { errno, .. } | RecvError::Wait { errno, .. } => kind(errno),
        RecvError::Closed { .. } => ErrorKind::UnexpectedEof,
        RecvError::TimedOut { .. } => ErrorKind::TimedOut,
        RecvError::Interrupted { .. } => ErrorKind::Other,
        RecvError::TooLong { .. } | RecvError::NotUtf8 { .. } => ErrorKind::InvalidData,
    }
    RecvExactError {
        RecvExactError::Failed { errno, .. } | RecvExactError::Wait { errno, .. } => kind(errno),
        RecvExactError::Closed { .. } => ErrorKind::UnexpectedEof,
        RecvExactError::TimedOut { .. } => ErrorKind::TimedOut,
        RecvExactError::Interrupted { .. } => ErrorKind::Other,
    }
    WaitError {
        WaitError::Failed(errno) => kind(errno),
        WaitError::Interrupted => ErrorKind::Other,
    }
    Disconnected {
        Disconnected::Failed(errno) => kind(errno),
        Disconnected::Closed => ErrorKind::UnexpectedEof,
        Disconnected::Connecting => ErrorKind::NotConnected,
    }
    ConnectError {
        ConnectError::Failed(errno) | ConnectError::Wait(errno) => kind(errno),
        ConnectError::TimedOut => ErrorKind::TimedOut,
        ConnectError::Interrupted => ErrorKind::Other,
    }
    AcceptError {
        AcceptError::Transient(errno) | AcceptError::Resource(errno) | AcceptError::Fatal(errno) => kind(errno),
        AcceptError::TimedOut => ErrorKind::TimedOut,
        AcceptError::Interrupted => ErrorKind::Other,
    }
    BindError {
        BindError::Held | BindError::InUse => ErrorKind::AddrInUse,
        BindError::NotASocket => ErrorKind::AlreadyExists,
        BindError::Look(errno) | BindError::Lock(errno) | BindError::Remove(errno) => kind(errno),
        BindError::Bind(errno) | BindError::Listen(errno) => kind(errno),
    }
    TokenError {
        TokenError::Failed(errno) => kind(errno),
        TokenError::WouldBlock => ErrorKind::WouldBlock,
        TokenError::BrokenPipe => ErrorKind::BrokenPipe,
        TokenError::TimedOut => ErrorKind::TimedOut,
        TokenError::Interrupted => ErrorKind::Other,
    }
    ReadinessError {
        ReadinessError::ChildFailed(errno) | ReadinessError::Failed(errno) => kind(errno),
        ReadinessError::ChildDied => ErrorKind::UnexpectedEof,
        ReadinessError::Unexpected(_) => ErrorKind::InvalidData,
        ReadinessError::TimedOut => ErrorKind::TimedOut,
        ReadinessError::Interrupted => ErrorKind::Other,
    }
    JobError {
        JobError::Failed(errno) => kind(errno),
        JobError::WouldBlock => ErrorKind::WouldBlock,
        JobError::TimedOut => ErrorKind::TimedOut,
        JobError::Interrupted => ErrorKind::Other,
        JobError::NoServer => ErrorKind::Unsupported,
        JobError::ServerGone => ErrorKind::UnexpectedEof,
    }
    JobOpenError {
        JobOpenError::Failed(errno) => kind(errno),
        JobOpenError::NotOpen(_) => ErrorKind::NotFound,
        JobOpenError::NotAJobServer(_) => ErrorKind::InvalidInput,
        JobOpenError::Unknown => ErrorKind::Unsupported,
    }
    JobServerError {
        JobServerError::Failed(errno) => kind(errno),
        JobServerError::TooManyJobs { .. } => ErrorKind::InvalidInput,
    }
    JobCountError {
        JobCountError::Failed(errno) => kind(errno),
        JobCountError::Wrong { .. } => ErrorKind::Other,
    }
    FrameError {
        FrameError::EndInPrologue { .. } | FrameError::EndInHeader { .. } | FrameError::EndInBody { .. } => ErrorKind::UnexpectedEof,
        _ => ErrorKind::InvalidData,
    }
    RxError {
        RxError::Protocol(error) => Self::from(error).kind(),
        RxError::Larger { .. } => ErrorKind::FileTooLarge,
        RxError::Unfinished { .. } => ErrorKind::WouldBlock,
        RxError::Failed { errno, .. } | RxError::Wait { errno, .. } => kind(errno),
        RxError::TimedOut { .. } => ErrorKind::TimedOut,
        RxError::Interrupted { .. } => ErrorKind::Other,
        RxError::TooSmall => ErrorKind::InvalidInput,
    }
    TxError {
        TxError::TooLong { .. } | TxError::TooSmall | TxError::TooManyFds { .. } => ErrorKind::InvalidInput,
        TxError::TimedOut { .. } | TxError::Stalled => ErrorKind::TimedOut,
        TxError::Interrupted { .. } => ErrorKind::Other,
        TxError::Failed(errno) | TxError::FdsRefused(errno) | TxError::Wait { errno, .. } => kind(errno),
        TxError::NoFds => ErrorKind::Unsupported,
        TxError::Unfinished { .. } => ErrorKind::WouldBlock,
        TxError::Closed => ErrorKind::BrokenPipe,
    }
}

fn kind(errno: Errno) -> ErrorKind {
    Error::from(errno).kind()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_std_is_told_keeps_the_count() {
        let error = Error::from(RecvError::TimedOut { received: 3 });
        let inside = error.get_ref().and_then(|inside| inside.downcast_ref::<RecvError>());
        assert_eq!(inside.map(RecvError::received), Some(3));
    }

    #[test]
    fn every_error_has_its_kind() {
        let (errno, sent, received, total, limit) = (Errno::PIPE, 0, 0, 1, 1);
        let table: [(Error, ErrorKind); 76] = [
            (SendError::Failed { errno, sent }.into(), ErrorKind::BrokenPipe),
            (SendError::Wait { errno, sent }.into(), ErrorKind::BrokenPipe),
            (SendError::TimedOut { sent, total }.into(), ErrorKind::TimedOut),
            (SendError::Interrupted { sent, total }.into(), ErrorKind::Other),
            (RecvError::Failed { errno, received }.into(), ErrorKind::BrokenPipe),
            (RecvError::Wait { errno, received }.into(), ErrorKind::BrokenPipe),
            (RecvError::Closed { received }.into(), ErrorKind::UnexpectedEof),
            (RecvError::TimedOut { received }.into(), ErrorKind::TimedOut),
            (RecvError::Interrupted { received }.into(), ErrorKind::Other),
            (RecvError::TooLong { limit, received }.into(), ErrorKind::InvalidData),
            (RecvError::NotUtf8 { received }.into(), ErrorKind::InvalidData),
            (RecvExactError::Failed { errno, received }.into(), ErrorKind::BrokenPipe),
            (RecvExactError::Closed { received }.into(), ErrorKind::UnexpectedEof),
            (RecvExactError::TimedOut { received }.into(), ErrorKind::TimedOut),
            (RecvExactError::Interrupted { received }.into(), ErrorKind::Other),
            (WaitError::Failed(errno).into(), ErrorKind::BrokenPipe),
            (WaitError::Interrupted.into(), ErrorKind::Other),
            (Disconnected::Failed(errno).into(), ErrorKind::BrokenPipe),
            (Disconnected::Closed.into(), ErrorKind::UnexpectedEof),
            (Disconnected::Connecting.into(), ErrorKind::NotConnected),
            (ConnectError::Failed(errno).into(), ErrorKind::BrokenPipe),
            (ConnectError::TimedOut.into(), ErrorKind::TimedOut),
            (ConnectError::Interrupted.into(), ErrorKind::Other),
            (AcceptError::Fatal(errno).into(), ErrorKind::BrokenPipe),
            (AcceptError::TimedOut.into(), ErrorKind::TimedOut),
            (AcceptError::Interrupted.into(), ErrorKind::Other),
            (BindError::Held.into(), ErrorKind::AddrInUse),
            (BindError::InUse.into(), ErrorKind::AddrInUse),
            (BindError::NotASocket.into(), ErrorKind::AlreadyExists),
            (BindError::Lock(Errno::ACCESS).into(), ErrorKind::PermissionDenied),
            (TokenError::Failed(Errno::BADF).into(), Error::from(Errno::BADF).kind()),
            (TokenError::WouldBlock.into(), ErrorKind::WouldBlock),
            (TokenError::BrokenPipe.into(), ErrorKind::BrokenPipe),
            (TokenError::TimedOut.into(), ErrorKind::TimedOut),
            (ReadinessError::ChildFailed(Errno::ADDRINUSE).into(), ErrorKind::AddrInUse),
            (ReadinessError::ChildDied.into(), ErrorKind::UnexpectedEof),
            (ReadinessError::Unexpected(0).into(), ErrorKind::InvalidData),
            (ReadinessError::TimedOut.into(), ErrorKind::TimedOut),
            (ReadinessError::Interrupted.into(), ErrorKind::Other),
            (ReadinessError::Failed(errno).into(), ErrorKind::BrokenPipe),
            (JobError::Failed(errno).into(), ErrorKind::BrokenPipe),
            (JobError::WouldBlock.into(), ErrorKind::WouldBlock),
            (JobError::TimedOut.into(), ErrorKind::TimedOut),
            (JobError::Interrupted.into(), ErrorKind::Other),
            (JobError::NoServer.into(), ErrorKind::Unsupported),
            (JobError::ServerGone.into(), ErrorKind::UnexpectedEof),
            (JobOpenError::Failed(Errno::NOENT).into(), ErrorKind::NotFound),
            (JobOpenError::NotOpen(3).into(), ErrorKind::NotFound),
            (JobOpenError::NotAJobServer(None).into(), ErrorKind::InvalidInput),
            (JobOpenError::Unknown.into(), ErrorKind::Unsupported),
            (JobServerError::TooManyJobs { most: 1 }.into(), ErrorKind::InvalidInput),
            (JobServerError::Failed(errno).into(), ErrorKind::BrokenPipe),
            (JobCountError::Wrong { available: 0, should_be: 1 }.into(), ErrorKind::Other),
            (FrameError::EndInPrologue { got: 1 }.into(), ErrorKind::UnexpectedEof),
            (FrameError::EndInHeader { got: 1 }.into(), ErrorKind::UnexpectedEof),
            (FrameError::EndInBody { got: 1, len: 2 }.into(), ErrorKind::UnexpectedEof),
            (FrameError::BadMagic.into(), ErrorKind::InvalidData),
            (RxError::Protocol(FrameError::Prologue).into(), ErrorKind::InvalidData),
            (RxError::Larger { len: 1 }.into(), ErrorKind::FileTooLarge),
            (RxError::Unfinished { received: 1, len: 2 }.into(), ErrorKind::WouldBlock),
            (RxError::Failed { errno, received }.into(), ErrorKind::BrokenPipe),
            (RxError::TimedOut { received }.into(), ErrorKind::TimedOut),
            (RxError::Interrupted { received }.into(), ErrorKind::Other),
            (RxError::TooSmall.into(), ErrorKind::InvalidInput),
            (TxError::TooLong { len: 2, max: 1 }.into(), ErrorKind::InvalidInput),
            (TxError::TooSmall.into(), ErrorKind::InvalidInput),
            (TxError::TimedOut { accepted: true }.into(), ErrorKind::TimedOut),
            (TxError::Stalled.into(), ErrorKind::TimedOut),
            (TxError::Interrupted { accepted: true }.into(), ErrorKind::Other),
            (TxError::Failed(errno).into(), ErrorKind::BrokenPipe),
            (TxError::Unfinished { sent, total }.into(), ErrorKind::WouldBlock),
            (TxError::Closed.into(), ErrorKind::BrokenPipe),
            (FrameError::WrongFds { announced: 1, came: 2 }.into(), ErrorKind::InvalidData),
            (TxError::NoFds.into(), ErrorKind::Unsupported),
            (TxError::TooManyFds { fds: 2, max: 1 }.into(), ErrorKind::InvalidInput),
            (TxError::FdsRefused(errno).into(), ErrorKind::BrokenPipe),
        ];
        for (error, kind) in table {
            assert_eq!(error.kind(), kind, "{error}");
        }
    }
}
