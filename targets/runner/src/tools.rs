//! The commands that a target takes, and the packages in which Debian has them.

use std::env;

use anyhow::{Result, bail};

use crate::process;

/// The packages that have them, where they are not here.
fn missing(tools: &[String]) -> Vec<&'static str> {
    let here = |tool: &String| {
        env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(tool).exists())
    };
    let mut packages: Vec<_> = tools.iter().filter(|tool| !here(tool)).map(|tool| package(tool)).collect();
    packages.dedup();
    packages
}

/// Looks whether they are here, and installs them if that is wanted.
pub fn have(tools: &[String], install: bool) -> Result<()> {
    let packages = missing(tools);
    if packages.is_empty() {
        return Ok(());
    }
    // Without what they recommend, which is a desktop, and which can conflict with newer versions of their tools.
    let words = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if !install {
        bail!("{} missing: `{words}`, or --install", tools.join(", "));
    }
    process::success(&mut process::command("apt-get", ["update"]))?;
    let mut command = process::command("apt-get", ["install", "--yes", "--no-install-recommends"]);
    process::success(command.args(packages))?;
    Ok(())
}

fn package(tool: &str) -> &'static str {
    match tool {
        "qemu-system-x86_64" | "qemu-system-i386" => "qemu-system-x86",
        "qemu-system-arm" | "qemu-system-aarch64" => "qemu-system-arm",
        "qemu-system-ppc64" => "qemu-system-ppc",
        "qemu-system-riscv64" | "qemu-system-s390x" => "qemu-system-misc",
        "apt-get" => "apt",
        "dpkg-deb" => "dpkg",
        "tar" => "tar",
        _ => "qemu-user-static",
    }
}
