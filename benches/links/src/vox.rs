//! vox-stream's `StreamLink`, each thread with a runtime of its own.

use std::future::Future;

use benches::works::{
    Echo, RoundTrip,
    links::tokio_util::{Duplex, runtime, stream},
};
use futures_util::future::join_all;
use sockpipe::Sock;
use tokio::runtime::Runtime;
use vox_stream::StreamLink;
use vox_types::{Link, LinkRx, LinkTx};

type Reader = tokio::io::ReadHalf<Box<dyn Duplex>>;
type Writer = tokio::io::WriteHalf<Box<dyn Duplex>>;

fn link(sock: Sock) -> (impl LinkTx + 'static, impl LinkRx + 'static) {
    let (reader, writer) = tokio::io::split(stream(sock));
    StreamLink::<Reader, Writer>::new(reader, writer).split()
}

fn on<T>(runtime: &Runtime, future: impl Future<Output = T>) -> T {
    runtime.block_on(future)
}

pub fn send(to: Sock, length: usize) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let (tx, rx) = {
        let _entered = runtime.enter();
        link(to)
    };
    let payload = vec![7; length];
    Box::new(move || {
        let _ = &rx;
        on(&runtime, tx.send(payload.clone())).unwrap();
    })
}

pub fn batch(to: Sock, frames: usize) -> Box<dyn FnMut()> {
    let runtime = runtime();
    let (tx, rx) = {
        let _entered = runtime.enter();
        link(to)
    };
    Box::new(move || {
        let _ = &rx;
        on(&runtime, join_all((0..frames).map(|_| tx.send(vec![7; 16])))).into_iter().for_each(|sent| sent.unwrap());
    })
}

pub fn round_trip(sock: Sock, length: usize) -> RoundTrip {
    let runtime = runtime();
    let (tx, mut rx) = {
        let _entered = runtime.enter();
        link(sock)
    };
    let payload = vec![7; length];
    Box::new(move || {
        on(&runtime, async {
            tx.send(payload.clone()).await.unwrap();
            assert_eq!(rx.recv().await.ok().flatten().unwrap().as_bytes().len(), length);
        });
    })
}

pub fn echo(sock: Sock, _: usize) -> Echo {
    let runtime = runtime();
    let (tx, mut rx) = {
        let _entered = runtime.enter();
        link(sock)
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

pub fn recv(sock: Sock, _: usize) -> Echo {
    let runtime = runtime();
    let (tx, mut rx) = {
        let _entered = runtime.enter();
        link(sock)
    };
    Box::new(move || {
        let _ = &tx;
        matches!(on(&runtime, rx.recv()), Ok(Some(_)))
    })
}
