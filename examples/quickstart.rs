//! Asks a line server something, and shows the three things that this crate is for: a request that is sent completely, one line
//! that is received without a byte of what follows it, and a token in a pipe that wakes up a thread which waits for the network.
//!
//! ```text
//! cargo run --release --example quickstart                                          # a server of its own
//! cargo run --release --example quickstart -- tcp 127.0.0.1:7656                    # an I2P router's SAM port
//! cargo run --release --example quickstart -- tcp 127.0.0.1:9051 PROTOCOLINFO 1     # Tor's control port
//! cargo run --release --example quickstart -- unix /run/tor/control PROTOCOLINFO 1  # the same as a Unix socket
//! ```

use std::{
    env, error::Error, net::Ipv4Addr, net::ToSocketAddrs, process::ExitCode, thread, time::Duration, time::Instant,
};

use sockpipe::{Address, Deadline, Errno, Events, Never, RecvError, Sock, TokenPipe, prelude::*};

/// How long each step may wait.
const SOON: Deadline = Deadline::Within(Duration::from_secs(5));

fn ask(address: &Address, request: &str) -> Result<(), Box<dyn Error>> {
    // Whoever waits with `bell` as its interrupt is woken by a token that is written into `rope`.
    let (bell, rope) = TokenPipe::pair()?;

    let sock = Sock::connect_to(address, SOON, &bell)?;
    println!("Connected to {address}.");

    sock.send_complete(format!("{request}\n").as_bytes(), SOON, &bell)?;
    println!("Sent, all of it:         {request:?}");

    let mut line = heapless::String::<4096>::new();
    sock.recv_until_terminator(b'\n', &mut line, SOON, &bell)?;
    println!("Received, just one line: {line:?}");

    let mut rest = [0; 4096];
    let n = match sock.recv(&mut rest) {
        Err(Errno::AGAIN) => 0,
        result => result?,
    };
    println!("Still in the socket:     {:?}", String::from_utf8_lossy(&rest[..n]));

    println!("Waiting for another line, while another thread is about to write a token ...");
    let start = Instant::now();
    let ringer = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        rope.token_write(b'!', Deadline::Never, &Never)
    });
    line.clear();
    let end = sock.recv_until_terminator(b'\n', &mut line, SOON, &bell);
    let after = start.elapsed();
    match end {
        Ok(()) => println!("Another line, after {after:.0?}: {line:?}"),
        Err(RecvError::Interrupted { .. }) => println!("Woken by the token after {after:.0?}."),
        Err(RecvError::Closed { .. }) => println!("The server hung up after {after:.0?}."),
        Err(error) => return Err(error.into()),
    }
    ringer.join().expect("the thread does not panic")?;
    if let Some(token) = bell.token_read(SOON, &Never)? {
        println!("The token is {:?}.", char::from(token));
    }
    Ok(())
}

/// A server for one client, in a thread of its own. Says where it listens.
fn own_server() -> Result<Address, Box<dyn Error>> {
    let listener = Sock::listen_on(&Address::from((Ipv4Addr::LOCALHOST, 0)), 1)?;
    let address = listener.get_sock_name()?;
    thread::spawn(move || serve(&listener).unwrap_or_else(|error| eprintln!("server: {error}")));
    Ok(address)
}

fn serve(listener: &Sock) -> Result<(), Box<dyn Error>> {
    let (client, _) = listener.accept(SOON, &Never)?;
    let mut request = heapless::String::<256>::new();
    client.recv_until_terminator(b'\n', &mut request, SOON, &Never)?;
    client.send_complete(b"HELLO REPLY RESULT=OK VERSION=3.1\nraw bytes, sent with it", SOON, &Never)?;
    client.wait_for(Events::HANGUP, SOON, &Never)?;
    Ok(())
}

/// Whom to ask, `None` for a server of our own, and what.
fn parse(args: &[&str]) -> Result<(Option<Address>, String), Box<dyn Error>> {
    let (address, request) = match args {
        [] => (None, args),
        ["tcp", host, request @ ..] => {
            // One of IPv4 if the name has any: a local server for "localhost" often has no other.
            let ip = host.to_socket_addrs()?.min_by_key(|ip| ip.is_ipv6()).ok_or("no such host")?;
            (Some(ip.into()), request)
        }
        ["unix", path, request @ ..] => (Some(Address::path(path.as_bytes())?), request),
        _ => return Err("arguments not understood".into()),
    };
    Ok((address, if request.is_empty() { "HELLO VERSION MIN=3.1 MAX=3.1".into() } else { request.join(" ") }))
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let (address, request) = match parse(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(parsed) => parsed,
        Err(error) => {
            eprintln!("quickstart: {error}\nusage: quickstart [tcp HOST:PORT [REQUEST...] | unix PATH [REQUEST...]]");
            return ExitCode::from(2);
        }
    };
    match address.map_or_else(own_server, Ok).and_then(|address| ask(&address, &request)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}
