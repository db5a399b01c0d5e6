//! tokio-util: `LengthDelimitedCodec` with four bytes, little endian, which is bare.

use futures_util::{SinkExt, StreamExt, stream};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use super::runtime::{RUNTIME, block_on};
use crate::{Address, Error, Link, MAX, Peer, Profile, Transport, peer::Talk};

/// The codec.
pub struct Codec;

impl Peer for Codec {
    fn name(&self) -> &'static str {
        "tokio-util"
    }

    fn version(&self) -> Result<String, String> {
        super::locked(self.name())
    }

    fn speaks(&self, profile: Profile, _: Transport) -> bool {
        profile == Profile::Bare
    }

    fn lends(&self, _: Profile) -> bool {
        false
    }

    fn half_closes(&self, _: Profile) -> bool {
        true
    }

    fn connect(&self, address: &Address, _: Profile, talk: &mut Talk) -> Result<(), Error> {
        match address {
            Address::Tcp(address) => talk(&mut framed(block_on(TcpStream::connect(address))?)),
            Address::Unix(path) => talk(&mut framed(block_on(UnixStream::connect(path))?)),
        }
        Ok(())
    }

    fn serve(
        &self,
        address: &Address,
        _: Profile,
        ready: &mut dyn FnMut(Address),
        talk: &mut Talk,
    ) -> Result<(), Error> {
        let _here = RUNTIME.enter();
        match address {
            Address::Tcp(address) => {
                let listener = block_on(TcpListener::bind(address))?;
                ready(Address::Tcp(listener.local_addr()?));
                talk(&mut framed(block_on(listener.accept())?.0));
            }
            Address::Unix(path) => {
                let listener = UnixListener::bind(path)?;
                ready(address.clone());
                talk(&mut framed(block_on(listener.accept())?.0));
            }
        }
        Ok(())
    }
}

fn framed<S: AsyncRead + AsyncWrite>(stream: S) -> Framed<S, LengthDelimitedCodec> {
    LengthDelimitedCodec::builder().little_endian().length_field_length(4).max_frame_length(MAX).new_framed(stream)
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link for Framed<S, LengthDelimitedCodec> {
    fn send(&mut self, frame: &[u8]) -> Result<(), Error> {
        block_on(SinkExt::send(self, frame))
    }

    fn send_all(&mut self, frames: &[Vec<u8>]) -> Result<(), Error> {
        let mut frames = stream::iter(frames.iter().map(|frame| Ok(frame.as_slice())));
        block_on(SinkExt::send_all(self, &mut frames))
    }

    fn recv(&mut self) -> Result<Option<Vec<u8>>, Error> {
        Ok(block_on(async { self.next().await.transpose() })?.map(|frame| frame.to_vec()))
    }

    /// This shuts down the sending side only.
    fn finish(&mut self) -> Result<(), Error> {
        block_on(SinkExt::<&[u8]>::close(self))
    }
}
