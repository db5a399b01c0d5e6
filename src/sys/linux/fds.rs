//! Descriptors over Unix sockets: one call each, which never blocks, whatever mode the descriptor is in, and never raises SIGPIPE.
//!
//! Bare system calls: rustix's buffers for control messages can panic as far as a linker can see, and have the weight of all that they can do.
//! Where there is no assembly of ours, rustix's.
//!
//! # Safety
//! This file hands the kernel pointers to memory to read and to fill, and becomes the owner of the descriptors that it finds there. It relies
//! on unix(7), recvmsg(2) and cmsg(3): descriptors in a control message are new ones of this process, and its alone.
#![allow(unsafe_code)]

use core::{array, mem::MaybeUninit};

use rustix::{
    fd::{AsRawFd, BorrowedFd},
    io::{IoSlice, IoSliceMut},
    net::{
        self, AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
        SendAncillaryMessage, SendFlags, sockopt,
    },
};

use super::{super::lend::own, nr, raw};
use crate::{Errno, FdRoom, Room, link::MAX_FDS, stream::PARTS};

/// The most that one message can have: SCM_MAX_FD.
const MOST: usize = MAX_FDS as usize;

const SOL_SOCKET: i32 = 1;
const SCM_RIGHTS: i32 = 1;
const SCM_PIDFD: i32 = 4;
const SENDING: SendFlags = SendFlags::DONTWAIT.union(SendFlags::NOSIGNAL);
const RECEIVING: RecvFlags = RecvFlags::DONTWAIT.union(RecvFlags::CMSG_CLOEXEC);

/// Whether the calls are ours.
const OURS: bool = raw::KNOWN && !cfg!(sockpipe_force_no_msghdr);

/// The kernel's `struct msghdr`, with addresses for pointers.
#[repr(C)]
#[derive(Default)]
struct Message {
    name: usize,
    name_len: u32,
    parts: usize,
    part_count: usize,
    control: usize,
    control_len: usize,
    flags: u32,
}

/// A control message of descriptors.
#[repr(C)]
struct Rights {
    len: usize,
    level: i32,
    kind: i32,
    fds: [i32; MOST],
}

/// How many bytes stand before the descriptors of a control message.
const HEAD: usize = size_of::<usize>() + 8;

/// As many bytes as all control messages that come can have: as many descriptors as there can be, and the sender's credentials and name, if somebody has asked the
/// socket for those.
const ROOM: usize = HEAD + 4 * MOST + 256;

/// So many, in their place.
#[repr(C, align(8))]
struct Control([u8; ROOM]);

/// Whether the socket's family knows descriptors at all. Others do not refuse them, but drop them.
pub(crate) fn passes(fd: BorrowedFd<'_>) -> Result<bool, Errno> {
    Ok(sockopt::socket_domain(fd)? == AddressFamily::UNIX)
}

/// sendmsg(2).
pub(crate) fn send(fd: BorrowedFd<'_>, parts: &[&[u8]], fds: &[BorrowedFd<'_>]) -> Result<usize, Errno> {
    if fds.len() > MOST {
        return Err(Errno::INVAL);
    }
    let slices: [_; PARTS] = array::from_fn(|n| IoSlice::new(parts.get(n).copied().unwrap_or_default()));
    let part_count = parts.len().min(PARTS);
    if !OURS {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !fds.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(fds));
        }
        return Ok(net::sendmsg(fd, slices.get(..part_count).unwrap_or_default(), &mut control, SENDING)?);
    }
    let len = HEAD + 4 * fds.len();
    let mut rights = Rights { len, level: SOL_SOCKET, kind: SCM_RIGHTS, fds: [-1; MOST] };
    for (place, fd) in rights.fds.iter_mut().zip(fds) {
        *place = fd.as_raw_fd();
    }
    let mut message = Message {
        parts: slices.as_ptr().expose_provenance(),
        part_count,
        control: (&raw const rights).expose_provenance(),
        control_len: if fds.is_empty() { 0 } else { len },
        ..Message::default()
    };
    // SAFETY: the kernel reads the parts, which are as readv(2) has them, and `len` bytes of the control message, which has so many.
    unsafe { call(nr::SENDMSG, fd, &mut message, SENDING.bits()) }
}

/// recvmsg(2). Every descriptor that has come is owned before anybody looks at how many there should be.
pub(crate) fn recv(fd: BorrowedFd<'_>, room: &mut Room<'_>, fds: &mut FdRoom<'_>) -> Result<usize, Errno> {
    if !OURS {
        return recv_by_rustix(fd, room, fds);
    }
    let mut control = Control([0; ROOM]);
    // SAFETY: the kernel only writes.
    let spare = unsafe { room.spare() };
    let part = [spare.as_mut_ptr().expose_provenance(), spare.len()];
    let mut message = Message {
        parts: part.as_ptr().expose_provenance(),
        part_count: 1,
        control: control.0.as_mut_ptr().expose_provenance(),
        control_len: control.0.len(),
        ..Message::default()
    };
    // SAFETY: the kernel writes to the spare memory, whose place and length `part` has, and to the control messages' room.
    let n = unsafe { call(nr::RECVMSG, fd, &mut message, RECEIVING.bits()) }?;
    // SAFETY: the kernel has written so many bytes there, as MSG_TRUNC is not asked for.
    unsafe { room.advance(n) };
    // SAFETY: the kernel has just written this.
    unsafe { own_all(control.0.get(..message.control_len).unwrap_or_default(), fds) };
    if message.flags & ReturnFlags::CTRUNC.bits() != 0 {
        fds.set_truncated();
    }
    Ok(n)
}

/// # Safety
/// * The message's pointers point to what it says.
unsafe fn call(number: usize, fd: BorrowedFd<'_>, message: &mut Message, flags: u32) -> Result<usize, Errno> {
    let message = core::ptr::from_mut(message).expose_provenance();
    // SAFETY: the caller answers for the message.
    match unsafe { raw::syscall4(number, fd.as_raw_fd() as usize, message, flags as usize, 0) } {
        n @ 0.. => Ok(n as usize),
        errno => Err(Errno::from_raw(-errno as i32)),
    }
}

/// Becomes the owner of all descriptors of all control messages. That of a sender's process, if somebody has asked the socket for one, is closed.
///
/// # Safety
/// * The kernel has written this, and nobody has looked at it before.
unsafe fn own_all(mut control: &[u8], fds: &mut FdRoom<'_>) {
    while let Some((len, rest)) = control.split_first_chunk()
        && let Some((level, rest)) = rest.split_first_chunk()
        && let Some((kind, rest)) = rest.split_first_chunk()
    {
        let len = usize::from_ne_bytes(*len).max(HEAD);
        let data = rest.get(..len - HEAD).unwrap_or(rest);
        let kind = (i32::from_ne_bytes(*level), i32::from_ne_bytes(*kind));
        for number in data.as_chunks().0 {
            let number = i32::from_ne_bytes(*number);
            if number >= 0 && matches!(kind, (SOL_SOCKET, SCM_RIGHTS | SCM_PIDFD)) {
                // SAFETY: the kernel has made this descriptor for us.
                let fd = unsafe { own(number) };
                if kind.1 == SCM_RIGHTS {
                    fds.put(fd);
                }
            }
        }
        control = rest.get(data.len().next_multiple_of(size_of::<usize>())..).unwrap_or_default();
    }
}

/// The same where the call is not ours. The memory is cleared before. The descriptor of a sender's process, which rustix does not know, stays open.
fn recv_by_rustix(fd: BorrowedFd<'_>, room: &mut Room<'_>, fds: &mut FdRoom<'_>) -> Result<usize, Errno> {
    let mut space = [MaybeUninit::uninit(); size_of::<Control>()];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    room.put_with(|spare| {
        let message = net::recvmsg(fd, &mut [IoSliceMut::new(spare)], &mut control, RECEIVING)?;
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(rights) = message {
                rights.for_each(|fd| fds.put(fd));
            }
        }
        if message.flags.contains(ReturnFlags::CTRUNC) {
            fds.set_truncated();
        }
        Ok(message.bytes)
    })
}
