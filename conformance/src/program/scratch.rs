//! A copy of the sources that may be broken, and the program built from it.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The copy, under the sources' own `target/`, where git does not look.
pub struct Scratch {
    sources: PathBuf,
    copy: PathBuf,
    build: PathBuf,
}

impl Scratch {
    /// Copies what the workspace is built from.
    pub fn new() -> io::Result<Self> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = sources.join("target/mutants");
        let scratch = Self { copy: folder.join("sources"), build: folder.join("build"), sources };
        if scratch.copy.exists() {
            fs::remove_dir_all(&scratch.copy)?;
        }
        fs::create_dir_all(&scratch.copy)?;
        for part in ["Cargo.toml", "Cargo.lock", "README.md", "src", "conformance", "loom_tests", "benches"] {
            copy(&scratch.sources.join(part), &scratch.copy.join(part))?;
        }
        Ok(scratch)
    }

    /// What stands in this file of the sources.
    pub fn original(&self, file: &str) -> io::Result<String> {
        fs::read_to_string(self.sources.join(file))
    }

    /// Changes the file of the copy.
    pub fn write(&self, file: &str, text: &str) -> io::Result<()> {
        fs::write(self.copy.join(file), text)
    }

    /// Builds the program. False: it does not compile.
    pub fn build(&self) -> io::Result<bool> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let build = Command::new(cargo)
            .args(["build", "--quiet", "--offline", "--locked", "--package", "conformance", "--bin", "conformance"])
            .arg("--target-dir")
            .arg(&self.build)
            .current_dir(&self.copy)
            .output()?;
        Ok(build.status.success())
    }

    /// Runs the program that was built.
    pub fn run(&self, arguments: &[&str]) -> io::Result<Output> {
        Command::new(self.build.join("debug/conformance")).args(arguments).output()
    }
}

/// A file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
