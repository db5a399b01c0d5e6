//! What has to be done where this program is the only one: a kernel has started it as its process 1.

use core::ffi::c_char;

use rustix::{
    io,
    ioctl::{Setter, ioctl},
    mount::{MountFlags, mount},
    net::{AddressFamily, SocketType, socket},
    process::{Pid, WaitOptions, getpid, waitpid},
    system::{RebootCommand, reboot},
};

use crate::say;

/// Returns at once in an ordinary process. In process 1 it makes the machine ready, and returns in a child, which is as
/// ordinary: the kernel withholds signals such as SIGPIPE from process 1. That one waits for the end, and switches the machine off.
pub fn become_ordinary() {
    if getpid() != Pid::INIT {
        return;
    }
    // Without /proc, descriptors in blocking mode cannot be opened again; without the loopback there is no TCP. The cases will tell.
    if let Err(errno) = mount(c"proc", c"/proc", c"proc", MountFlags::empty(), None) {
        say!("# /proc cannot be mounted: error {}", errno.raw_os_error());
    }
    if let Err(errno) = bring_loopback_up() {
        say!("# the loopback cannot be brought up: error {}", errno.raw_os_error());
    }
    let child = rt::fork();
    if child == 0 {
        return;
    }
    let status = waitpid(Pid::from_raw(child as i32), WaitOptions::empty());
    match status {
        Ok(Some((_, status))) if status.exited() => say!("# ended with {}", status.exit_status().unwrap_or(-1)),
        _ => say!("Bail out! ended as {status:?}"),
    }
    let error = reboot(RebootCommand::PowerOff);
    say!("# cannot switch off: {error:?}");
    // The kernel panics, and goes by what it was told to do then.
    rt::exit(1);
}

/// netdevice(7).
fn bring_loopback_up() -> io::Result<()> {
    const SIOCSIFFLAGS: u32 = 0x8914;
    const IFF_UP: i16 = 1;
    /// `struct ifreq`, whose second half is a union of at most four words.
    #[repr(C)]
    struct Request {
        name: [c_char; 16],
        flags: i16,
        rest: [usize; 3],
    }
    let mut name = [0; 16];
    name[..2].copy_from_slice(&[b'l' as c_char, b'o' as c_char]);
    let any = socket(AddressFamily::INET, SocketType::DGRAM, None)?;
    // SAFETY: this is what the kernel reads for that number.
    let request = unsafe { Setter::<SIOCSIFFLAGS, Request>::new(Request { name, flags: IFF_UP, rest: [0; 3] }) };
    // SAFETY: it changes the flags of the interface, and no memory.
    unsafe { ioctl(&any, request) }
}
