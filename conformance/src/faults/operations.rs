//! The operations: the crate's own code, run in an environment, and what came of it.

use core::fmt;

use sockpipe::{ConnectError, Disconnected, Events, LineReader, Peek, RecvError, Sink, Source, Wait, WaitError};

use super::{
    end::{Class, End, end, failed, of_exact, of_send, of_token},
    environment::Environment,
    stream::BYTES,
    waiting::Stop,
};

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident $text:literal)*) => {
        /// What is run.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Operation {
            $(
                #[doc = $text]
                $(#[$doc])*
                $name,
            )*
        }

        impl Operation {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

operations! {
    SendComplete "send_complete"
    RecvUntilTerminator "recv_until_terminator"
    /// With room for less than the line.
    RecvUntilLimit "recv_until_terminator/limit"
    /// Of a [`LineReader`](sockpipe::LineReader) that takes it at once.
    RecvLineEager "recv_line_eager"
    /// And of one that takes it when it is finished.
    RecvLineLazy "recv_line_lazy"
    RecvExact "recv_exact"
    TokenRead "token_read"
    TokenWrite "token_write"
    WaitFor "wait_for"
    ConnectWith "connect_with"
    IsConnected "is_connected"
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Operation {
    /// What is waited for where waiting is all.
    pub const ASKED: Events = Events::RECV;

    /// With how many bytes moved it is over.
    pub const fn total(self) -> usize {
        match self {
            Self::SendComplete | Self::RecvExact => 5,
            Self::RecvUntilTerminator | Self::RecvLineEager | Self::RecvLineLazy => 6,
            Self::RecvUntilLimit => 4,
            Self::TokenRead | Self::TokenWrite => 1,
            Self::WaitFor | Self::ConnectWith | Self::IsConnected => 0,
        }
    }

    /// What that means.
    pub fn when_all_moved(self) -> Class {
        if self == Self::RecvUntilLimit { Class::TooLong } else { Class::Done }
    }

    /// Whether its errors are those of tokens.
    pub fn is_token(self) -> bool {
        matches!(self, Self::TokenRead | Self::TokenWrite)
    }

    /// Runs it.
    pub fn run(self, world: &Environment<'_>) -> End {
        let stop = Stop(world);
        let deadline = world.setting.limit.deadline();
        let state = &world.stream;
        state.total.set(self.total());
        state.waiting_is_all.set(self == Self::WaitFor);
        state.peek_is_all.set(self == Self::IsConnected);
        let end = match self {
            Self::SendComplete => of_send(world.send_complete(&BYTES[..self.total()], deadline, &stop), self.total()),
            Self::RecvUntilTerminator => receive(world, heapless::Vec::<u8, 8>::new()),
            Self::RecvUntilLimit => receive(world, heapless::Vec::<u8, 4>::new()),
            Self::RecvLineEager => receive_line(world, false),
            Self::RecvLineLazy => receive_line(world, true),
            Self::RecvExact => {
                let mut buf = [0; 5];
                let end = of_exact(world.recv_exact(&mut buf, deadline, &stop), self.total());
                let received = state.moved.get();
                world.expect(buf[..received] == BYTES[..received], "what was received is in the buffer");
                world.expect(buf[received..] == [0; 5][received..], "nothing else is in the buffer");
                end
            }
            Self::TokenRead => of_token(world.token_read(deadline, &stop).map(|token| match token {
                Some(token) => {
                    world.expect(token == BYTES[0], "the token is the one that was there");
                    true
                }
                None => false,
            })),
            Self::TokenWrite => of_token(world.token_write(BYTES[0], deadline, &stop).map(|()| true)),
            Self::WaitFor => match world.wait_for(Self::ASKED, deadline, &stop) {
                Ok(Events::NONE) => end(Class::TimedOut, 0, 0),
                Ok(events) => end(Class::Done, events.bits().into(), 0),
                Err(WaitError::Interrupted) => end(Class::Interrupted, 0, 0),
                Err(WaitError::Failed(errno)) => failed(errno, 0),
                Err(_) => end(Class::Odd, 0, 0),
            },
            Self::ConnectWith => match world.connect_with(|| world.connect(), deadline, &stop) {
                Ok(()) => end(Class::Done, 0, 0),
                Err(ConnectError::Failed(errno)) => failed(errno, 0),
                Err(ConnectError::Wait(errno)) => end(Class::Wait, errno.raw(), 0),
                Err(ConnectError::TimedOut) => end(Class::TimedOut, 0, 0),
                Err(ConnectError::Interrupted) => end(Class::Interrupted, 0, 0),
                Err(_) => end(Class::Odd, 0, 0),
            },
            Self::IsConnected => match world.is_connected() {
                Ok(()) => end(Class::Done, 0, 0),
                Err(Disconnected::Closed) => end(Class::Closed, 0, 0),
                Err(Disconnected::Failed(errno)) => failed(errno, 0),
                Err(_) => end(Class::Odd, 0, 0),
            },
        };
        world.expect(end.moved == state.moved.get(), "the count is that of the bytes that moved");
        end
    }
}

fn receive<const N: usize>(world: &Environment<'_>, mut out: heapless::Vec<u8, N>) -> End {
    let deadline = world.setting.limit.deadline();
    let result = world.recv_until_terminator(b'\n', &mut out, deadline, &Stop(world));
    let moved = world.stream.moved.get();
    let kept = moved - usize::from(result.is_ok() && moved > 0);
    world.expect(out == BYTES[..kept], "what was taken is in the output");
    of_recv(result, moved)
}

/// One line, and the end of the reader.
fn receive_line(world: &Environment<'_>, is_lazy: bool) -> End {
    let (mut stream, mut window) = (world, [0; 16]);
    let make = if is_lazy { LineReader::lazy } else { LineReader::eager };
    let mut lines = make(&mut stream, &mut window);
    let deadline = world.setting.limit.deadline();
    let result = lines.recv_line(b'\n', deadline, &Stop(world));
    if let Ok(line) = result {
        world.expect(line == b"abcde", "the line is what stands before the terminator");
    }
    let result = result.map(drop);
    let partial = if result.is_ok() { 0 } else { world.stream.moved.get() };
    world.expect(lines.partial() == &BYTES[..partial], "what was taken and is no line is the partial");
    let finished = lines.finish().map(<[u8]>::len);
    let moved = world.stream.moved.get();
    match (result, finished) {
        (Ok(()), Err(error)) => End { moved, ..of_exact(Err(error), 0) },
        (result, Ok(length)) if length == partial => of_recv(result, moved),
        _ => end(Class::Odd, 0, moved),
    }
}

fn of_recv(result: Result<(), RecvError>, moved: usize) -> End {
    match result {
        Ok(()) => end(Class::Done, 0, moved),
        Err(RecvError::Failed { errno, received }) => failed(errno, received),
        Err(RecvError::Wait { errno, received }) => end(Class::Wait, errno.raw(), received),
        Err(RecvError::Closed { received }) => end(Class::Closed, 0, received),
        Err(RecvError::TimedOut { received }) => end(Class::TimedOut, 0, received),
        Err(RecvError::Interrupted { received }) => end(Class::Interrupted, 0, received),
        Err(RecvError::TooLong { received, .. }) => end(Class::TooLong, 0, received),
        Err(error) => end(Class::Odd, 0, error.received()),
    }
}
