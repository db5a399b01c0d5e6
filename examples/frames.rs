//! Frames over TCP: an echo server, and four threads that share one link to it.
//!
//!     cargo run --release --example frames                          # both ends in this process
//!     cargo run --release --example frames -- serve 127.0.0.1:7000  # or the server, for as long as somebody is connected
//!
//! It speaks the bare profile: a length of four bytes, the lowest first, and so many bytes. Anything that does can be at the other end.
#![allow(missing_docs)]

use std::{env, error::Error, net::SocketAddr, thread, time::Duration};

use sockpipe::{
    Address, Deadline, Never, Sock,
    link::{Format, Link, Rx, RxError, Tx, tcp},
};

/// Both sides have agreed on it.
const FORMAT: Format = Format::bare(1 << 20);
const PATIENCE: Deadline = Deadline::Within(Duration::from_secs(10));
const SENDERS: u32 = 4;
const FRAMES: u32 = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => both(),
        ["serve", address] => {
            let listener = tcp::listen(address.parse::<SocketAddr>()?, 1)?;
            let (sock, peer) = listener.accept(Deadline::Never, &Never)?;
            println!("{} frames sent back to {peer}", echo(&sock)?);
            Ok(())
        }
        _ => Err("usage: frames [serve ADDRESS]".into()),
    }
}

fn both() -> Result<(), Box<dyn Error>> {
    let listener = tcp::listen(([127, 0, 0, 1], 0), 1)?;
    let Address::Ip(address) = listener.get_sock_name()? else { return Err("not an IP address".into()) };
    thread::scope(|scope| {
        let server = scope.spawn(move || -> Result<u32, String> {
            let (sock, _) = listener.accept(PATIENCE, &Never).map_err(|error| error.to_string())?;
            echo(&sock).map_err(|error| error.to_string())
        });
        let came = client(&tcp::connect([address], PATIENCE, &Never)?)?;
        let sent_back = server.join().map_err(|_| "the server has panicked")??;
        println!("{came} frames of {SENDERS} threads came back, of {sent_back} that the server has sent");
        Ok(())
    })
}

/// Sends each frame back, until the peer sends no more.
fn echo(sock: &Sock) -> Result<u32, Box<dyn Error>> {
    let (mut pages, mut buffer, mut large, mut frames) = (vec![0; 65536], vec![0; 65536], vec![0; 1 << 20], 0);
    let mut link = Link::new(sock, sock, FORMAT, &mut pages, &mut buffer);
    loop {
        let frame = match link.rx.recv(PATIENCE, &Never) {
            Ok(Some(frame)) => frame,
            Ok(None) => break,
            // Longer than the buffer: into memory that has room for any.
            Err(RxError::Larger { .. }) => match link.rx.recv_into(&mut large, PATIENCE, &Never)? {
                Some(len) => large.get_mut(..len).unwrap_or_default(),
                None => break,
            },
            Err(error) => return Err(error.into()),
        };
        link.tx.send_large(frame, PATIENCE, &Never)?;
        frames += 1;
    }
    link.tx.close(PATIENCE, &Never)?;
    Ok(frames)
}

/// Several threads send by the same half, and this one receives.
fn client(sock: &Sock) -> Result<u32, Box<dyn Error>> {
    let (mut pages, mut buffer) = (vec![0; 65536], vec![0; 65536]);
    let mut tx = Tx::new(sock, FORMAT, &mut pages);
    let mut rx = Rx::new(sock, FORMAT, &mut buffer);
    thread::scope(|scope| {
        let tx = &tx;
        for sender in 0..SENDERS {
            scope.spawn(move || {
                (0..FRAMES).try_for_each(|n| tx.send(format!("{sender}: {n}").as_bytes(), PATIENCE, &Never))
            });
        }
        // As many come back, those of each thread in order.
        let mut next = [0; SENDERS as usize];
        for _ in 0..SENDERS * FRAMES {
            let frame = rx.recv(PATIENCE, &Never)?.ok_or("the server has ended")?;
            let (sender, n) = str::from_utf8(frame)?.split_once(": ").ok_or("not what was sent")?;
            let next = next.get_mut(sender.parse::<usize>()?).ok_or("not a sender")?;
            if n.parse::<u32>()? != *next {
                return Err(Box::<dyn Error>::from("out of order"));
            }
            *next += 1;
        }
        Ok(())
    })?;
    tx.close(PATIENCE, &Never)?;
    Ok(SENDERS * FRAMES)
}
