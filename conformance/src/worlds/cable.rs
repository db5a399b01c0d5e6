//! A TCP connection whose cable is cut: the kernel drops whatever arrives at either end.
//!
//! # Safety
//! This file sets an option that rustix does not have. The kernel copies the filter before the call returns.
#![allow(unsafe_code)]

use core::{mem, ptr, time::Duration};

use sockpipe::{
    Sock,
    fd::{AsFd, AsRawFd},
    options::Linger,
};

use crate::Skip;

/// See [`World::cut`](crate::World::cut). Nobody needs privileges for that.
pub(super) fn cut(stream: &Sock, peer: Sock) -> Result<(), Skip> {
    drop_all(stream)?;
    drop_all(&peer)?;
    // Whoever closes them leaves nothing that is sent again and again.
    for end in [stream, &peer] {
        end.set_sock_opt(Linger(Some(Duration::ZERO))).map_err(|_| Skip("this kernel has no SO_LINGER"))?;
    }
    Ok(())
}

/// Attaches a filter of one instruction: of each packet, keep 0 bytes.
fn drop_all(sock: &Sock) -> Result<(), Skip> {
    let mut instruction = libc::sock_filter { code: (libc::BPF_RET | libc::BPF_K) as u16, jt: 0, jf: 0, k: 0 };
    let program = libc::sock_fprog { len: 1, filter: &mut instruction };
    // SAFETY: the option is a `sock_fprog` of the size that is told, and its one instruction is alive.
    let set = unsafe {
        libc::setsockopt(
            sock.as_fd().as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            ptr::from_ref(&program).cast(),
            mem::size_of_val(&program) as libc::socklen_t,
        )
    };
    if set == 0 { Ok(()) } else { Err(Skip("this kernel filters no sockets")) }
}
