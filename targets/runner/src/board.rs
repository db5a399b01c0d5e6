//! A board that ssh reaches: one file goes there, runs, and is gone again.

use std::{fs::File, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::process;

/// Needs a shell with mktemp there, and neither scp nor sftp. The status is that of the program.
const THERE: &str =
    "d=$(mktemp -d) && cat >$d/list && chmod 700 $d/list && $d/list </dev/null; s=$?; rm -r $d; exit $s";

/// The CPU of this board, as uname calls it.
pub fn cpu(ssh: &str, host: &str) -> Result<String> {
    let said =
        process::success(&mut command(ssh, host, "uname -m")?).with_context(|| format!("{host} cannot be reached"))?;
    Ok(said.trim().to_owned())
}

/// Copies the program there, runs it, and brings back what it printed.
pub fn run(ssh: &str, host: &str, program: &Path) -> Result<String> {
    let mut command = command(ssh, host, THERE)?;
    command.stdin(File::open(program)?);
    process::output(&mut command)
}

fn command(ssh: &str, host: &str, there: &str) -> Result<Command> {
    let mut words = ssh.split_whitespace();
    let Some(program) = words.next() else { bail!("no command to reach {host} by") };
    let mut command = process::command(program, words);
    command.arg(host).arg(there);
    Ok(command)
}
