//! Mutants of what talks to the kernel: sockets, pipes, waits, the clock.

super::mutants! {
    "src/sys/linux/sock.rs" {
        S_34 "a send blocks where the descriptor does"
            "net::send(fd, data, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)" => "net::send(fd, data, SendFlags::NOSIGNAL)"
        S_15 "a send raises SIGPIPE"
            "net::send(fd, data, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)" => "net::send(fd, data, SendFlags::DONTWAIT)"
        V_62 "a send in parts blocks where the descriptor does"
            "let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;" => "let flags = SendFlags::NOSIGNAL;"
        V_69 "a send in parts raises SIGPIPE"
            "let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;" => "let flags = SendFlags::DONTWAIT;"
        R_04 "what was peeked at is not taken"
            "RecvFlags::DONTWAIT | RecvFlags::TRUNC" => "RecvFlags::DONTWAIT | RecvFlags::PEEK"
        L_11 "a socket survives exec"
            "socket_with(family, kind, FLAGS, None)" => "socket_with(family, kind, SocketFlags::NONBLOCK, None)"
        N_01 "a new socket blocks"
            "socket_with(family, kind, FLAGS, None)" => "socket_with(family, kind, SocketFlags::CLOEXEC, None)"
        L_12 "an accepted socket blocks"
            "acceptfrom_with(fd, FLAGS)" => "acceptfrom_with(fd, SocketFlags::CLOEXEC)"
        L_11 "an accepted socket survives exec"
            "acceptfrom_with(fd, FLAGS)" => "acceptfrom_with(fd, SocketFlags::NONBLOCK)"
    }
    "src/sys/recv.rs" {
        R_34 "a receive blocks where the descriptor does"
            "flags | RecvFlags::DONTWAIT" => "flags"
        R_03 "a peek takes what it sees"
            "recv_with(fd, room, RecvFlags::PEEK)" => "recv_with(fd, room, RecvFlags::empty())"
    }
    "src/sys/wait.rs" {
        R_33 "an interrupt with a descriptor is not waited for"
            "Lend::Handle(bell) => Some(bell)," => "Lend::Handle(_) => None,"
        C_04 "that the peer sends no more is not asked for"
            "flags.set(PEER_SHUT, events.contains(Events::HANGUP));" => ""
        W_09 "POLLNVAL is a timeout"
            "// Not open: the kernel says so at once, and would for ever.
    if flags.contains(PollFlags::NVAL) {" => "if false {"
        W_33 "what is left of a millisecond is cut off"
            "duration.subsec_nanos() as _" => "(duration.subsec_millis() * 1_000_000) as _"
        W_07 "a timeout is counted in 32 bits of milliseconds"
            "duration.as_secs().min(LONGEST) as _" => "(duration.as_millis() as i32 / 1000) as _"
        T_20 "what is closed in both directions is no error"
            "(PollFlags::HUP, Events::ERROR)," => ""
    }
    "src/sys/linux/clock.rs" {
        S_38 "the clock is the one on the wall"
            "const CLOCK_MONOTONIC: usize = 1;" => "const CLOCK_MONOTONIC: usize = 0;"
    }
    "src/sys/linux/pipe.rs" {
        T_18 "a pipe survives exec"
            "PipeFlags::CLOEXEC" => "PipeFlags::empty()"
        T_04 "a read blocks where the pipe does"
            "NO_OFFSET, NOWAIT)" => "NO_OFFSET, ReadWriteFlags::empty())"
        T_03 "a write blocks where the pipe does"
            "write_quietly(fd, data, NOWAIT)" => "write_quietly(fd, data, ReadWriteFlags::empty())"
        T_07 "a token into a pipe without readers kills"
            "flags | NOSIGNAL" => "flags"
    }
    "src/sock/mod.rs" {
        L_16 "setting non-blocking mode clears the other flags"
            "flags | OFlags::NONBLOCK" => "OFlags::NONBLOCK"
        L_16 "a pipe that was adopted by mistake is made non-blocking"
            "net::sockopt::socket_type(&self.fd)?;" => ""
        C_07 "a connection that is still being made is connected"
            "Err(Errno::NOTCONN) => Err(Disconnected::Connecting)," => ""
        S_37 "a shutdown of sending is one of receiving"
            "Shutdown::Write" => "Shutdown::Read"
    }
    "src/sock/connect.rs" {
        N_10 "the socket's pending error is asked, which somebody else may have taken"
            "self.connect_with(attempt, deadline, interrupt)" =>
            "let mut attempt = attempt;
        match attempt() {
            Err(crate::Errno::INPROGRESS) => {}
            result => return result.map_err(ConnectError::Failed),
        }
        crate::transfer::Patience::new(deadline, interrupt).pause(self, Some(crate::Events::SEND))?;
        match self.get_sock_opt::<super::options::Error>() {
            Ok(super::options::Error(Some(errno))) => Err(ConnectError::Failed(errno)),
            _ => Ok(()),
        }"
    }
    "src/sock/wait_set.rs" {
        W_28 "what an earlier wait found is still there"
            "entry.occurred = Events::NONE;" => "let _ = entry;"
    }
    "src/sock/accept.rs" {
        L_13 "no descriptors left is fatal"
            "Errno::MFILE | Errno::NFILE | Errno::NOBUFS" => "Errno::NFILE | Errno::NOBUFS"
        L_14 "a connection is dropped whose peer's name is too long"
            "let peer = peer.and_then(|peer| Address::try_from(peer).ok());
                    return Ok((fd.into(), peer.unwrap_or(Address::Unnamed)));" =>
            "let Some(Ok(peer)) = peer.map(Address::try_from) else {
                        return Err(AcceptError::Fatal(Errno::NAMETOOLONG));
                    };
                    return Ok((fd.into(), peer));"
    }
    "src/sock/options.rs" {
        L_18 "a socket has no pending error"
            "sockopt::socket_error(from).map(|error| Self(error.err().map(Errno::from)))" =>
            "sockopt::socket_error(from).map(|_| Self(None))"
    }
    "src/token_pipe/reader.rs" {
        T_05 "the end of the tokens is none yet"
            "return Ok(None);" => "return Err(TokenError::WouldBlock);"
        T_02 "tokens that are drained are counted one too few"
            "Ok(n) => return Ok(Some(n))," => "Ok(n) => return Ok(Some(n - 1)),"
        T_16 "who is woken by a token takes it"
            "occurred => return occurred != Ok(Events::NONE)," =>
            "occurred => return occurred != Ok(Events::NONE) && self.try_token_read() != Err(TokenError::WouldBlock),"
        T_16 "a token wakes whoever looks, and nobody who waits"
            "Lend::Handle(sys::lend(&self.fd))" => "Lend::Flag"
    }
    "src/error/token.rs" {
        T_08 "a write without readers has no name of its own"
            "Errno::PIPE => Self::BrokenPipe," => ""
    }
    "src/signal/latch.rs" {
        I_10 "a reset silences the bell, although sleepers have not heard it"
            "let reset = |word: u64|" =>
            "self.bell.hush();
        let reset = |word: u64|"
        I_04 "a reset leaves the bell ringing"
            "if last && !silent && word & SET == 0 {" => "if last && !silent && word & SET > SET {"
        G_01 "what is set already rings again"
            "SET => None," => "SET => Some(word + AWAKE),"
        G_06 "a ring that failed is not tried again"
            "if rung.is_err() {" => "if false {"
    }
    "src/signal/thread_interrupt.rs" {
        I_05 "a sleep that nothing ended was cut short"
            "Ok(set) => Ok(!set)," => "Ok(set) => Ok(set),"
    }
    "src/signal/readiness.rs" {
        G_13 "a child that died was ready"
            "return understand(room.filled())" => "return if room.filled().is_empty() { Ok(()) } else { understand(room.filled()) }"
    }
}
