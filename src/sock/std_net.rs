//! Sockets of std: adopted as they are, and given back as they are.

use std::{
    net::TcpStream,
    os::{fd::OwnedFd, unix::net::UnixStream},
};

use super::Sock;

macro_rules! conversions {
    ($($theirs:ty)*) => { $(
        impl From<$theirs> for Sock {
            fn from(stream: $theirs) -> Self {
                OwnedFd::from(stream).into()
            }
        }

        /// A socket that this crate made is non-blocking; `set_nonblocking(false)` makes it what std expects.
        impl From<Sock> for $theirs {
            fn from(sock: Sock) -> Self {
                OwnedFd::from(sock).into()
            }
        }
    )* };
}

conversions! { TcpStream UnixStream }

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::{Deadline, Never, Peek, Sink, make_socket_pair};

    #[test]
    fn a_socket_is_handed_over_behind_a_line() -> Result<(), std::boxed::Box<dyn std::error::Error>> {
        let (a, b) = make_socket_pair()?;
        a.send_complete(b"header\nbody", Deadline::NOW, &Never)?;
        drop(a);
        let mut line = heapless::String::<16>::new();
        b.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never)?;
        let mut stream = UnixStream::from(b);
        stream.set_nonblocking(false)?;
        let mut body = std::string::String::new();
        stream.read_to_string(&mut body)?;
        assert_eq!((line.as_str(), body.as_str()), ("header", "body"));
        Ok(())
    }
}
