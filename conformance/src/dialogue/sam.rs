//! A client of I2P's SAM 3.1: requests, replies and connections that come in, as Core's i2p.cpp has them, and its words.

use core::{fmt, time::Duration};

use heapless::string::StringView;
use sockpipe::{
    Deadline, Disconnected, Events, Interrupt, MAX_WAIT_FOR_IO, Never, Peek, RecvError, SendError, Stream, WaitError,
};

/// The first request on every connection.
pub const HELLO: &str = "HELLO VERSION MIN=3.1 MAX=3.1\n";
/// How long a request may take to go out, and a line whose beginning is there to come.
const AT_ONCE: Deadline = Deadline::Within(MAX_WAIT_FOR_IO);
/// How long a reply may take: the router may have to ask its network.
const A_WHILE: Deadline = Deadline::Within(Duration::from_secs(180));

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error<'r> {
    /// The request did not go out.
    Send(SendError),
    /// The reply did not come.
    Recv(RecvError),
    /// No connection came in.
    Wait(WaitError),
    /// The reply is not that all is well.
    Unexpected(Reply<'r>),
    /// The reply lacks something.
    Missing(&'static str, Reply<'r>),
    /// Instead of a peer's name came a status: the session is no use any more.
    Unusable(&'r str),
    /// Instead of a peer's name came something else.
    NotBase64(&'r str),
}

impl fmt::Display for Error<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(error) => error.fmt(f),
            Self::Recv(error) => error.fmt(f),
            Self::Wait(error) => error.fmt(f),
            Self::Unexpected(Reply { to, full }) => write!(f, "Unexpected reply to \"{to}\": \"{full}\""),
            Self::Missing(key, Reply { to, full }) => write!(f, "Missing {key}= in the reply to \"{to}\": \"{full}\""),
            Self::Unusable(reply) => {
                write!(f, "unexpected reply that hints the session is unusable: {reply}")
            }
            Self::NotBase64(line) => write!(f, "Cannot decode Base64: \"{line}\""),
        }
    }
}

impl core::error::Error for Error<'_> {}

/// A reply, and what it replies to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reply<'r> {
    /// The request, without the private key that it may hold.
    pub to: &'r str,
    /// The reply.
    pub full: &'r str,
}

impl<'r> Reply<'r> {
    /// The value of a key, without its quotes. The first of several counts, and it may be empty.
    pub fn get(self, key: &'static str) -> Result<&'r str, Error<'r>> {
        let mut rest = self.full;
        while !rest.is_empty() {
            let (word, behind) = first_word(rest);
            rest = behind;
            match word.split_once('=') {
                Some((name, value)) if name == key => {
                    return Ok(value.strip_prefix('"').map_or(value, |value| value.strip_suffix('"').unwrap_or(value)));
                }
                None if word == key => break,
                _ => {}
            }
        }
        Err(Error::Missing(key, self))
    }

    /// That all is well, or the reply as an error.
    pub fn ok(self) -> Result<Self, Error<'r>> {
        if self.get("RESULT")? == "OK" { Ok(self) } else { Err(Error::Unexpected(self)) }
    }
}

/// The text up to the first space that is not quoted, and what stands behind that.
fn first_word(text: &str) -> (&str, &str) {
    let (mut quoted, mut escaped) = (false, false);
    let space = |character| {
        quoted ^= character == '"' && !escaped;
        escaped = quoted && character == '\\' && !escaped;
        character == ' ' && !quoted
    };
    match text.find(space) {
        Some(space) => (&text[..space], &text[space + 1..]),
        None => (text, ""),
    }
}

/// Sends a request, which ends with `\n`, and receives the reply into `line`.
pub fn request<'r>(
    router: &impl Stream,
    request: &'r str,
    line: &'r mut StringView,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<Reply<'r>, Error<'r>> {
    router.send_complete(request.as_bytes(), AT_ONCE, interrupt).map_err(Error::Send)?;
    line.clear();
    router.recv_until_terminator(b'\n', line, A_WHILE, interrupt).map_err(Error::Recv)?;
    let secret = request.starts_with("SESSION CREATE");
    Ok(Reply { to: if secret { "SESSION CREATE ..." } else { request.trim_end() }, full: line })
}

/// Waits until somebody connects, on a stream whose `STREAM ACCEPT` was answered. Returns their name, and the stream is theirs.
pub fn accept<'r>(
    router: &impl Peek,
    line: &'r mut StringView,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<&'r str, Error<'r>> {
    router.wait_for(Events::RECV, Deadline::Never, interrupt).map_err(Error::Wait)?;
    line.clear();
    router.recv_until_terminator(b'\n', line, AT_ONCE, interrupt).map_err(Error::Recv)?;
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"-~=".contains(&byte);
    match &*line {
        name if !name.is_empty() && name.bytes().all(base64) => Ok(name),
        reply if reply.contains("RESULT=I2P_ERROR") => Err(Error::Unusable(reply)),
        other => Err(Error::NotBase64(other)),
    }
}

/// Whether the session, which lives as long as its control connection, is still there.
pub fn check(control: &impl Stream) -> Result<(), Disconnected> {
    control.is_connected()?;
    // Words that nobody has read hide the end behind them.
    match control.wait_for(Events::HANGUP, Deadline::NOW, &Never) {
        Ok(Events::NONE) => Ok(()),
        Ok(_) => Err(Disconnected::Closed),
        Err(WaitError::Failed(errno)) => Err(Disconnected::Failed(errno)),
        Err(_) => Ok(()),
    }
}
