//! The one that is tested. Each way to send and each way to receive has its turn.

use sockpipe::{
    Address, Deadline, Never, Sock,
    link::{self, Format, FrameError, RxError, TxError},
};

use crate::{
    Error, Kind, Link, MAX, Peer, Profile, Transport,
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

    fn lends(&self, _: Profile) -> bool {
        false
    }

    fn half_closes(&self, _: Profile) -> bool {
        true
    }

    fn connect(&self, address: &crate::Address, profile: Profile, talk: &mut Talk) -> Result<(), Error> {
        let sock = Sock::connect_to(&ours(address)?, PATIENCE, &Never).map_err(Error::other)?;
        hold(&sock, profile, talk);
        Ok(())
    }

    fn serve(
        &self,
        address: &crate::Address,
        profile: Profile,
        ready: &mut dyn FnMut(crate::Address),
        talk: &mut Talk,
    ) -> Result<(), Error> {
        let listener = Sock::listen_on(&ours(address)?, 1).map_err(Error::other)?;
        ready(match listener.get_sock_name().map_err(Error::other)? {
            Address::Ip(address) => crate::Address::Tcp(address),
            _ => address.clone(),
        });
        let (sock, _) = listener.accept(PATIENCE, &Never).map_err(Error::other)?;
        hold(&sock, profile, talk);
        Ok(())
    }
}

fn ours(address: &crate::Address) -> Result<Address, Error> {
    match address {
        crate::Address::Tcp(address) => Ok(Address::Ip(*address)),
        crate::Address::Unix(path) => Address::path(path.as_os_str().as_encoded_bytes()).map_err(Error::other),
    }
}

fn hold(sock: &Sock, profile: Profile, talk: &mut Talk) {
    let max = MAX as u32;
    let format = match profile {
        Profile::Bare => Format::bare(max),
        Profile::Fd => Format::fd(max),
        _ => Format::plain(max),
    };
    let (mut pages, mut buffer) = (vec![0; PAGES], vec![0; BUFFER]);
    let link = link::Link::new(sock, sock, format, &mut pages, &mut buffer);
    talk(&mut Held { link, large: vec![0; MAX] });
}

struct Held<'b> {
    link: link::Link<'b, &'b Sock, &'b Sock>,
    /// For frames that do not fit into the link's memory.
    large: Vec<u8>,
}

impl Link for Held<'_> {
    fn send(&mut self, frame: &[u8]) -> Result<(), Error> {
        let tx = &mut self.link.tx;
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
        let mut batch = self.link.tx.batch();
        for frame in frames {
            batch.feed(frame, PATIENCE, &Never)?;
        }
        Ok(batch.flush(PATIENCE, &Never)?)
    }

    fn recv(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match self.link.rx.recv(PATIENCE, &Never) {
            Ok(frame) => Ok(frame.map(|frame| frame.to_vec())),
            Err(RxError::Larger { .. }) => {
                let len = self.link.rx.recv_into(&mut self.large, PATIENCE, &Never)?;
                Ok(len.map(|len| self.large[..len].to_vec()))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn finish(&mut self) -> Result<(), Error> {
        Ok(self.link.tx.close(PATIENCE, &Never)?)
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
