//! Sockets: one call each, which never blocks, whatever mode the descriptor is in, and never raises SIGPIPE.
//!
//! # Safety
//! This file receives into memory that may be uninitialised. It relies on rustix for which bytes were written.
#![allow(unsafe_code)]

use rustix::{
    fd::BorrowedFd,
    io::IoSlice,
    net::{self, RecvFlags, SendAncillaryBuffer, SendFlags},
};

use crate::{Errno, Room};

/// send(2).
pub(crate) fn send(fd: BorrowedFd<'_>, data: &[u8]) -> Result<usize, Errno> {
    Ok(net::send(fd, data, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)?)
}

/// How many parts one call takes at most.
const PARTS: usize = 16;

/// sendmsg(2).
pub(crate) fn send_vectored(fd: BorrowedFd<'_>, parts: &[&[u8]]) -> Result<usize, Errno> {
    let slices: heapless::Vec<_, PARTS> = parts.iter().take(PARTS).map(|part| IoSlice::new(part)).collect();
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    Ok(net::sendmsg(fd, &slices, &mut SendAncillaryBuffer::default(), flags)?)
}

/// recv(2).
pub(crate) fn recv(fd: BorrowedFd<'_>, room: &mut Room<'_>) -> Result<usize, Errno> {
    recv_with(fd, room, RecvFlags::empty())
}

/// recv(2) with MSG_PEEK.
pub(crate) fn peek(fd: BorrowedFd<'_>, room: &mut Room<'_>) -> Result<usize, Errno> {
    recv_with(fd, room, RecvFlags::PEEK)
}

fn recv_with(fd: BorrowedFd<'_>, room: &mut Room<'_>, flags: RecvFlags) -> Result<usize, Errno> {
    // SAFETY: the kernel only writes.
    let spare = unsafe { room.spare() };
    let ((written, _), _) = net::recv(fd, spare, flags | RecvFlags::DONTWAIT)?;
    let n = written.len();
    // SAFETY: rustix has found that the first n bytes of the spare memory were written.
    unsafe { room.advance(n) };
    Ok(n)
}

/// recv(2) with MSG_TRUNC: TCP throws the bytes away uncopied, other sockets write them where they stand already. One call is
/// right for both, so nobody asks which it is.
pub(crate) fn consume(fd: BorrowedFd<'_>, seen: &mut [u8]) -> Result<usize, Errno> {
    let (n, _) = net::recv(fd, seen, RecvFlags::DONTWAIT | RecvFlags::TRUNC)?;
    Ok(n)
}
