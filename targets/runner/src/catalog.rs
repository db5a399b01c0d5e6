//! The targets: what each is called, what is built for it, and where that runs.

use std::{fmt::Write, fs, path::Path, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{
    board, build,
    kernel::{self, Kernel},
    process, tools,
};

/// A CPU, a kernel or a board on which the list is run.
#[derive(Clone, Debug)]
pub struct Target {
    /// As it is named on the command line and in the table.
    pub name: String,
    /// What Rust calls it.
    pub triple: &'static str,
    pub place: Place,
}

/// Where a program runs.
#[derive(Clone, Debug)]
pub enum Place {
    /// This machine.
    Here,
    /// Another CPU, emulated on this machine's kernel, by qemu's emulator of this name.
    Cpu(&'static str),
    /// A kernel of its own, in an emulated machine.
    Kernel(Kernel),
    /// A processor without an operating system, emulated.
    BareMetal,
    /// Whatever this command reaches.
    Board { ssh: String, host: String },
    /// Wherever this was printed.
    Log(PathBuf),
}

const CPUS: [(&str, &str, Place); 10] = [
    ("x86_64", "x86_64-unknown-linux-gnu", Place::Cpu("x86_64")),
    ("aarch64", "aarch64-unknown-linux-gnu", Place::Cpu("aarch64")),
    ("armv7", "armv7-unknown-linux-gnueabihf", Place::Cpu("arm")),
    ("thumbv7neon", "thumbv7neon-unknown-linux-gnueabihf", Place::Cpu("arm")),
    ("armv6", "arm-unknown-linux-gnueabi", Place::Cpu("arm")),
    ("armv5te", "armv5te-unknown-linux-gnueabi", Place::Cpu("arm")),
    ("i686", "i686-unknown-linux-gnu", Place::Cpu("i386")),
    ("riscv64", "riscv64gc-unknown-linux-gnu", Place::Cpu("riscv64")),
    ("powerpc64le", "powerpc64le-unknown-linux-gnu", Place::Cpu("ppc64le")),
    ("s390x", "s390x-unknown-linux-gnu", Place::Cpu("s390x")),
];

/// What cannot be had, and why. They stand under the table.
pub const NOT: [(&str, &str); 2] = [
    (
        "mips, mipsel",
        "rustix's system calls for them lack a clobber and crash; and there is no Rust for them without building all of core",
    ),
    (
        "loongarch64, riscv32, powerpc64 (big endian)",
        "rustix calls them through libc, which these programs do not have",
    ),
];

impl Target {
    fn new(name: &str, triple: &'static str, place: Place) -> Self {
        Self { name: name.to_owned(), triple, place }
    }

    /// Sees that all is here that it takes besides this repository: tools, a core library, a kernel.
    pub fn prepare(&self, install: bool) -> Result<()> {
        tools::have(&self.tools(), install)?;
        build::is_core_ready(self.triple)?;
        match &self.place {
            Place::Kernel(kernel) => kernel.image().map(drop),
            _ => Ok(()),
        }
    }

    /// Runs a static program, and returns what it printed.
    pub fn run(&self, program: &Path) -> Result<String> {
        match &self.place {
            Place::Here => process::output(&mut process::command(program, [""; 0])),
            Place::Cpu(cpu) => process::output(&mut process::command(format!("qemu-{cpu}-static"), [program])),
            Place::Kernel(kernel) => kernel.run(program),
            Place::BareMetal => process::output(&mut process::bare_metal(program)),
            Place::Board { ssh, host } => board::run(ssh, host, program),
            Place::Log(file) => fs::read_to_string(file).with_context(|| file.display().to_string()),
        }
    }

    /// What runs it, in words.
    pub fn under(&self) -> String {
        match &self.place {
            Place::Here => "itself".into(),
            Place::Cpu(cpu) => process::version(&format!("qemu-{cpu}-static")),
            Place::Kernel(kernel) => process::version(kernel.machine.emulator),
            Place::BareMetal => process::version("qemu-system-arm"),
            Place::Board { .. } => "ssh".into(),
            Place::Log(_) => "a log".into(),
        }
    }

    /// The commands that it takes.
    fn tools(&self) -> Vec<String> {
        match &self.place {
            Place::Cpu(cpu) => vec![format!("qemu-{cpu}-static")],
            Place::Kernel(kernel) => kernel.tools(),
            Place::BareMetal => vec!["qemu-system-arm".into()],
            Place::Here | Place::Board { .. } | Place::Log(_) => Vec::new(),
        }
    }
}

/// All that need nothing but this machine.
pub fn all() -> Vec<Target> {
    let cpus = CPUS.iter().map(|(name, triple, place)| {
        let place = if build::is_native(triple) { Place::Here } else { place.clone() };
        Target::new(name, triple, place)
    });
    let kernels = kernel::all().into_iter().map(|(cpu, kernel)| {
        let name = format!("{cpu}-linux-{}", kernel.version);
        Target::new(&name, triple(cpu).expect("the kernel's CPU is in the list above"), Place::Kernel(kernel))
    });
    let bare = Target::new("cortex-m4", "thumbv7em-none-eabihf", Place::BareMetal);
    cpus.chain(kernels).chain([bare]).collect()
}

/// Those with these names, in the order of the names.
pub fn find(names: &[String], ssh: &str) -> Result<Vec<Target>> {
    names.iter().map(|name| one(name, ssh)).collect()
}

fn one(name: &str, ssh: &str) -> Result<Target> {
    if let Some(host) = name.strip_prefix("ssh:") {
        let cpu = board::cpu(ssh, host)?;
        let place = Place::Board { ssh: ssh.to_owned(), host: host.to_owned() };
        return Ok(Target::new(name, triple_of_machine(&cpu)?, place));
    }
    if let Some(file) = name.strip_prefix("log:") {
        let text = fs::read_to_string(file).with_context(|| file.to_owned())?;
        let uname =
            crate::cases::uname(&text).with_context(|| format!("{file} has no line that begins with # uname"))?;
        let machine = uname.rsplit(' ').next().unwrap_or_default();
        return Ok(Target::new(name, triple_of_machine(machine)?, Place::Log(file.into())));
    }
    let Some(target) = all().into_iter().find(|target| target.name == name) else {
        bail!("there is no target {name}; `targets/run --list` prints them all");
    };
    Ok(target)
}

/// This machine.
pub fn host() -> Result<Target> {
    all()
        .into_iter()
        .find(|target| matches!(target.place, Place::Here))
        .context("no target of the list is this machine")
}

fn triple(cpu: &str) -> Result<&'static str> {
    let found = CPUS.iter().find(|(name, ..)| *name == cpu);
    found.map(|(_, triple, _)| *triple).with_context(|| format!("nothing is built for {cpu}"))
}

/// What to build for a machine that calls itself so. uname(2).
fn triple_of_machine(machine: &str) -> Result<&'static str> {
    triple(match machine {
        "armv7l" | "armv8l" => "armv7",
        "armv6l" => "armv6",
        "armv5tel" | "armv5tejl" => "armv5te",
        "i586" | "i386" => "i686",
        "ppc64le" => "powerpc64le",
        other => other,
    })
}

/// What `--list` prints.
pub fn list() -> String {
    let mut text = String::new();
    for target in all() {
        let what = match &target.place {
            Place::Here => "this machine".into(),
            Place::Cpu(cpu) => format!("this kernel, by qemu-{cpu}-static"),
            Place::Kernel(kernel) => format!("Debian's {}, in {}", kernel.package, kernel.machine.emulator),
            _ => "no operating system, in qemu-system-arm".into(),
        };
        let _ = writeln!(text, "{:24} {:38} {what}", target.name, target.triple);
    }
    for (name, why) in NOT {
        let _ = writeln!(text, "{name}: not, as {why}");
    }
    text
}
