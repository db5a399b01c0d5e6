//! The static programs, built for a target.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use object::{File, Object, ObjectSymbol};

use crate::process;

/// The folder that has the programs.
pub fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Whether what is built for this runs here without an emulator.
pub fn is_native(triple: &str) -> bool {
    triple == format!("{}-unknown-{}-gnu", env::consts::ARCH, env::consts::OS)
}

/// What is built for one target, without symbols.
pub struct Built {
    pub list: PathBuf,
    /// The program of a token pipe and a line, or why it cannot be built. Without an operating system there is none.
    pub small: Option<Result<PathBuf>>,
}

/// What the small program is to have at most, in bytes.
pub const SMALL: u64 = 4096;

/// What it may have where that is not reached, so that it does not grow unseen. ARM divides 64-bit numbers by 2 KiB of software; the others'
/// instructions are longer than those of x86-64.
const LARGER: [(&str, u64); 7] = [
    ("aarch64", 4352),
    ("s390x", 4608),
    ("thumbv7neon", 5120),
    ("powerpc64le", 5632),
    ("arm", 6912),
    ("armv5te", 7168),
    ("armv7", 7424),
];

/// What the small program may have on this target, in bytes.
pub fn small_limit(triple: &str) -> u64 {
    let cpu = triple.split('-').next().unwrap_or_default();
    LARGER.iter().find(|(name, _)| *name == cpu).map_or(SMALL, |(_, limit)| *limit)
}

impl Built {
    /// Builds the list, and the small program where there is Linux. Neither may need anything that is not in it.
    pub fn new(triple: &str) -> Result<Self> {
        if !triple.contains("linux") {
            return Ok(Self { list: program("bare-metal", triple)?, small: None });
        }
        Ok(Self { list: program("linux-static", triple)?, small: Some(program("small", triple)) })
    }

    /// In bytes.
    pub fn list_size(&self) -> u64 {
        size(&self.list)
    }

    /// In bytes.
    pub fn small_size(&self) -> Option<u64> {
        self.small.as_ref()?.as_ref().ok().map(|it| size(it))
    }
}

fn size(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |it| it.len())
}

/// Builds a program of this folder, and returns where it is, without symbols.
pub fn program(name: &str, triple: &str) -> Result<PathBuf> {
    let folder = folder().join(name);
    let mut command = process::command("cargo", ["build", "--release", "--quiet", "--locked", "--target", triple]);
    command.current_dir(&folder);
    if !is_core_ready(triple)? {
        command.arg("-Zbuild-std=core").env("RUSTC_BOOTSTRAP", "1");
    }
    if ["powerpc64le", "s390x"].iter().any(|cpu| triple.starts_with(cpu)) {
        // rustix's assembly for these is behind a feature of nightly Rust.
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    process::success(&mut command).with_context(|| format!("{name} cannot be built for {triple}"))?;
    let program = folder.join("target").join(triple).join("release").join(name);
    inspect(&program)?;
    strip(&program)
}

/// Whether there is a core library for it, which rustup gets if it can. Otherwise it is built, from sources that rustup gets.
pub fn is_core_ready(triple: &str) -> Result<bool> {
    if is_native(triple) || process::success(&mut process::command("rustup", ["target", "add", triple])).is_ok() {
        return Ok(true);
    }
    process::success(&mut process::command("rustup", ["component", "add", "rust-src"]))
        .with_context(|| format!("rustup has neither {triple} nor the sources of core"))?;
    Ok(false)
}

/// Sees that it has all that it needs, and nothing of an allocator.
fn inspect(program: &Path) -> Result<()> {
    let bytes = fs::read(program).with_context(|| program.display().to_string())?;
    let (file, name) = (File::parse(&*bytes)?, program.display());
    ensure!(file.symbols().next().is_some(), "{name} has no symbols by which to judge it");
    for symbol in file.symbols() {
        let symbol_name = symbol.name().unwrap_or_default();
        let is_lacking = symbol.is_undefined() && !symbol_name.is_empty() && !symbol_name.starts_with(UNWINDING);
        ensure!(!is_lacking, "{name} lacks {symbol_name}");
        ensure!(!ALLOCATORS.iter().any(|part| symbol_name.contains(part)), "{name} has an allocator: {symbol_name}");
    }
    Ok(())
}

/// What symbols of an allocator, and of the crate that takes one for granted, have in their names.
const ALLOCATORS: [&str; 5] = ["__rust_alloc", "_ZN5alloc", "$LT$alloc..", "malloc", "sbrk"];

/// Arm's tables for unwinding name functions that begin so, and nobody reads those.
const UNWINDING: &str = "__aeabi_unwind_cpp_pr";

/// By the tool that comes with Rust, which knows all CPUs.
fn strip(program: &Path) -> Result<PathBuf> {
    let libraries = process::success(&mut process::command("rustc", ["--print", "target-libdir"]))?;
    let tool = Path::new(libraries.trim()).with_file_name("bin").join("rust-objcopy");
    let stripped = program.with_extension("stripped");
    let mut command = process::command(tool, ["--strip-all"]);
    process::success(command.arg(program).arg(&stripped))?;
    Ok(stripped)
}
