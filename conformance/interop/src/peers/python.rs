//! Python's standard library: `peer.py`, which does what it is told on its standard input.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::LazyLock,
};

use crate::{
    Address, Error, Link, Peer, Profile, Transport,
    peer::{Kind, LIMIT, Talk},
};

/// The script, by whatever `python3` is there.
pub struct Python;

impl Peer for Python {
    fn name(&self) -> &'static str {
        "Python"
    }

    fn version(&self) -> Result<String, String> {
        static VERSION: LazyLock<Result<String, String>> = LazyLock::new(|| {
            // Descriptors are passed since 3.9.
            let what = "import socket, platform; socket.send_fds; print(platform.python_version())";
            let run = Command::new("python3").args(["-I", "-c", what]).output();
            let output = run.map_err(|error| format!("python3 cannot be run: {error}"))?;
            if !output.status.success() {
                return Err("python3 is older than 3.9".into());
            }
            Ok(String::from_utf8_lossy(&output.stdout).trim().into())
        });
        VERSION.clone()
    }

    fn speaks(&self, profile: Profile, transport: Transport) -> bool {
        profile != Profile::Fd || transport == Transport::Unix
    }

    fn lends(&self, profile: Profile) -> bool {
        profile == Profile::Fd
    }

    fn half_closes(&self, _: Profile) -> bool {
        true
    }

    fn connect(&self, address: &Address, profile: Profile, talk: &mut Talk) -> Result<(), Error> {
        let mut script = Script::start("connect", address, profile)?;
        talk(&mut script);
        Ok(())
    }

    fn serve(
        &self,
        address: &Address,
        profile: Profile,
        ready: &mut dyn FnMut(Address),
        talk: &mut Talk,
    ) -> Result<(), Error> {
        let mut script = Script::start("serve", address, profile)?;
        let at = script.line()?;
        ready(match address {
            Address::Tcp(_) => Address::Tcp(at.parse().map_err(Error::other)?),
            Address::Unix(_) => address.clone(),
        });
        talk(&mut script);
        Ok(())
    }
}

/// One that runs. It ends when its standard input does, and by itself after a while.
struct Script {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Script {
    fn start(role: &str, address: &Address, profile: Profile) -> Result<Self, Error> {
        let transport = if matches!(address, Address::Tcp(_)) { "tcp" } else { "unix" };
        let mut child = Command::new("python3")
            .args(["-I", concat!(env!("CARGO_MANIFEST_DIR"), "/peer.py"), role, transport])
            .args([address.to_string(), format!("{profile:?}"), crate::MAX.to_string(), LIMIT.as_secs().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().expect("it was asked for"));
        Ok(Self { child, stdin, stdout: BufReader::new(stdout) })
    }

    /// Has it do something, and takes the answer: a frame, or nothing.
    fn ask(&mut self, command: &str, frame: Option<&[u8]>) -> Result<Option<Vec<u8>>, Error> {
        let stdin = self.stdin.as_mut().expect("it is closed last");
        writeln!(stdin, "{command} {}", frame.map_or(0, <[u8]>::len))?;
        stdin.write_all(frame.unwrap_or_default())?;
        let answer = self.line()?;
        match answer.split_once(' ').unwrap_or((&answer, "")) {
            ("done", _) => Ok(None),
            ("frame", len) => {
                let mut frame = vec![0; len.parse().map_err(Error::other)?];
                self.stdout.read_exact(&mut frame)?;
                Ok(Some(frame))
            }
            (kind, words) => Err(Error { kind: Kind::named(kind), words: words.into() }),
        }
    }

    fn line(&mut self) -> Result<String, Error> {
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        Ok(line.trim_end().into())
    }
}

impl Link for Script {
    fn send(&mut self, frame: &[u8]) -> Result<(), Error> {
        self.ask("feed", Some(frame))?;
        self.ask("flush", None).map(drop)
    }

    fn send_all(&mut self, frames: &[Vec<u8>]) -> Result<(), Error> {
        for frame in frames {
            self.ask("feed", Some(frame))?;
        }
        self.ask("flush", None).map(drop)
    }

    fn recv(&mut self) -> Result<Option<Vec<u8>>, Error> {
        self.ask("recv", None)
    }

    fn lend(&mut self, frame: &[u8]) -> Result<(), Error> {
        self.ask("lend", Some(frame)).map(drop)
    }

    fn returned(&mut self) -> Result<Vec<u8>, Error> {
        self.ask("returned", None)?.ok_or_else(|| Error::other("no frame"))
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.ask("finish", None).map(drop)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.wait();
    }
}
