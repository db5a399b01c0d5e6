//! tokio-util's `LengthDelimitedCodec`, each thread with a runtime of its own.

use std::{os::fd::OwnedFd, sync::Arc};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use sockpipe::Sock;
use tokio::{
    net::{TcpStream, UnixStream},
    runtime::Runtime,
};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use super::{Echo, RoundTrip};

/// One that does not care which family it is.
pub trait Duplex: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send {}
impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send> Duplex for S {}

/// For one thread.
pub fn runtime() -> Arc<Runtime> {
    Arc::new(tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap())
}

/// As tokio's, on the runtime that is entered.
pub fn stream(sock: Sock) -> Box<dyn Duplex> {
    let is_tcp = matches!(sock.get_sock_name(), Ok(sockpipe::Address::Ip(_)));
    let fd = OwnedFd::from(sock);
    if is_tcp {
        let tcp = std::net::TcpStream::from(fd);
        tcp.set_nodelay(true).unwrap();
        return Box::new(TcpStream::from_std(tcp).unwrap());
    }
    Box::new(UnixStream::from_std(std::os::unix::net::UnixStream::from(fd)).unwrap())
}

fn framed(sock: Sock) -> Framed<Box<dyn Duplex>, LengthDelimitedCodec> {
    LengthDelimitedCodec::builder().little_endian().length_field_length(4).new_framed(stream(sock))
}

pub fn send(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let _entered = runtime.enter();
    let (mut framed, payload) = (framed(to), Bytes::from(vec![7; length]));
    let runtime = runtime.clone();
    Box::new(move || runtime.block_on(framed.send(payload.clone())).unwrap())
}

pub fn feed(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let _entered = runtime.enter();
    let (mut framed, payload) = (framed(to), Bytes::from(vec![7; 16]));
    framed.set_backpressure_boundary(16384);
    let runtime = runtime.clone();
    Box::new(move || {
        runtime.block_on(async {
            for _ in 0..frames {
                framed.feed(payload.clone()).await.unwrap();
            }
            SinkExt::<Bytes>::flush(&mut framed).await.unwrap();
        });
    })
}

pub fn round_trip(sock: Sock, length: usize) -> RoundTrip {
    let runtime = runtime();
    let _entered = runtime.enter();
    let (mut framed, payload) = (framed(sock), Bytes::from(vec![7; length]));
    let runtime = runtime.clone();
    Box::new(move || {
        runtime.block_on(async {
            framed.send(payload.clone()).await.unwrap();
            assert_eq!(framed.next().await.unwrap().unwrap().len(), length);
        });
    })
}

pub fn echo(sock: Sock, _: usize) -> Echo {
    let runtime = runtime();
    let _entered = runtime.enter();
    let mut framed = framed(sock);
    let runtime = runtime.clone();
    Box::new(move || {
        runtime.block_on(async {
            match framed.next().await {
                Some(Ok(frame)) => framed.send(frame.freeze()).await.is_ok(),
                _ => false,
            }
        })
    })
}

pub fn recv(sock: Sock, _: usize) -> Echo {
    let runtime = runtime();
    let _entered = runtime.enter();
    let mut framed = framed(sock);
    let runtime = runtime.clone();
    Box::new(move || runtime.block_on(async { framed.next().await.is_some_and(|frame| frame.is_ok()) }))
}
