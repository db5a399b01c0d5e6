//! What can happen to an operation, a symbol each. A sequence of them is what the world does, one thing after the other.
//!
//! A call is answered by the first symbol that has not happened yet:
//!
//! | symbol | to a transfer | to a wait |
//! |---|---|---|
//! | full | moves all of it | stays; "ready" |
//! | part | moves half of it, at least a byte | stays; "ready" |
//! | one | moves one byte | stays; "ready" |
//! | zero | returns 0 | nothing occurs in all of the time that a wait may last |
//! | EINTR | fails with it | fails with it |
//! | EAGAIN | fails with it | "ready", whatever the next symbol is |
//! | ECONNRESET, EPIPE, ENOBUFS | fails with it | stays; "ready" |
//! | ENOMEM | fails with it | fails with it |
//! | EOF | a receive returns 0, a send fails with EPIPE | stays; "ready" |
//! | HUP, ERR | stays; not now | says HANGUP and ERROR, or ERROR |
//! | NVAL | stays; not now | fails with EBADF |
//! | intr | the interrupt is set; on to the next symbol | it is set during the wait, which a flag does not end |
//! | due, past | the clock goes to the deadline, or a second past it; on to the next | it does so during the wait, and ends it |
//!
//! A consumption of bytes that were shown is a transfer. For a token, part and one are full. For the attempts of a connect, full
//! is a connection, part and zero are EINPROGRESS, one is EALREADY, EOF is EISCONN, and "not now" is EINPROGRESS or EALREADY. A wait for
//! time alone is never "ready", and EAGAIN, HUP and ERR happen unseen during it. For a wait that is itself the operation,
//! EAGAIN is its own error, and its first look is over at once, also with zero.
//!
//! "Ready" in vain is EAGAIN twice: to a wait, and to the attempt after it. An EAGAIN that goes on for ever is both to everybody.

use core::{fmt, str::FromStr};

use sockpipe::Errno;

macro_rules! symbols {
    ($($name:ident $text:literal)*) => {
        /// One of the things that can happen. The first ones are the simplest.
        #[repr(u8)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Symbol {
            $(
                #[doc = $text]
                $name,
            )*
        }

        impl Symbol {
            /// All of them.
            pub const ALL: [Self; 17] = [$(Self::$name),*];
        }

        impl fmt::Display for Symbol {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text),* })
            }
        }

        impl FromStr for Symbol {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$name),)*
                    _ => Err(format!("{text} is none of {}", concat!($($text, " "),*).trim_end())),
                }
            }
        }
    };
}

use std::{format, string::String};

symbols! {
    Full "full"
    Part "part"
    One "one"
    Zero "zero"
    Again "EAGAIN"
    Intr "EINTR"
    Due "due"
    Past "past"
    Interrupt "intr"
    Eof "EOF"
    Reset "ECONNRESET"
    Pipe "EPIPE"
    NoBufs "ENOBUFS"
    NoMem "ENOMEM"
    Hup "HUP"
    Error "ERR"
    Nval "NVAL"
}

impl Symbol {
    /// What happens without an answer to anybody.
    pub const fn is_silent(self) -> bool {
        matches!(self, Self::Interrupt | Self::Due | Self::Past)
    }

    /// What only a wait can show.
    pub const fn is_for_waits(self) -> bool {
        matches!(self, Self::Hup | Self::Error | Self::Nval)
    }

    /// The error that it stands for.
    pub const fn errno(self) -> Option<Errno> {
        Some(match self {
            Self::Intr => Errno::INTR,
            Self::Again => Errno::AGAIN,
            Self::Reset => Errno::CONNRESET,
            Self::Pipe => Errno::PIPE,
            Self::NoBufs => Errno::NOBUFS,
            Self::NoMem => Errno::NOMEM,
            _ => return None,
        })
    }

    /// How many of `n` bytes it moves; nothing, if moving bytes is not what it does.
    pub const fn of(self, n: usize) -> Option<usize> {
        match self {
            Self::Full => Some(n),
            Self::Part => Some(n.div_ceil(2)),
            Self::One => Some(1),
            _ => None,
        }
    }
}
