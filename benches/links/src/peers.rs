//! tokio-util's `LengthDelimitedCodec` and vox-stream's `StreamLink`, each thread with a runtime of its own.

use std::{future::Future, os::fd::OwnedFd, sync::Arc};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, future::join_all};
use sockpipe::Sock;
use tokio::{
    net::{TcpStream, UnixStream},
    runtime::Runtime,
};
use tokio_util::codec::{Framed, LengthDelimitedCodec};
use vox_stream::StreamLink;
use vox_types::{Link, LinkRx, LinkTx};

use benches::works::{Echo, RoundTrip};

/// One that does not care which family it is.
trait Duplex: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send {}
impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send> Duplex for S {}

fn runtime() -> Arc<Runtime> {
    Arc::new(tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap())
}

/// As tokio's, on the runtime that is entered.
fn stream(sock: Sock) -> Box<dyn Duplex> {
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

pub fn tokio_util_send(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let _entered = runtime.enter();
    let (mut framed, payload) = (framed(to), Bytes::from(vec![7; length]));
    let runtime = runtime.clone();
    Box::new(move || runtime.block_on(framed.send(payload.clone())).unwrap())
}

pub fn tokio_util_feed(to: Sock, frames: usize) -> Box<dyn FnMut()> {
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

pub fn tokio_util_round_trip(sock: Sock, length: usize) -> RoundTrip {
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

pub fn tokio_util_echo(sock: Sock, _: usize) -> Echo {
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

type Reader = tokio::io::ReadHalf<Box<dyn Duplex>>;
type Writer = tokio::io::WriteHalf<Box<dyn Duplex>>;

fn vox(sock: Sock) -> (impl LinkTx + 'static, impl LinkRx + 'static) {
    let (reader, writer) = tokio::io::split(stream(sock));
    StreamLink::<Reader, Writer>::new(reader, writer).split()
}

fn on<T>(runtime: &Runtime, future: impl Future<Output = T>) -> T {
    runtime.block_on(future)
}

pub fn vox_send(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let (tx, rx) = {
        let _entered = runtime.enter();
        vox(to)
    };
    let payload = vec![7; length];
    Box::new(move || {
        let _ = &rx;
        on(&runtime, tx.send(payload.clone())).unwrap();
    })
}

pub fn vox_batch(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let (tx, rx) = {
        let _entered = runtime.enter();
        vox(to)
    };
    Box::new(move || {
        let _ = &rx;
        on(&runtime, join_all((0..frames).map(|_| tx.send(vec![7; 16])))).into_iter().for_each(|sent| sent.unwrap());
    })
}

pub fn vox_round_trip(sock: Sock, length: usize) -> RoundTrip {
    let runtime = runtime();
    let (tx, mut rx) = {
        let _entered = runtime.enter();
        vox(sock)
    };
    let payload = vec![7; length];
    Box::new(move || {
        on(&runtime, async {
            tx.send(payload.clone()).await.unwrap();
            assert_eq!(rx.recv().await.ok().flatten().unwrap().as_bytes().len(), length);
        });
    })
}

pub fn vox_echo(sock: Sock, _: usize) -> Echo {
    let runtime = runtime();
    let (tx, mut rx) = {
        let _entered = runtime.enter();
        vox(sock)
    };
    Box::new(move || {
        on(&runtime, async {
            match rx.recv().await {
                Ok(Some(frame)) => tx.send(frame.as_bytes().to_vec()).await.is_ok(),
                _ => false,
            }
        })
    })
}

pub fn vox_recv(sock: Sock, _: usize) -> Echo {
    let runtime = runtime();
    let (tx, mut rx) = {
        let _entered = runtime.enter();
        vox(sock)
    };
    Box::new(move || {
        let _ = &tx;
        matches!(on(&runtime, rx.recv()), Ok(Some(_)))
    })
}
