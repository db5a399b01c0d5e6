//! A client of SOCKS5 (RFC 1928), with user name and password (RFC 1929): Core's `Socks5` in netbase.cpp, and its words.

use core::fmt;

use heapless::Vec;
use sockpipe::{Deadline, Interrupt, RecvExactError, SendError, Stream};

const VERSION: u8 = 5;
const LOGIN_VERSION: u8 = 1;
const NO_LOGIN: u8 = 0;
const USER_PASS: u8 = 2;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const DOMAIN_NAME: u8 = 3;
const IPV6: u8 = 4;

/// Who asks. Each at most 255 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// The user's name.
    pub user: &'a str,
    /// The password.
    pub password: &'a str,
}

/// Which answer of the proxy's it was about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// To the greeting: a method.
    Method,
    /// To user name and password.
    Login,
    /// To the request: whether the destination could be reached, which a proxy takes its time for.
    Reply,
    /// The rest of that: the address.
    Bound,
}

/// Why there is no connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// The host's name has more than 255 bytes. Nothing was sent.
    HostTooLong,
    /// The user's name or the password has more than 255 bytes. Nothing was sent.
    CredentialsTooLong,
    /// A request did not go out.
    Send(SendError),
    /// An answer did not come.
    Recv(Step, RecvExactError),
    /// The proxy speaks something else.
    NotSocks5,
    /// The proxy wants a method that was not offered.
    WrongMethod(u8),
    /// The proxy does not know the user.
    Unsuccessful,
    /// The proxy did not reach the destination.
    Refused(u8),
    /// The reply is not one.
    Malformed,
}

impl From<SendError> for Error {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HostTooLong => "Hostname too long",
            Self::CredentialsTooLong => "Proxy username or password too long",
            Self::Send(error) => return write!(f, "Error during SOCKS5 proxy handshake: {error}"),
            Self::Recv(_, error) => return write!(f, "Error during SOCKS5 proxy handshake: {error}"),
            Self::NotSocks5 => "Proxy failed to initialize",
            Self::WrongMethod(method) => {
                return write!(f, "Proxy requested wrong authentication method {method:02x}");
            }
            Self::Unsuccessful => "Proxy authentication unsuccessful",
            Self::Refused(1) => "general failure",
            Self::Refused(2) => "connection not allowed",
            Self::Refused(3) => "network unreachable",
            Self::Refused(4) => "host unreachable",
            Self::Refused(5) => "connection refused",
            Self::Refused(6) => "TTL expired",
            Self::Refused(7) => "protocol error",
            Self::Refused(8) => "address type not supported",
            Self::Refused(reply) => return write!(f, "unknown (0x{reply:02x})"),
            Self::Malformed => "Error: malformed proxy response",
        })
    }
}

impl core::error::Error for Error {}

/// Has the proxy connect to `host`. What comes after that on the stream is the host's, to the byte.
///
/// A [`Deadline::At`] is for the whole handshake; [`Deadline::Within`] is for each step anew, as in Core.
pub fn connect<S: Stream>(
    proxy: &S,
    (host, port): (&str, u16),
    credentials: Option<Credentials<'_>>,
    deadline: Deadline,
    interrupt: &(impl Interrupt + ?Sized),
) -> Result<(), Error> {
    let request = request(host, port).ok_or(Error::HostTooLong)?;
    let login = credentials.map(|credentials| login(credentials).ok_or(Error::CredentialsTooLong)).transpose()?;
    let answer =
        |step, buf: &mut [u8]| proxy.recv_exact(buf, deadline, interrupt).map_err(|error| Error::Recv(step, error));

    let greeting: &[u8] = if login.is_some() { &[VERSION, 2, NO_LOGIN, USER_PASS] } else { &[VERSION, 1, NO_LOGIN] };
    proxy.send_complete(greeting, deadline, interrupt)?;
    let mut method = [0; 2];
    answer(Step::Method, &mut method)?;
    match (method, login) {
        ([VERSION, USER_PASS], Some(login)) => {
            proxy.send_complete(&login, deadline, interrupt)?;
            let mut status = [0; 2];
            answer(Step::Login, &mut status)?;
            if status != [LOGIN_VERSION, 0] {
                return Err(Error::Unsuccessful);
            }
        }
        ([VERSION, NO_LOGIN], _) => {}
        ([VERSION, other], _) => return Err(Error::WrongMethod(other)),
        _ => return Err(Error::NotSocks5),
    }

    proxy.send_complete(&request, deadline, interrupt)?;
    let mut reply = [0; 4];
    answer(Step::Reply, &mut reply)?;
    let address = match reply {
        [VERSION, 0, 0, IPV4] => 4,
        [VERSION, 0, 0, IPV6] => 16,
        [VERSION, 0, 0, DOMAIN_NAME] => {
            let mut length = [0];
            answer(Step::Bound, &mut length)?;
            usize::from(length[0])
        }
        [VERSION, 0, ..] => return Err(Error::Malformed),
        [VERSION, refused, ..] => return Err(Error::Refused(refused)),
        _ => return Err(Error::NotSocks5),
    };
    let mut bound = [0; 255 + 2];
    answer(Step::Bound, &mut bound[..address + 2])
}

fn request(host: &str, port: u16) -> Option<Vec<u8, 262>> {
    let mut request = Vec::new();
    request.extend_from_slice(&[VERSION, CONNECT, 0, DOMAIN_NAME, u8::try_from(host.len()).ok()?]).ok()?;
    request.extend_from_slice(host.as_bytes()).ok()?;
    request.extend_from_slice(&port.to_be_bytes()).ok()?;
    Some(request)
}

fn login(Credentials { user, password }: Credentials<'_>) -> Option<Vec<u8, 513>> {
    let mut login = Vec::new();
    login.push(LOGIN_VERSION).ok()?;
    for word in [user, password] {
        login.push(u8::try_from(word.len()).ok()?).ok()?;
        login.extend_from_slice(word.as_bytes()).ok()?;
    }
    Some(login)
}
