//! The error numbers of the BSDs and macOS, which are Linux's up to 34, but for one, and others from there on.

/// Whether this is one of them.
pub(crate) const HERE: bool = cfg!(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd",
));

/// Linux's number for the error that is `errno` there. `None` if Linux has no such error, or the BSDs do not agree.
pub(crate) fn to_linux(errno: usize) -> Option<usize> {
    match errno {
        // EDEADLK, and EOPNOTSUPP of macOS, where 45 is ENOTSUP, which has the same text.
        11 => Some(35),
        102 if cfg!(target_vendor = "apple") => Some(95),
        0..35 => Some(errno),
        _ => FROM_35.get(errno - 35).map(|line| usize::from(*line)).filter(|line| *line != NONE as usize),
    }
}

const NONE: u8 = 0;

/// From EAGAIN, 35, to ENOSYS, 78, as they stand in `sys/errno.h`.
const FROM_35: [u8; 44] = [
    11, 115, 114, 88, 89, // EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ
    90, 91, 92, 93, 94, // EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT
    95, 96, 97, 98, 99, // EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL
    100, 101, 102, 103, 104, // ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET
    105, 106, 107, 108, 109, // ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS
    110, 111, 40, 36, 112, // ETIMEDOUT ECONNREFUSED ELOOP ENAMETOOLONG EHOSTDOWN
    113, 39, NONE, 87, 122, // EHOSTUNREACH ENOTEMPTY EPROCLIM EUSERS EDQUOT
    116, 66, NONE, NONE, NONE, // ESTALE EREMOTE EBADRPC ERPCMISMATCH EPROGUNAVAIL
    NONE, NONE, 37, 38, // EPROGMISMATCH EPROCUNAVAIL ENOLCK ENOSYS
];

/// Where it is used, its numbers are the system's.
#[cfg(unix)]
const _: () = {
    use rustix::io::Errno as E;
    const NUMBERS: &[(E, u8)] = &[
        (E::AGAIN, 11),
        (E::INPROGRESS, 115),
        (E::NOTSOCK, 88),
        (E::AFNOSUPPORT, 97),
        (E::ADDRINUSE, 98),
        (E::CONNRESET, 104),
        (E::TOOMANYREFS, 109),
        (E::CONNREFUSED, 111),
        (E::NAMETOOLONG, 36),
        (E::HOSTUNREACH, 113),
        (E::DQUOT, 122),
        (E::NOLCK, 37),
        (E::NOSYS, 38),
    ];
    let mut n = 0;
    while HERE && n < NUMBERS.len() {
        assert!(FROM_35[NUMBERS[n].0.raw_os_error() as usize - 35] == NUMBERS[n].1);
        n += 1;
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_linux_ones() {
        for (theirs, linux) in [(0, 0), (1, 1), (10, 10), (11, 35), (12, 12), (34, 34), (35, 11), (61, 111), (78, 38)] {
            assert_eq!(to_linux(theirs), Some(linux));
        }
        for unknown in [67, 76, 79, 85, 102, 1000] {
            assert_eq!(to_linux(unknown), None);
        }
    }
}
