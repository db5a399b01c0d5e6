//! A kernel of its own, in an emulated machine, with our program as all that there is in it.

mod archive;
mod initramfs;
mod machine;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use self::machine::Machine;
use self::machine::{ARM, ARM64, I386, POWER, RISCV, S390, X86};
use crate::process;

/// A kernel of Debian's.
#[derive(Clone, Debug)]
pub struct Kernel {
    pub version: &'static str,
    /// The release of Debian that has it.
    suite: &'static str,
    /// The newest of the kernels of this name is taken.
    pub package: &'static str,
    pub machine: &'static Machine,
}

/// With the CPU of each. Whatever the archive has.
pub fn all() -> Vec<(&'static str, Kernel)> {
    const OLD: (&str, &str) = ("5.10", "bullseye");
    const MIDDLE: (&str, &str) = ("6.1", "bookworm");
    const NEW: (&str, &str) = ("6.12", "trixie");
    let kernel = |(version, suite), package, machine| Kernel { version, suite, package, machine };
    vec![
        ("x86_64", kernel(OLD, "linux-image-cloud-amd64", &X86)),
        ("x86_64", kernel(MIDDLE, "linux-image-cloud-amd64", &X86)),
        ("x86_64", kernel(NEW, "linux-image-cloud-amd64", &X86)),
        ("aarch64", kernel(OLD, "linux-image-cloud-arm64", &ARM64)),
        ("aarch64", kernel(MIDDLE, "linux-image-cloud-arm64", &ARM64)),
        ("aarch64", kernel(NEW, "linux-image-cloud-arm64", &ARM64)),
        ("armv7", kernel(OLD, "linux-image-armmp", &ARM)),
        ("armv7", kernel(MIDDLE, "linux-image-armmp", &ARM)),
        ("armv7", kernel(NEW, "linux-image-armmp", &ARM)),
        ("armv5te", kernel(MIDDLE, "linux-image-armmp", &ARM)),
        ("i686", kernel(OLD, "linux-image-686", &I386)),
        ("i686", kernel(MIDDLE, "linux-image-686", &I386)),
        ("riscv64", kernel(NEW, "linux-image-riscv64", &RISCV)),
        ("powerpc64le", kernel(MIDDLE, "linux-image-powerpc64le", &POWER)),
        ("powerpc64le", kernel(NEW, "linux-image-powerpc64le", &POWER)),
        ("s390x", kernel(MIDDLE, "linux-image-s390x", &S390)),
        ("s390x", kernel(NEW, "linux-image-s390x", &S390)),
    ]
}

impl Kernel {
    /// Where it is, from the archive or from an earlier run.
    pub fn image(&self) -> Result<PathBuf> {
        archive::kernel(self).with_context(|| format!("{} of {}", self.package, self.suite))
    }

    /// Boots it, with the program as its process 1, and returns what it printed.
    pub fn run(&self, program: &Path) -> Result<String> {
        process::output(&mut self.machine.command(&self.image()?, &initramfs::with(program)?))
    }

    /// The commands that it takes.
    pub fn tools(&self) -> Vec<String> {
        [self.machine.emulator, "apt-get", "dpkg-deb", "tar"].map(str::to_owned).into()
    }
}
