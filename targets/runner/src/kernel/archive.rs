//! Kernels from Debian's archive, of any release and architecture, without a word in the settings of this machine.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use super::Kernel;
use crate::{build, process};

/// The image of this kernel, from the archive or from an earlier run.
pub fn kernel(kernel: &Kernel) -> Result<PathBuf> {
    let name = format!("{}-{}", kernel.version, kernel.machine.architecture);
    let folder = build::folder().join("target/kernels");
    let image = folder.join(&name);
    if image.exists() {
        return Ok(image);
    }
    fs::create_dir_all(&folder)?;
    let apt = Apt::new(&folder.join(name + ".apt"), kernel)?;
    let package = apt.download(kernel.package)?;
    // Under another name until it is whole.
    let partial = image.with_extension("partial");
    unpack(&package, &partial)?;
    fs::rename(&partial, &image)?;
    fs::remove_dir_all(&apt.folder)?;
    Ok(image)
}

/// An apt that looks at one release and one architecture, and keeps all that it knows in a folder of its own. apt.conf(5).
struct Apt {
    folder: PathBuf,
}

impl Apt {
    fn new(folder: &Path, kernel: &Kernel) -> Result<Self> {
        for part in ["lists/partial", "archives/partial"] {
            fs::create_dir_all(folder.join(part))?;
        }
        let folder = folder.canonicalize()?;
        fs::File::create(folder.join("status"))?;
        let keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
        ensure!(Path::new(keys).exists(), "no keys of the archive: `apt-get install debian-archive-keyring`");
        let sources = format!("deb [signed-by={keys}] {} {} main\n", mirror()?, kernel.suite);
        fs::write(folder.join("sources.list"), sources)?;
        let mut file = fs::File::create(folder.join("apt.conf"))?;
        let (architecture, at) = (kernel.machine.architecture, folder.display());
        // Old releases are not signed anew; and there is nobody here as whom to download but whoever runs this.
        write!(
            file,
            "APT::Architecture \"{architecture}\";\nAPT::Architectures {{ \"{architecture}\"; }};\nAPT::Sandbox::User \"\";\n\
             Dir::State \"{at}\";\nDir::State::status \"{at}/status\";\nDir::Cache \"{at}\";\n\
             Dir::Etc::sourcelist \"{at}/sources.list\";\nDir::Etc::sourceparts \"/dev/null\";\n\
             Acquire::GzipIndexes \"true\";\nAcquire::Languages \"none\";\nAcquire::Check-Valid-Until \"false\";\n"
        )?;
        let apt = Self { folder };
        apt.run("apt-get", &["--quiet", "update"])?;
        Ok(apt)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let mut command = process::command(program, arguments);
        process::success(command.current_dir(&self.folder).env("APT_CONFIG", self.folder.join("apt.conf")))
    }

    /// Downloads what the package of this name stands for, the newest kernel of its kind.
    fn download(&self, name: &str) -> Result<PathBuf> {
        let depends = self.run("apt-cache", &["depends", "--important", name])?;
        let kernel = depends.lines().find_map(|line| line.trim().strip_prefix("Depends: linux-image-"));
        let kernel = format!("linux-image-{}", kernel.context("the archive has no such kernel")?);
        self.run("apt-get", &["--quiet", "download", &kernel])?;
        let mut files = fs::read_dir(&self.folder)?.filter_map(|entry| Some(entry.ok()?.path()));
        files.find(|path| path.extension().is_some_and(|it| it == "deb")).context("apt-get has downloaded nothing")
    }
}

/// Where this machine gets Debian's packages from, or what SOCKPIPE_DEBIAN says.
fn mirror() -> Result<String> {
    if let Ok(mirror) = env::var("SOCKPIPE_DEBIAN") {
        return Ok(mirror);
    }
    let format = ["indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages"];
    let known = process::success(&mut process::command("apt-get", format))?;
    let debian = known.lines().find_map(|line| line.strip_prefix("Debian "));
    Ok(debian.context("this is no Debian: say in SOCKPIPE_DEBIAN where an archive of its packages is")?.to_owned())
}

/// Takes the one image out of the package.
fn unpack(package: &Path, to: &Path) -> Result<()> {
    let mut all = Command::new("dpkg-deb").arg("--fsys-tarfile").arg(package).stdout(Stdio::piped()).spawn()?;
    let files = all.stdout.take().context("it is piped")?;
    let status = Command::new("tar")
        .args(["--extract", "--to-stdout", "--wildcards", "./boot/vmlinu*"])
        .stdin(files)
        .stdout(fs::File::create(to)?)
        .status()?;
    if !all.wait()?.success() || !status.success() {
        bail!("there is no image in {}", package.display());
    }
    Ok(())
}
