//! A client of Tor's control port: replies of one line or of many, and what Core's torcontrol.cpp makes of them.

use core::{fmt, iter, time::Duration};

use heapless::Vec;
use sockpipe::{Deadline, Interrupt, Peek, RecvError, SendError, Sink};

/// How long a line may be, with its `\r` and without its `\n`.
pub const MAX_LINE_LENGTH: usize = 100_000;
/// How many lines a reply may have.
pub const MAX_LINE_COUNT: usize = 1000;
/// How long a command may take to go out.
const COMMAND: Deadline = Deadline::Within(Duration::from_secs(10));

/// Sends a command, which ends with `\r\n`.
pub fn command(tor: &impl Sink, command: &str, interrupt: &(impl Interrupt + ?Sized)) -> Result<(), SendError> {
    tor.send_complete(command.as_bytes(), COMMAND, interrupt)
}

/// A line of a reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// What became of the command; 0 if that is no number. From 600 on nobody asked.
    pub code: u16,
    /// It is the last one of its reply.
    pub last: bool,
    /// The rest of it.
    pub text: &'a [u8],
}

impl fmt::Debug for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = core::str::from_utf8(self.text).unwrap_or("?");
        write!(f, "{}{}{text}", self.code, if self.last { ' ' } else { '-' })
    }
}

/// Why there is no line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// It did not come. What is there of it stays; ask again.
    Recv(RecvError),
    /// It is too long: disconnect.
    LineTooLong,
    /// It is one too many for a reply: disconnect.
    TooManyLines,
}

/// What Tor says, line by line.
#[derive(Debug, Default)]
pub struct Replies {
    /// One byte more than a line: the `\n`, which counts although it is not kept.
    line: Vec<u8, { MAX_LINE_LENGTH + 1 }>,
    /// The line is whole, and was handed out.
    whole: bool,
    /// How many lines of this reply there were.
    count: usize,
}

impl Replies {
    /// The next line. Whatever ends the waiting, a part of a line is not lost: the next call goes on.
    pub fn next(
        &mut self,
        tor: &impl Peek,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<Line<'_>, Error> {
        loop {
            if core::mem::take(&mut self.whole) {
                self.line.clear();
            }
            match tor.recv_until_terminator(b'\n', &mut self.line, deadline, interrupt) {
                Err(RecvError::TooLong { .. }) => return Err(Error::LineTooLong),
                result => result.map_err(Error::Recv)?,
            }
            self.whole = true;
            if self.line.last() == Some(&b'\r') {
                self.line.pop();
            }
            // Core skips what is too short to have a code and a sign.
            if self.line.len() >= 4 {
                break;
            }
        }
        self.count += 1;
        if self.count > MAX_LINE_COUNT {
            return Err(Error::TooManyLines);
        }
        let (code, rest) = self.line.split_at(3);
        let code = core::str::from_utf8(code).ok().and_then(|code| code.parse().ok()).unwrap_or(0);
        let last = rest[0] == b' ';
        if last {
            self.count = 0;
        }
        Ok(Line { code, last, text: &rest[1..] })
    }
}

/// How long to wait before each attempt to connect anew: from 1 s, half as long again each time, up to 10 minutes.
pub fn backoff() -> impl Iterator<Item = Duration> {
    iter::successors(Some(Duration::from_secs(1)), |last| Some((*last * 3 / 2).min(Duration::from_secs(600))))
}
