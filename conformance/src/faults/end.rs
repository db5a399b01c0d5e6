//! How operations end, in the words of no operation in particular.

use sockpipe::{Errno, RecvExactError, SendError, TokenError};

/// How an operation ended, in the words of no operation in particular.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Class {
    Done,
    Closed,
    Failed,
    Wait,
    TimedOut,
    Interrupted,
    TooLong,
    /// Something that no sequence can bring about.
    Odd,
}

/// How an operation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    /// In which way.
    pub class: Class,
    /// The number of an error, or what a wait found.
    pub detail: i32,
    /// How many bytes had moved, as the operation says.
    pub moved: usize,
}

pub fn of_send(result: Result<(), SendError>, all: usize) -> End {
    match result {
        Ok(()) => end(Class::Done, 0, all),
        Err(SendError::Failed { errno, sent }) => failed(errno, sent),
        Err(SendError::Wait { errno, sent }) => end(Class::Wait, errno.raw(), sent),
        Err(SendError::TimedOut { sent, total }) if total == all => end(Class::TimedOut, 0, sent),
        Err(SendError::Interrupted { sent, total }) if total == all => end(Class::Interrupted, 0, sent),
        Err(error) => end(Class::Odd, 0, error.sent()),
    }
}

pub fn of_exact(result: Result<(), RecvExactError>, all: usize) -> End {
    match result {
        Ok(()) => end(Class::Done, 0, all),
        Err(RecvExactError::Failed { errno, received }) => failed(errno, received),
        Err(RecvExactError::Wait { errno, received }) => end(Class::Wait, errno.raw(), received),
        Err(RecvExactError::Closed { received }) => end(Class::Closed, 0, received),
        Err(RecvExactError::TimedOut { received }) => end(Class::TimedOut, 0, received),
        Err(RecvExactError::Interrupted { received }) => end(Class::Interrupted, 0, received),
        Err(error) => end(Class::Odd, 0, error.received()),
    }
}

/// True: a token has moved.
pub fn of_token(result: Result<bool, TokenError>) -> End {
    match result {
        Ok(true) => end(Class::Done, 0, 1),
        Ok(false) => end(Class::Closed, 0, 0),
        Err(TokenError::Failed(errno)) => failed(errno, 0),
        Err(TokenError::BrokenPipe) => failed(Errno::PIPE, 0),
        Err(TokenError::TimedOut) => end(Class::TimedOut, 0, 0),
        Err(TokenError::Interrupted) => end(Class::Interrupted, 0, 0),
        Err(_) => end(Class::Odd, 0, 0),
    }
}

pub fn end(class: Class, detail: i32, moved: usize) -> End {
    End { class, detail, moved }
}

pub fn failed(errno: Errno, moved: usize) -> End {
    end(Class::Failed, errno.raw(), moved)
}
