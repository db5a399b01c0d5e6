//! A pipe in memory whose ends keep everybody waiting: nothing is done at once, and then a byte at a time.

use std::{cell::RefCell, collections::VecDeque, convert::Infallible, future::poll_fn, rc::Rc, task::Poll};

use embedded_io_async::{ErrorType, Read, Write};

#[derive(Default)]
struct Bytes {
    bytes: VecDeque<u8>,
    has_ended: bool,
}

/// What it holds at most.
const CAPACITY: usize = 5;

pub struct Reader {
    bytes: Rc<RefCell<Bytes>>,
    turn: Turn,
}

pub struct Writer {
    bytes: Rc<RefCell<Bytes>>,
    capacity: usize,
    turn: Turn,
}

pub fn wire() -> (Writer, Reader) {
    wire_of(CAPACITY)
}

pub fn wire_of(capacity: usize) -> (Writer, Reader) {
    let bytes = Rc::new(RefCell::default());
    (Writer { bytes: bytes.clone(), capacity, turn: Turn(false) }, Reader { bytes, turn: Turn(false) })
}

impl Writer {
    /// All that was written and not read.
    pub fn written(&self) -> Vec<u8> {
        self.bytes.borrow().bytes.iter().copied().collect()
    }
}

/// Every other attempt fails, whoever makes it.
struct Turn(bool);

impl Turn {
    fn poll<T>(&mut self, attempt: impl FnOnce() -> Option<T>) -> Poll<T> {
        self.0 = !self.0;
        match attempt {
            attempt if !self.0 => attempt().map_or(Poll::Pending, Poll::Ready),
            _ => Poll::Pending,
        }
    }
}

impl ErrorType for Reader {
    type Error = Infallible;
}

impl ErrorType for Writer {
    type Error = Infallible;
}

impl Read for Reader {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|_| {
            self.turn.poll(|| {
                let mut bytes = self.bytes.borrow_mut();
                match bytes.bytes.pop_front() {
                    Some(byte) => {
                        buf[0] = byte;
                        Some(Ok(1))
                    }
                    None => bytes.has_ended.then_some(Ok(0)),
                }
            })
        })
        .await
    }
}

impl Write for Writer {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, Infallible> {
        poll_fn(|_| {
            self.turn.poll(|| {
                let bytes = &mut self.bytes.borrow_mut().bytes;
                (bytes.len() < self.capacity).then(|| {
                    bytes.push_back(buf[0]);
                    Ok(1)
                })
            })
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        poll_fn(|_| self.turn.poll(|| Some(Ok(())))).await
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.bytes.borrow_mut().has_ended = true;
    }
}
