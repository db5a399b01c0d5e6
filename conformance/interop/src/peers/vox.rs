//! vox-stream: `StreamLink` speaks plain, `LocalLink` speaks fd.

use std::io;

use futures_util::future::try_join_all;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use vox_stream::{LocalLink, LocalLinkAcceptor, LocalListener, StreamLink};
use vox_types::{Backing, LinkRx, LinkTx};

use super::runtime::{RUNTIME, block_on};
use crate::{
    Address, Error, Link, Peer, Profile, Transport,
    loan::{Loan, give_back},
    peer::Talk,
};

/// The crate.
pub struct Vox;

impl Peer for Vox {
    fn name(&self) -> &'static str {
        "vox-stream"
    }

    fn version(&self) -> Result<String, String> {
        super::locked(self.name())
    }

    fn speaks(&self, profile: Profile, transport: Transport) -> bool {
        profile == Profile::Plain || profile == Profile::Fd && transport == Transport::Unix
    }

    fn lends(&self, profile: Profile) -> bool {
        profile == Profile::Fd
    }

    fn half_closes(&self, profile: Profile) -> bool {
        profile != Profile::Fd
    }

    fn connect(&self, address: &Address, profile: Profile, talk: &mut Talk) -> Result<(), Error> {
        match address {
            Address::Tcp(address) => hold(StreamLink::tcp(block_on(TcpStream::connect(address))?), talk),
            Address::Unix(path) if profile == Profile::Fd => {
                hold(block_on(LocalLink::connect(&path.to_string_lossy()))?, talk)
            }
            Address::Unix(path) => hold(StreamLink::unix(block_on(UnixStream::connect(path))?), talk),
        }
        Ok(())
    }

    fn serve(
        &self,
        address: &Address,
        profile: Profile,
        ready: &mut dyn FnMut(Address),
        talk: &mut Talk,
    ) -> Result<(), Error> {
        let _here = RUNTIME.enter();
        match address {
            Address::Tcp(address) => {
                let listener = block_on(TcpListener::bind(address))?;
                ready(Address::Tcp(listener.local_addr()?));
                hold(StreamLink::tcp(block_on(listener.accept())?.0), talk);
            }
            Address::Unix(path) if profile == Profile::Fd => {
                let acceptor = LocalLinkAcceptor::bind(path.to_string_lossy())?;
                ready(address.clone());
                hold(block_on(acceptor.accept())?, talk);
            }
            Address::Unix(path) => {
                let listener = LocalListener::bind(path)?;
                ready(address.clone());
                hold(StreamLink::unix(block_on(listener.accept())?), talk);
            }
        }
        Ok(())
    }
}

fn hold(link: impl vox_types::Link<Rx: LinkRx<Error = io::Error>>, talk: &mut Talk) {
    let _here = RUNTIME.enter();
    let (tx, rx) = link.split();
    talk(&mut Halves { tx: Some(tx), rx: Some(rx), loan: Loan::default() });
}

struct Halves<Tx, Rx> {
    tx: Option<Tx>,
    rx: Option<Rx>,
    loan: Loan,
}

impl<Tx: LinkTx, Rx: LinkRx<Error = io::Error>> Halves<Tx, Rx> {
    fn tx(&self) -> Result<&Tx, Error> {
        self.tx.as_ref().ok_or_else(|| Error::other("finished already"))
    }
}

impl<Tx: LinkTx, Rx: LinkRx<Error = io::Error>> Link for Halves<Tx, Rx> {
    fn send(&mut self, frame: &[u8]) -> Result<(), Error> {
        block_on(self.tx()?.send(frame.to_vec()))
    }

    /// Each send waits until it is flushed, so that only those at the same time go out together.
    fn send_all(&mut self, frames: &[Vec<u8>]) -> Result<(), Error> {
        let tx = self.tx()?;
        block_on(try_join_all(frames.iter().map(|frame| tx.send(frame.clone()))))?;
        Ok(())
    }

    fn recv(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let rx = self.rx.as_mut().ok_or_else(|| Error::other("closed already"))?;
        let Some(backing) = block_on(rx.recv())? else { return Ok(None) };
        let frame = match &backing {
            Backing::Boxed(bytes) => bytes.to_vec(),
            Backing::Shared(bytes) => bytes.as_bytes().to_vec(),
        };
        give_back(&frame, rx.take_frame_fds())?;
        Ok(Some(frame))
    }

    fn lend(&mut self, frame: &[u8]) -> Result<(), Error> {
        let end = self.loan.lend()?;
        block_on(self.tx()?.send_with_fds(frame.to_vec(), vec![end]))
    }

    fn returned(&mut self) -> Result<Vec<u8>, Error> {
        self.loan.returned()
    }

    fn finish(&mut self) -> Result<(), Error> {
        let Some(tx) = self.tx.take() else { return Ok(()) };
        let can_lend = tx.supports_fd_passing();
        block_on(tx.close())?;
        if can_lend {
            // Closing does not tell the other end; dropping both halves does.
            self.rx = None;
        }
        Ok(())
    }
}
