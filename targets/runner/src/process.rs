//! Other programs: what they print, within a time.

use std::{
    ffi::OsStr,
    io::Read,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// More than the list takes on the slowest of the emulated machines.
const LIMIT: Duration = Duration::from_secs(900);

/// A program with arguments, and with nothing to read.
pub fn command<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs it, and returns what it printed, however it ended: that tells more than its status. What takes too long is killed.
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("{name} cannot be started"))?;
    let mut stdout = child.stdout.take().expect("it is piped");
    let (all, received) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.read_to_end(&mut bytes);
        let _ = all.send(read.map(|_| String::from_utf8_lossy(&bytes).into_owned()));
    });
    let result = received.recv_timeout(LIMIT);
    if result.is_err() {
        let _ = child.kill();
    }
    child.wait()?;
    let Ok(text) = result else { bail!("{name} took longer than {} s", LIMIT.as_secs()) };
    Ok(text?)
}

/// Runs it, and returns the last of what it said if it did not succeed.
pub fn success(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} cannot be started"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        bail!("{name} ended with {}: {said}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `qemu-NAME 7.2.22` of whatever it says in its first line.
pub fn version(emulator: &str) -> String {
    let said = success(&mut command(emulator, ["--version"])).unwrap_or_default();
    let number = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    format!("{emulator} {}", number.unwrap_or("?"))
}

/// A Cortex-M4 with semihosting, and a clock that goes by instructions: what happens does not depend on this machine.
pub fn bare_metal(program: &Path) -> Command {
    let mut command = Command::new("qemu-system-arm");
    command.args(["-M", "mps2-an386", "-icount", "shift=6,sleep=off", "-display", "none"]);
    command.args(["-semihosting-config", "enable=on,target=native", "-kernel"]).arg(program);
    command
}
