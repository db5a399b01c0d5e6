//! The machines that qemu emulates, each with the console that its kernels have without a module.

use crate::process;
use std::{path::Path, process::Command};

/// How one is started.
#[derive(Debug)]
pub struct Machine {
    pub emulator: &'static str,
    options: &'static [&'static str],
    console: &'static str,
    /// What Debian calls it.
    pub architecture: &'static str,
}

pub const X86: Machine =
    Machine { emulator: "qemu-system-x86_64", options: &[], console: "ttyS0", architecture: "amd64" };
pub const I386: Machine =
    Machine { emulator: "qemu-system-i386", options: &[], console: "ttyS0", architecture: "i386" };
pub const ARM64: Machine = Machine {
    emulator: "qemu-system-aarch64",
    options: &["-M", "virt", "-cpu", "cortex-a53"],
    console: "ttyAMA0",
    architecture: "arm64",
};
pub const ARM: Machine = Machine {
    emulator: "qemu-system-arm",
    options: &["-M", "virt", "-cpu", "cortex-a15"],
    console: "ttyAMA0",
    architecture: "armhf",
};
pub const RISCV: Machine =
    Machine { emulator: "qemu-system-riscv64", options: &["-M", "virt"], console: "ttyS0", architecture: "riscv64" };
pub const POWER: Machine =
    Machine { emulator: "qemu-system-ppc64", options: &["-M", "pseries"], console: "hvc0", architecture: "ppc64el" };
pub const S390: Machine = Machine {
    emulator: "qemu-system-s390x",
    options: &["-M", "s390-ccw-virtio"],
    console: "ttysclp0",
    architecture: "s390x",
};

impl Machine {
    /// Starts it with this kernel. It ends when the kernel switches it off or panics.
    ///
    /// Emulated throughout, also where the processor could help: then it is the same everywhere.
    pub fn command(&self, kernel: &Path, initramfs: &Path) -> Command {
        let mut command = process::command(self.emulator, self.options);
        command.args(["-accel", "tcg", "-m", "512", "-nographic", "-no-reboot", "-nic", "none"]);
        command.arg("-kernel").arg(kernel).arg("-initrd").arg(initramfs);
        command.arg("-append").arg(format!("console={} quiet panic=-1", self.console));
        command
    }
}
