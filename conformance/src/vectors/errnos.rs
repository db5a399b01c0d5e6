//! The errnos with which Core's fuzzer lets each call fail (`test/fuzz/util/net.cpp`), in its order.
//!
//! The first of each is what an input that is used up picks.

use sockpipe::Errno;

const FAULT: Errno = Errno::from_raw(14);
const DESTADDRREQ: Errno = Errno::from_raw(89);
const MSGSIZE: Errno = Errno::from_raw(90);
const NETUNREACH: Errno = Errno::from_raw(101);
const TIMEDOUT: Errno = Errno::from_raw(110);
const HOSTUNREACH: Errno = Errno::from_raw(113);
// On every Linux.
const WOULDBLOCK: Errno = Errno::AGAIN;

/// Those of send(2), in Core's order.
pub const SEND: [Errno; 18] = [
    Errno::ACCESS,
    Errno::AGAIN,
    Errno::ALREADY,
    Errno::BADF,
    Errno::CONNRESET,
    DESTADDRREQ,
    FAULT,
    Errno::INTR,
    Errno::INVAL,
    Errno::ISCONN,
    MSGSIZE,
    Errno::NOBUFS,
    Errno::NOMEM,
    Errno::NOTCONN,
    Errno::NOTSOCK,
    Errno::OPNOTSUPP,
    Errno::PIPE,
    WOULDBLOCK,
];
/// Those of recv(2).
pub const RECV: [Errno; 10] = [
    Errno::CONNREFUSED,
    Errno::AGAIN,
    Errno::BADF,
    FAULT,
    Errno::INTR,
    Errno::INVAL,
    Errno::NOMEM,
    Errno::NOTCONN,
    Errno::NOTSOCK,
    WOULDBLOCK,
];
/// Those of poll(2).
pub const WAIT: [Errno; 3] = [Errno::BADF, Errno::INTR, Errno::INVAL];
/// Those of connect(2).
pub const CONNECT: [Errno; 8] = [
    Errno::CONNREFUSED,
    Errno::AGAIN,
    Errno::CONNRESET,
    HOSTUNREACH,
    Errno::INPROGRESS,
    Errno::INTR,
    NETUNREACH,
    TIMEDOUT,
];
/// Those of bind(2).
pub const BIND: [Errno; 4] = [Errno::ACCESS, Errno::ADDRINUSE, Errno::ADDRNOTAVAIL, Errno::AGAIN];
/// Those of listen(2).
pub const LISTEN: [Errno; 3] = [Errno::ADDRINUSE, Errno::INVAL, Errno::OPNOTSUPP];
/// Those of accept(2).
pub const ACCEPT: [Errno; 3] = [Errno::CONNABORTED, Errno::INTR, Errno::NOMEM];
/// Those of getsockopt(2) and setsockopt(2).
pub const OPTION: [Errno; 2] = [Errno::NOMEM, Errno::NOBUFS];
/// Those of getsockname(2).
pub const NAME: [Errno; 2] = [Errno::CONNRESET, Errno::NOBUFS];
/// Those of making a descriptor non-blocking.
pub const NON_BLOCKING: [Errno; 2] = [Errno::BADF, Errno::PERM];
