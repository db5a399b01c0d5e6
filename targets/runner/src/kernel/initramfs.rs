//! All that there is on the emulated machine: our program, a console, and where /proc is mounted.

use std::{
    fs::{self, File},
    io::{Cursor, Read, Seek, Write},
    path::{Path, PathBuf},
};

use anyhow::Result;
use cpio::{NewcBuilder, newc::ModeFileType, write_cpio};

trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}

/// Writes it beside the program, and returns where.
pub fn with(program: &Path) -> Result<PathBuf> {
    let nothing = || Box::new(Cursor::new([])) as Box<dyn Bytes>;
    let folder = |name: &str| (entry(name, ModeFileType::Directory, 0o755), nothing());
    let device = |name: &str, major, minor| {
        (entry(name, ModeFileType::Char, 0o600).rdev_major(major).rdev_minor(minor), nothing())
    };
    let init = Box::new(Cursor::new(fs::read(program)?)) as Box<dyn Bytes>;
    let path = program.with_extension("cpio");
    let file = write_cpio(
        [
            folder("dev"),
            folder("proc"),
            folder("tmp"),
            // Process 1 has it as descriptors 0 to 2.
            device("dev/console", 5, 1),
            device("dev/null", 1, 3),
            (entry("init", ModeFileType::Regular, 0o755), init),
        ]
        .into_iter(),
        File::create(&path)?,
    );
    file?.flush()?;
    Ok(path)
}

fn entry(name: &str, kind: ModeFileType, mode: u32) -> NewcBuilder {
    NewcBuilder::new(name).mode(mode).set_mode_file_type(kind)
}
