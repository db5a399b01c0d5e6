//! The one that is tested. Each way to send and each way to receive has its turn.

use std::{
    os::fd::{AsFd, OwnedFd},
    path::Path,
};

use sockpipe::{
    Address, Deadline, Never, Sock,
    link::{
        FdRx, Format, FrameError, Rx, RxError, Tx, TxError,
        local::{self, LocalListener},
        tcp,
    },
};

use crate::{
    Error, Kind, Link, MAX, Peer, Profile, Transport,
    loan::{self, Loan},
    peer::{LIMIT, Talk},
};

/// sockpipe.
pub struct Ours;

const PATIENCE: Deadline = Deadline::Within(LIMIT);
/// Two pages, and the memory to receive into: too little for the frames that are longer than 4,096 bytes.
const PAGES: usize = 32 << 10;
const BUFFER: usize = 16 << 10;

impl Peer for Ours {
    fn name(&self) -> &'static str {
        super::OURS
    }

    fn version(&self) -> Result<String, String> {
        super::locked(self.name())
    }

    fn speaks(&self, profile: Profile, transport: Transport) -> bool {
        match profile {
            Profile::Bare | Profile::Plain => true,
            Profile::Fd => transport == Transport::Unix,
            Profile::Next | Profile::Flagged => false,
        }
    }

    fn lends(&self, profile: Profile) -> bool {
        profile == Profile::Fd
    }

    fn half_closes(&self, _: Profile) -> bool {
        true
    }

    fn connect(&self, address: &crate::Address, profile: Profile, talk: &mut Talk) -> Result<(), Error> {
        let sock = match address {
            crate::Address::Tcp(address) => tcp::connect([*address], PATIENCE, &Never),
            crate::Address::Unix(path) => local::connect(&unix(path)?, PATIENCE, &Never),
        };
        hold(&sock.map_err(Error::other)?, profile, talk);
        Ok(())
    }

    fn serve(
        &self,
        address: &crate::Address,
        profile: Profile,
        ready: &mut dyn FnMut(crate::Address),
        talk: &mut Talk,
    ) -> Result<(), Error> {
        let sock = match address {
            crate::Address::Tcp(at) => {
                let listener = tcp::listen(*at, 1).map_err(Error::other)?;
                if let Address::Ip(at) = listener.get_sock_name().map_err(Error::other)? {
                    ready(crate::Address::Tcp(at));
                }
                listener.accept(PATIENCE, &Never).map(|(sock, _)| sock)
            }
            crate::Address::Unix(path) => {
                let listener = LocalListener::bind(&unix(path)?).map_err(Error::other)?;
                ready(address.clone());
                listener.accept(PATIENCE, &Never)
            }
        };
        hold(&sock.map_err(Error::other)?, profile, talk);
        Ok(())
    }
}

fn unix(path: &Path) -> Result<Address, Error> {
    Address::path(path.as_os_str().as_encoded_bytes()).map_err(Error::other)
}

fn hold(sock: &Sock, profile: Profile, talk: &mut Talk) {
    let max = MAX as u32;
    let format = match profile {
        Profile::Bare => Format::bare(max),
        Profile::Fd => Format::fd(max),
        _ => Format::plain(max),
    };
    let (mut pages, mut buffer, mut slots) = (vec![0; PAGES], vec![0; BUFFER], [const { None }; 2]);
    let tx = Tx::new(sock, format, &mut pages);
    let rx = Rx::new(sock, format, &mut buffer).with_fds(&mut slots);
    talk(&mut Held { tx, rx, large: vec![0; MAX], loan: Loan::default() });
}

struct Held<'b> {
    tx: Tx<'b, &'b Sock>,
    rx: FdRx<'b, &'b Sock>,
    /// For frames that do not fit into the link's memory.
    large: Vec<u8>,
    loan: Loan,
}

impl Link for Held<'_> {
    fn send(&mut self, frame: &[u8]) -> Result<(), Error> {
        let tx = &mut self.tx;
        match frame.len() {
            // In the link's memory, in less than was reserved, and behind what is not used.
            len @ 1..=3 => {
                let unused = tx.reserve(100, PATIENCE, &Never)?.alloc(50)?;
                let mut slot = tx.reserve(len + 10, PATIENCE, &Never)?.alloc(len)?;
                slot.copy_from_slice(frame);
                slot.commit()?;
                drop(unused);
                tx.flush(PATIENCE, &Never)?;
            }
            // The empty frame and those in the middle, also one that is longer than a page.
            0..MAX => {
                let (a, b) = frame.split_at(frame.len() / 3);
                tx.send_vectored(&[a, b], PATIENCE, &Never)?;
            }
            _ => tx.send_large(frame, PATIENCE, &Never)?,
        }
        Ok(())
    }

    fn send_all(&mut self, frames: &[Vec<u8>]) -> Result<(), Error> {
        let mut batch = self.tx.batch();
        for frame in frames {
            batch.feed(frame, PATIENCE, &Never)?;
        }
        Ok(batch.flush(PATIENCE, &Never)?)
    }

    fn recv(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let came = match self.rx.recv(PATIENCE, &Never) {
            Err(RxError::Larger { .. }) => self.rx.recv_into(&mut self.large, PATIENCE, &Never)?,
            came => came?,
        };
        let Some(came) = came else { return Ok(None) };
        let frame = came.payload.to_vec();
        loan::give_back(&frame, came.fds)?;
        Ok(Some(frame))
    }

    fn lend(&mut self, frame: &[u8]) -> Result<(), Error> {
        let end: OwnedFd = self.loan.lend()?;
        Ok(self.tx.send_with_fds(frame, &[end.as_fd()], PATIENCE, &Never)?)
    }

    fn returned(&mut self) -> Result<Vec<u8>, Error> {
        self.loan.returned()
    }

    fn finish(&mut self) -> Result<(), Error> {
        Ok(self.tx.close(PATIENCE, &Never)?)
    }
}

impl From<RxError> for Error {
    fn from(error: RxError) -> Self {
        let kind = match error {
            RxError::Protocol(FrameError::BadMagic) => Kind::BadMagic,
            RxError::Protocol(FrameError::BadVersion(2)) => Kind::BadVersion,
            RxError::Protocol(FrameError::WrongProfile(_)) => Kind::WrongProfile,
            RxError::Protocol(FrameError::UnknownFlags(0x80)) => Kind::UnknownFlags,
            RxError::Protocol(FrameError::Prologue) => Kind::Prologue,
            _ => Kind::Other,
        };
        Self { kind, words: format!("{error:?}") }
    }
}

impl From<TxError> for Error {
    fn from(error: TxError) -> Self {
        Self::other(error)
    }
}
