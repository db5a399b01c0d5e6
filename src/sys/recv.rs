//! Receiving from sockets: one call each, which never blocks, whatever mode the descriptor is in.
//!
//! # Safety
//! This file receives into memory that may be uninitialised. It relies on rustix for which bytes were written.
#![allow(unsafe_code)]

use rustix::{
    fd::BorrowedFd,
    net::{self, RecvFlags},
};

use crate::{Errno, Room};

/// recv(2).
#[inline]
pub(crate) fn recv(fd: BorrowedFd<'_>, room: &mut Room<'_>) -> Result<usize, Errno> {
    recv_with(fd, room, RecvFlags::empty())
}

/// recv(2) with MSG_PEEK.
#[inline]
pub(crate) fn peek(fd: BorrowedFd<'_>, room: &mut Room<'_>) -> Result<usize, Errno> {
    recv_with(fd, room, RecvFlags::PEEK)
}

#[inline]
fn recv_with(fd: BorrowedFd<'_>, room: &mut Room<'_>, flags: RecvFlags) -> Result<usize, Errno> {
    // SAFETY: the kernel only writes.
    let spare = unsafe { room.spare() };
    let ((written, _), _) = net::recv(fd, spare, flags | RecvFlags::DONTWAIT)?;
    let n = written.len();
    // SAFETY: rustix has found that the first n bytes of the spare memory were written.
    unsafe { room.advance(n) };
    Ok(n)
}
