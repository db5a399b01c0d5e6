//! Unix addresses, as the system gives them.
//!
//! Not by rustix 1.1.6, which asserts that a name fills its address: macOS and FreeBSD give longer ones, with zeros, also for sockets without a name.
//!
//! # Safety
//! This file reads an address as bytes. It relies on rustix for how many of them the system has written, and on all of them being behind the pointer.
#![allow(unsafe_code)]

use core::{mem::offset_of, slice};

use rustix::net::SocketAddrAny;

use crate::{Address, Errno};

/// The address of a Unix socket. ENAMETOOLONG for one that an [`Address`] cannot hold.
pub(crate) fn unix_address(any: SocketAddrAny) -> Result<Address, Errno> {
    // SAFETY: so many bytes are behind the pointer, which lives as long as `any`.
    let bytes = unsafe { slice::from_raw_parts(any.as_ptr().cast::<u8>(), any.addr_len() as usize) };
    let name = bytes.get(offset_of!(libc::sockaddr_un, sun_path)..).unwrap_or_default();
    match (name.first(), name.split(|byte| *byte == 0).next()) {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        (Some(0), _) => Address::abstract_name(name.get(1..).unwrap_or_default()),
        (_, Some(path)) if !path.is_empty() => Address::path(path),
        _ => Ok(Address::Unnamed),
    }
}
