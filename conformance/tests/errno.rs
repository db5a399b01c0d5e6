//! Error texts: the C library's for every errno, and Core's messages byte for byte.
#![cfg(target_os = "linux")]

use std::ffi::CStr;

use sockpipe::{
    AcceptError, ConnectError, Disconnected, Errno, RecvError, RecvExactError, SendError, TokenError, WaitError,
    io_error_is_permanent,
    link::{FrameError, Profile, RxError, TxError},
    network_error_string,
};

/// What the C library says, in the C locale, in which a program that calls no setlocale(3) is.
fn strerror(errno: i32) -> String {
    let mut text = [0; 1024];
    // SAFETY: the text has the size that is told; this is the XSI version, which writes it.
    let result = unsafe { libc::strerror_r(errno, text.as_mut_ptr(), text.len()) };
    assert!(result == 0 || result == libc::EINVAL);
    // SAFETY: it is terminated.
    unsafe { CStr::from_ptr(text.as_ptr()) }.to_str().unwrap().to_owned()
}

/// All that Linux defines, 1 to 133 on most architectures with two gaps, and far around them.
const NUMBERS: core::ops::RangeInclusive<i32> = -5000..=5000;

const EXTREMES: [i32; 4] = [i32::MIN, i32::MIN + 1, i32::MAX - 1, i32::MAX];

#[test]
#[cfg(target_env = "gnu")]
fn the_text_is_the_c_librarys() {
    let mut known = 0;
    for number in NUMBERS.chain(EXTREMES) {
        let errno = Errno::from_raw(number);
        assert_eq!(errno.to_string(), format!("{} ({number})", strerror(number)));
        assert_eq!(format!("{errno:?}"), errno.to_string());
        let unknown = format!("Unknown error {number}");
        assert_eq!(errno.text().unwrap_or(&unknown), strerror(number));
        known += usize::from(errno.text().is_some());
    }
    // 0 to 133 without 41 and 58.
    assert_eq!(known, 132);
}

#[test]
fn a_network_error_string_is_whole() {
    for number in NUMBERS.chain(EXTREMES) {
        let errno = Errno::from_raw(number);
        assert_eq!(network_error_string(errno), *errno.to_string());
    }
}

#[test]
fn transient_is_what_core_says() {
    let transient = [libc::EAGAIN, libc::EINTR, libc::EWOULDBLOCK, libc::EINPROGRESS];
    for number in NUMBERS.chain(EXTREMES) {
        assert_eq!(io_error_is_permanent(Errno::from_raw(number)), !transient.contains(&number), "{number}");
    }
}

#[test]
fn numbers_are_the_systems() {
    let same = [
        (Errno::INTR, libc::EINTR),
        (Errno::IO, libc::EIO),
        (Errno::BADF, libc::EBADF),
        (Errno::AGAIN, libc::EAGAIN),
        (Errno::NOMEM, libc::ENOMEM),
        (Errno::ACCESS, libc::EACCES),
        (Errno::INVAL, libc::EINVAL),
        (Errno::NFILE, libc::ENFILE),
        (Errno::MFILE, libc::EMFILE),
        (Errno::PIPE, libc::EPIPE),
        (Errno::NAMETOOLONG, libc::ENAMETOOLONG),
        (Errno::NOSYS, libc::ENOSYS),
        (Errno::NOTSOCK, libc::ENOTSOCK),
        (Errno::OPNOTSUPP, libc::EOPNOTSUPP),
        (Errno::AFNOSUPPORT, libc::EAFNOSUPPORT),
        (Errno::CONNABORTED, libc::ECONNABORTED),
        (Errno::CONNRESET, libc::ECONNRESET),
        (Errno::NOBUFS, libc::ENOBUFS),
        (Errno::ISCONN, libc::EISCONN),
        (Errno::NOTCONN, libc::ENOTCONN),
        (Errno::CONNREFUSED, libc::ECONNREFUSED),
        (Errno::ALREADY, libc::EALREADY),
        (Errno::INPROGRESS, libc::EINPROGRESS),
    ];
    for (errno, number) in same {
        assert_eq!(errno.raw(), number);
        assert_eq!(errno, Errno::from_raw(number));
    }
}

/// The errors and their messages. Those that Core has are its own: `util/sock.cpp`.
macro_rules! says {
    ($($error:expr => $message:literal)*) => { $(
        assert_eq!($error.to_string(), $message);
        let _: &dyn core::error::Error = &$error;
    )* };
}

#[test]
fn core_says_the_same() {
    let errno = Errno::CONNRESET;
    says! {
        SendError::Failed { errno, sent: 3 } => "send(): Connection reset by peer (104)"
        SendError::TimedOut { sent: 3, total: 7 } => "Send timeout (sent only 3 of 7 bytes before that)"
        SendError::Interrupted { sent: 0, total: 7 } => "Send interrupted (sent only 0 of 7 bytes before that)"
        RecvError::Failed { errno, received: 3 } => "recv(): Connection reset by peer (104)"
        RecvError::Closed { received: 3 } => "Connection unexpectedly closed by peer"
        RecvError::TimedOut { received: 0 } => "Receive timeout (received 0 bytes without terminator before that)"
        RecvError::Interrupted { received: 9 } => "Receive interrupted (received 9 bytes without terminator before that)"
        RecvError::TooLong { limit: 65536, received: 1 } => "Received too many bytes without a terminator (65536)"
        Disconnected::Closed => "closed"
        Disconnected::Connecting => "not connected"
        Disconnected::Failed(errno) => "Connection reset by peer (104)"
    }
}

#[test]
fn what_core_does_not_have() {
    let errno = Errno::BADF;
    says! {
        SendError::Wait { errno, sent: 3 } => "poll(): Bad file descriptor (9)"
        RecvError::Wait { errno, received: 3 } => "poll(): Bad file descriptor (9)"
        RecvError::NotUtf8 { received: 3 } => "Received bytes that are not UTF-8 (after 3 bytes)"
        RecvExactError::Failed { errno, received: 3 } => "recv(): Bad file descriptor (9)"
        RecvExactError::Wait { errno, received: 3 } => "poll(): Bad file descriptor (9)"
        RecvExactError::Closed { received: 3 } => "Connection unexpectedly closed by peer"
        RecvExactError::TimedOut { received: 3 } => "Receive timeout (received 3 bytes before that)"
        RecvExactError::Interrupted { received: 3 } => "Receive interrupted (received 3 bytes before that)"
        WaitError::Interrupted => "Wait interrupted"
        WaitError::Failed(errno) => "poll(): Bad file descriptor (9)"
        ConnectError::Failed(errno) => "connect(): Bad file descriptor (9)"
        ConnectError::Wait(errno) => "poll(): Bad file descriptor (9)"
        ConnectError::TimedOut => "Connect timeout"
        ConnectError::Interrupted => "Connect interrupted"
        AcceptError::Transient(errno) => "accept(): Bad file descriptor (9)"
        AcceptError::Resource(errno) => "accept(): Bad file descriptor (9)"
        AcceptError::Fatal(errno) => "accept(): Bad file descriptor (9)"
        AcceptError::TimedOut => "Accept timeout"
        AcceptError::Interrupted => "Accept interrupted"
        TokenError::WouldBlock => "Resource temporarily unavailable (11)"
        TokenError::BrokenPipe => "Broken pipe (32)"
        TokenError::TimedOut => "Token timeout"
        TokenError::Interrupted => "Token interrupted"
        TokenError::Failed(errno) => "Bad file descriptor (9)"
    }
}

/// What programs ask that link no `core::fmt`: the words that Display begins with, the counts, and the system's own error.
#[test]
fn parts_of_errors() {
    macro_rules! parts {
        ($($error:expr => $($count:ident)?, $errno:expr;)*) => { $(
            let error = $error;
            assert!(error.to_string().starts_with(error.text()) && error.text().len() > 5, "{error}");
            $(assert_eq!(error.$count(), 3, "{error}");)?
            assert_eq!(error.errno(), $errno, "{error}");
        )* };
    }
    let errno = Errno::BADF;
    parts! {
        SendError::Failed { errno, sent: 3 } => sent, Some(errno);
        SendError::Wait { errno, sent: 3 } => sent, Some(errno);
        SendError::TimedOut { sent: 3, total: 7 } => sent, None;
        SendError::Interrupted { sent: 3, total: 7 } => sent, None;
        RecvError::Failed { errno, received: 3 } => received, Some(errno);
        RecvError::Wait { errno, received: 3 } => received, Some(errno);
        RecvError::Closed { received: 3 } => received, None;
        RecvError::TimedOut { received: 3 } => received, None;
        RecvError::Interrupted { received: 3 } => received, None;
        RecvError::TooLong { limit: 9, received: 3 } => received, None;
        RecvError::NotUtf8 { received: 3 } => received, None;
        RecvExactError::Failed { errno, received: 3 } => received, Some(errno);
        RecvExactError::Wait { errno, received: 3 } => received, Some(errno);
        RecvExactError::Closed { received: 3 } => received, None;
        RecvExactError::TimedOut { received: 3 } => received, None;
        RecvExactError::Interrupted { received: 3 } => received, None;
    }
}

/// What can end a link: words, and then how much or which.
#[test]
fn errors_of_links() {
    macro_rules! says {
        ($($error:expr => $text:literal $rest:literal)*) => { $(
            let error = $error;
            assert_eq!((error.text(), error.to_string()), ($text, concat!($text, $rest).to_string()));
            let _: &dyn core::error::Error = &error;
        )* };
    }
    let errno = Errno::PIPE;
    says! {
        FrameError::BadMagic => "not a link's prologue" ""
        FrameError::BadVersion(2) => "unknown version of the link" " (2)"
        FrameError::UnknownFlags(6) => "unknown flags of the link" " (0x06)"
        FrameError::WrongProfile(Profile::Fd) => "the peer's link passes descriptors" ""
        FrameError::WrongProfile(Profile::Plain) => "the peer's link passes no descriptors" ""
        FrameError::Prologue => "unexpected prologue of a link" ""
        FrameError::TooLong { len: 9, max: 8 } => "frame too long" " (9 bytes, at most 8)"
        FrameError::TooManyFds { fds: 254 } => "frame with too many descriptors" " (254)"
        FrameError::EndInPrologue { got: 5 } => "stream ended in the prologue" " (after 5 bytes)"
        FrameError::EndInHeader { got: 3 } => "stream ended in a header" " (after 3 bytes)"
        FrameError::EndInBody { got: 3, len: 4 } => "stream ended in a frame" " (after 3 of 4 bytes)"
        FrameError::UnwantedFds { fds: 1 } => "frame with unwanted descriptors" " (1)"
        RxError::Protocol(FrameError::EndInHeader { got: 3 }) => "stream ended in a header" " (after 3 bytes)"
        RxError::Larger { len: 9 } => "no memory for the whole frame" " (9 bytes)"
        RxError::Failed { errno, received: 0 } => "recv()" ": Broken pipe (32)"
        RxError::Wait { errno, received: 0 } => "poll()" ": Broken pipe (32)"
        RxError::TimedOut { received: 7 } => "Receive timeout" " (received 7 bytes of a frame before that)"
        RxError::Interrupted { received: 7 } => "Receive interrupted" " (received 7 bytes of a frame before that)"
        RxError::TooSmall => "too little memory for a link" ""
        TxError::TooLong { len: 9, max: 8 } => "frame too long" " (9 bytes, at most 8)"
        TxError::TimedOut { accepted: false } => "Send timeout" ""
        TxError::Interrupted { accepted: true } => "Send interrupted" " (the frame is accepted, and goes out later)"
        TxError::Wait { errno, accepted: false } => "poll()" ": Broken pipe (32)"
        TxError::Wait { errno, accepted: true } => "poll()" ": Broken pipe (32) (the frame is accepted, and goes out later)"
        TxError::Failed(errno) => "send()" ": Broken pipe (32)"
        TxError::Unfinished { sent: 3, total: 4 } => "frame sent only in part" " (3 of 4 bytes)"
        TxError::Stalled => "rest of a frame not taken in time" ""
        TxError::Closed => "link closed" ""
        TxError::TooSmall => "too little memory for a link" ""
    }
    for error in [RxError::Failed { errno, received: 3 }.errno(), TxError::Failed(errno).errno()] {
        assert_eq!(error, Some(errno));
    }
}
