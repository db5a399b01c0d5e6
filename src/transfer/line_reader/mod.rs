//! Many lines of one stream, without a peek for each, and without taking a byte behind the last of them.
//!
//! One look shows a window full of bytes, and the lines in it are handed out from there. On a Unix socket a peek visits every
//! buffer that is queued, so one for each line costs more the more lines are waiting; one for each window does not.

mod attempts;
mod text;
mod window;

use core::mem;

use self::window::Window;
use super::{consume::Withheld, find::find};
use crate::{Deadline, Errno, Interrupt, Peek, RecvError, RecvExactError, log};

/// Receives lines from a stream through a window of memory that the caller lends, and takes nothing past the last line that it hands out.
///
/// [`recv_until_terminator`](Peek::recv_until_terminator) peeks for each line. This peeks once for as many lines as fit into the window.
///
/// | | calls | the stream has given |
/// |---|---|---|
/// | [`eager`](Self::eager) | one `recv(2)` a line, and one for each window | whenever a call returns, exactly what was handed out |
/// | [`lazy`](Self::lazy) | two `recv(2)` for each window | the same after [`finish`](Self::finish), and when it is dropped; before, it has given less |
///
/// So after it the stream can be handed to whoever reads on: a program that takes the raw bytes behind a greeting, a child process.
///
/// ```
/// # #[cfg(unix)] {
/// use sockpipe::{Deadline, LineReader, Never, prelude::*};
///
/// let (mut client, server) = sockpipe::make_socket_pair()?;
/// server.send_complete(b"250-one\r\n250 OK\r\nraw bytes", Deadline::Never, &Never)?;
///
/// let mut window = [0; 4096];
/// let mut lines = LineReader::lazy(&mut client, &mut window);
/// while lines.recv_line(b'\n', Deadline::Never, &Never)?.starts_with(b"250-") {}
/// lines.finish()?;
///
/// let mut raw = [0; 9];
/// client.recv_exact(&mut raw, Deadline::Never, &Never)?;
/// assert_eq!(&raw, b"raw bytes");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # The beginning of a line
///
/// When no whole line is in sight, what there is of it is taken before this waits for more: no bytes lie unread behind a wait, so that
/// "ready to receive" means new ones, and the peer may send. After an error they are in [`partial`](Self::partial); the next call goes on with them,
/// [`take_partial`](Self::take_partial) and [`finish`](Self::finish) hand them out. Nothing is lost.
///
/// # What others see
///
/// Nobody else may read from the stream meanwhile, also not through a duplicate of the descriptor: who does takes bytes that are in the window,
/// and what either gets then is an undefined mixture. That the stream is borrowed as `&mut` keeps this program's other readers out; for a stream that
/// is shared with who sends, lend `&mut &sock`.
///
/// If the program dies, or forgets the reader ([`core::mem::forget`]), a descriptor's other holders go on where the stream is. After an eager one that is
/// behind the last line that was handed out, at most one line later: a line is taken before it is handed out, so it may be lost with the
/// program. After a lazy one it is up to a window of lines earlier: those are seen again.
///
/// While a lazy one has handed out all that it sees, the bytes are still in the stream, and a poll finds it ready. So an event loop calls with
/// [`Deadline::NOW`] until that times out; then everything has been taken.
///
/// # Pipes
///
/// This takes a stream that can be peeked at. A pipe cannot, as it has no MSG_PEEK; on Linux `PeekPipe` makes it one that can.
#[derive(Debug)]
pub struct LineReader<'s, 'w, S: Peek + ?Sized> {
    stream: &'s mut S,
    window: Window<'w>,
    is_lazy: bool,
}

impl<'s, 'w, S: Peek + ?Sized> LineReader<'s, 'w, S> {
    /// Takes each line before it hands it out: one call a line, and the stream is exactly behind it whenever a call returns.
    ///
    /// The window limits how long a line can be that is lent, with its terminator; for text it has four bytes at least.
    pub fn eager(stream: &'s mut S, window: &'w mut [u8]) -> Self {
        Self::new(stream, window, false)
    }

    /// Takes lines when the window is used up, and at the end: two calls for as many lines as fit into the window.
    ///
    /// Windows of 4 KiB to 64 KiB differ little. A larger one costs more where little of it is used: a peek copies all that there is.
    pub fn lazy(stream: &'s mut S, window: &'w mut [u8]) -> Self {
        Self::new(stream, window, true)
    }

    fn new(stream: &'s mut S, window: &'w mut [u8], is_lazy: bool) -> Self {
        Self { stream, window: Window::new(window), is_lazy }
    }

    /// The stream, to send on it. Receiving from it spoils the window.
    pub fn get_ref(&self) -> &S {
        self.stream
    }

    /// Receives up to `terminator`, and lends what stands before it out of the window, without a copy.
    ///
    /// Makes no system call if the line is in sight and this is [`lazy`](Self::lazy), and one if it is [`eager`](Self::eager).
    /// Deadline and interrupt are looked at only when there is no whole line. Lines may end in different terminators.
    ///
    /// # Errors
    /// `received` is how much of the line has come, in this call or before; those bytes are the [`partial`](Self::partial).
    /// [`RecvError::TooLong`]: the window is full, and `limit` is its length. [`recv_until_terminator`](Self::recv_until_terminator) with more room goes on,
    /// and [`take_partial`](Self::take_partial) passes over it. The others, and their order, are those of [`Peek::recv_until_terminator`].
    pub fn recv_line(
        &mut self,
        terminator: u8,
        deadline: Deadline,
        interrupt: &(impl Interrupt + ?Sized),
    ) -> Result<&[u8], RecvError> {
        // Kept short for who is lazy: most lines are in sight, and nothing else is to be done.
        let sight = self.window.sight();
        let length = match find(terminator, sight) {
            length if length < sight.len() && self.is_lazy => length,
            length => self.take_line(terminator, length, &deadline, interrupt)?,
        };
        Ok(self.window.give(length, 1))
    }

    /// What has come of a line that has not come whole, and was taken from the stream. Empty after a line.
    pub fn partial(&self) -> &[u8] {
        self.window.partial()
    }

    /// Hands that out: the next line begins behind it. For a line that is too long, or at the end of the stream.
    pub fn take_partial(&mut self) -> &[u8] {
        let length = self.window.partial().len();
        self.window.give(length, 0)
    }

    /// Ends this, with the stream exactly behind what was handed out. Returns the [`partial`](Self::partial): nobody else will get it.
    ///
    /// One system call if this is [`lazy`](Self::lazy) and something was handed out since the last one; it does not wait. Dropping it does the same, and keeps
    /// silent about errors.
    ///
    /// # Errors
    /// [`RecvExactError::Failed`] and [`RecvExactError::Closed`]: the stream does not give what it had shown. No kernel does that, unless somebody else has
    /// taken the bytes. `received` is how many were taken; what was handed out behind them is still in the stream.
    pub fn finish(mut self) -> Result<&'w [u8], RecvExactError> {
        let settled = self.settle();
        // With an empty window, the drop that follows has nothing to do.
        let window = mem::take(&mut self.window);
        settled.map(|()| window.into_partial())
    }

    /// Takes what was handed out, if that is not done yet.
    fn settle(&mut self) -> Result<(), RecvExactError> {
        let (received, withheld) = self.take_to(self.window.given);
        let failed = |errno| Err(RecvExactError::Failed { errno, received });
        match withheld {
            Ok(()) => Ok(()),
            Err(Withheld::Hesitates) => failed(Errno::AGAIN),
            Err(Withheld::Ended) => Err(RecvExactError::Closed { received }),
            Err(Withheld::Failed(errno)) => failed(errno),
        }
    }
}

impl<S: Peek + ?Sized> Drop for LineReader<'_, '_, S> {
    fn drop(&mut self) {
        if let Err(error) = self.settle() {
            log::debug!("lines that were handed out stay in the stream: {}", error.text());
        }
    }
}
