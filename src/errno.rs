//! The system's error numbers, and what Bitcoin Core says of them.

use core::fmt;

use crate::errno_text;

/// An error number of the operating system.
///
/// Displays as Core's `NetworkErrorString` does on Linux, without a C library and in no locale but C:
///
/// ```
/// use sockpipe::Errno;
/// # use std::string::ToString;
/// # #[cfg(target_os = "linux")]
/// assert_eq!(Errno::CONNRESET.to_string(), "Connection reset by peer (104)");
/// assert_eq!(Errno::from_raw(12345).to_string(), "Unknown error 12345 (12345)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Errno(i32);

macro_rules! errnos {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        impl Errno {
            $(
                $(#[$doc])*
                #[cfg(unix)]
                pub const $name: Self = Self(rustix::io::Errno::$name.raw_os_error());
                $(#[$doc])*
                #[cfg(not(unix))]
                pub const $name: Self = Self($number);
            )*
        }
    };
}

errnos! {
    /// Not permitted.
    PERM = 1;
    /// No such file.
    NOENT = 2;
    /// Interrupted by a signal.
    INTR = 4;
    /// Input or output error.
    IO = 5;
    /// No such device or address.
    NXIO = 6;
    /// The descriptor is not open, or not for this.
    BADF = 9;
    /// Not now: it would block.
    AGAIN = 11;
    /// The kernel is out of memory.
    NOMEM = 12;
    /// Not permitted by its mode.
    ACCESS = 13;
    /// Not a folder.
    NOTDIR = 20;
    /// An invalid argument.
    INVAL = 22;
    /// The system has no more open files.
    NFILE = 23;
    /// The process has no more descriptors.
    MFILE = 24;
    /// The reader is gone.
    PIPE = 32;
    /// The name is too long.
    NAMETOOLONG = 36;
    /// The kernel does not know this call.
    NOSYS = 38;
    /// Too many symbolic links.
    LOOP = 40;
    /// Not a socket.
    NOTSOCK = 88;
    /// This descriptor cannot do that.
    OPNOTSUPP = 95;
    /// The address family is not supported.
    AFNOSUPPORT = 97;
    /// The address is taken.
    ADDRINUSE = 98;
    /// The address is not one of this machine's.
    ADDRNOTAVAIL = 99;
    /// The connection was aborted before it could be accepted.
    CONNABORTED = 103;
    /// The peer has reset the connection.
    CONNRESET = 104;
    /// The kernel has no buffer for it.
    NOBUFS = 105;
    /// Already connected.
    ISCONN = 106;
    /// Not connected.
    NOTCONN = 107;
    /// Too many descriptors are on their way.
    TOOMANYREFS = 109;
    /// Nobody listens there.
    CONNREFUSED = 111;
    /// Already under way.
    ALREADY = 114;
    /// Begun, and not yet done.
    INPROGRESS = 115;
}

impl Errno {
    /// The error with this number, whether or not the system knows it.
    pub const fn from_raw(number: i32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn raw(self) -> i32 {
        self.0
    }

    /// Its text without the number, `None` for a number that Linux does not define. Elsewhere
    /// it is Linux's text for the same error.
    pub fn text(self) -> Option<&'static str> {
        errno_text::text(self.0)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => write!(f, "{text} ({})", self.0),
            None => write!(f, "Unknown error {} ({})", self.0, self.0),
        }
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Errno {}

#[cfg(any(unix, windows))]
impl From<rustix::io::Errno> for Errno {
    fn from(errno: rustix::io::Errno) -> Self {
        Self(errno.raw_os_error())
    }
}

#[cfg(feature = "std")]
impl From<Errno> for std::io::Error {
    fn from(errno: Errno) -> Self {
        Self::from_raw_os_error(errno.0)
    }
}

/// Whether trying again would be no use: every error but EAGAIN, EWOULDBLOCK, EINTR and EINPROGRESS.
///
/// Core's `IOErrorIsPermanent`. ENOBUFS and ENOMEM count as permanent, and so does 0, which is no error.
pub const fn io_error_is_permanent(errno: Errno) -> bool {
    // EWOULDBLOCK is EAGAIN on every Linux.
    !matches!(errno, Errno::AGAIN | Errno::INTR | Errno::INPROGRESS)
}

/// The error's text and number, "text (number)", as Core's `NetworkErrorString` makes it. Never longer than 64 bytes.
pub fn network_error_string(errno: Errno) -> heapless::String<64> {
    let mut out = heapless::String::new();
    // The longest text has 49 bytes and the longest number 11: it fits, which a test holds for every errno.
    let _ = fmt::Write::write_fmt(&mut out, format_args!("{errno}"));
    out
}
