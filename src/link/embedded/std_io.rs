//! A link's errors as std's, for `?` in functions that return `io::Result`. A reader's own error is what it is there; any other stays inside.

use core::fmt::{Debug, Display};
use std::io::{Error, ErrorKind};

use super::{RxError, TxError};

impl<E: Into<Error> + Debug + Display + Send + Sync + 'static> From<RxError<E>> for Error {
    fn from(error: RxError<E>) -> Self {
        let kind = match error {
            RxError::Io(error) => return error.into(),
            RxError::Protocol(error) => return error.into(),
            RxError::Larger { .. } => ErrorKind::FileTooLarge,
            RxError::Unfinished { .. } => ErrorKind::WouldBlock,
            RxError::Broken => ErrorKind::Other,
            RxError::TooSmall => ErrorKind::InvalidInput,
        };
        Self::new(kind, error)
    }
}

/// The writer's own error stays inside as std's, in a `TxError<std::io::Error>`: whether the frame was accepted is part of it.
impl<E: Into<Error> + Debug + Display + Send + Sync + 'static> From<TxError<E>> for Error {
    fn from(error: TxError<E>) -> Self {
        let kind = match error {
            TxError::Io { error, accepted } => {
                let error = error.into();
                return Self::new(error.kind(), TxError::Io { error, accepted });
            }
            TxError::TooLong { .. } | TxError::TooSmall => ErrorKind::InvalidInput,
            TxError::WriteZero => ErrorKind::WriteZero,
            TxError::Unfinished { .. } => ErrorKind::WouldBlock,
            TxError::Broken => ErrorKind::Other,
            TxError::Closed => ErrorKind::BrokenPipe,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BlockingError, Errno, link::FrameError};

    #[test]
    fn every_error_has_its_kind() {
        let (sent, total, accepted) = (1, 2, false);
        let table: [(Error, ErrorKind); 14] = [
            (RxError::Io(BlockingError::TimedOut).into(), ErrorKind::TimedOut),
            (RxError::Io(BlockingError::Interrupted).into(), ErrorKind::Other),
            (RxError::Io(BlockingError::Failed(Errno::PIPE)).into(), ErrorKind::BrokenPipe),
            (RxError::<Error>::Protocol(FrameError::BadMagic).into(), ErrorKind::InvalidData),
            (RxError::<Error>::Larger { len: 1 }.into(), ErrorKind::FileTooLarge),
            (RxError::<Error>::Unfinished { received: 1, len: 2 }.into(), ErrorKind::WouldBlock),
            (RxError::<Error>::Broken.into(), ErrorKind::Other),
            (RxError::<Error>::TooSmall.into(), ErrorKind::InvalidInput),
            (TxError::Io { error: BlockingError::TimedOut, accepted }.into(), ErrorKind::TimedOut),
            (TxError::<Error>::TooLong { len: 2, max: 1 }.into(), ErrorKind::InvalidInput),
            (TxError::<Error>::WriteZero.into(), ErrorKind::WriteZero),
            (TxError::<Error>::Unfinished { sent, total }.into(), ErrorKind::WouldBlock),
            (TxError::<Error>::Broken.into(), ErrorKind::Other),
            (TxError::<Error>::Closed.into(), ErrorKind::BrokenPipe),
        ];
        for (error, kind) in table {
            assert_eq!(error.kind(), kind, "{error}");
        }
    }

    #[test]
    fn an_errno_a_count_and_what_was_accepted_are_still_there() {
        assert_eq!(Error::from(BlockingError::Failed(Errno::PIPE)).raw_os_error(), Some(Errno::PIPE.raw()));
        let error = Error::from(TxError::<BlockingError>::Unfinished { sent: 1, total: 2 });
        let inside = error.get_ref().and_then(|inside| inside.downcast_ref::<TxError<BlockingError>>());
        assert_eq!(inside, Some(&TxError::Unfinished { sent: 1, total: 2 }));
        let error = Error::from(TxError::Io { error: BlockingError::Failed(Errno::PIPE), accepted: true });
        let inside = error.get_ref().and_then(|inside| inside.downcast_ref::<TxError<Error>>());
        assert!(
            matches!(inside, Some(TxError::Io { error, accepted: true }) if error.raw_os_error() == Some(Errno::PIPE.raw()))
        );
    }
}
