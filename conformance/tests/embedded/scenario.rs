//! A conversation whose futures are dropped again and again, over any transport: each frame comes once, whole and in order.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use embedded_io_async::{Read, Write};
use sockpipe::link::{
    Format, Profile,
    embedded_async::{Rx, RxError, Tx},
};

/// What each half has; some frames fit into it, and some do not.
pub const MEMORY: usize = 32;
const LENGTHS: [usize; 12] = [0, 1, 3, 17, 27, 28, 29, 0, 70, 5, 5, 5];

pub fn formats() -> impl Iterator<Item = Format> {
    [Profile::Bare, Profile::Plain, Profile::Fd].into_iter().map(|profile| Format { profile, max: 70 })
}

/// The frames that are sent.
pub fn frames() -> impl Iterator<Item = Vec<u8>> {
    LENGTHS.into_iter().enumerate().map(|(number, length)| (0..length).map(|at| (number * 16 + at) as u8).collect())
}

/// Calls it again and again, and drops each future that is not ready after so many polls.
macro_rules! insist {
    ($polls:expr, $call:expr) => {
        loop {
            if let Some(output) = at_most($polls, $call).await {
                break output;
            }
            // The other side, too, wants to get on.
            yield_now().await;
        }
    };
}

/// What comes of it within so many polls. `None`: it was dropped.
pub async fn at_most<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            left -= 1;
            if left == 0 { Poll::Ready(None) } else { Poll::Pending }
        }
    })
    .await
}

async fn yield_now() {
    let mut has_yielded = false;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut has_yielded, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Sends the frames, flushing behind every third, and drops the writer.
pub async fn sends(writer: impl Write, format: Format, polls: usize) {
    let mut memory = [0; MEMORY];
    let mut tx = Tx::new(writer, format, &mut memory);
    for (number, frame) in frames().enumerate() {
        insist!(polls, tx.feed(&frame)).unwrap();
        if number % 3 == 2 {
            insist!(polls, tx.flush()).unwrap();
            assert_eq!(tx.pending(), 0);
        }
    }
    insist!(polls, tx.close()).unwrap();
}

/// Receives them, and then the end.
pub async fn receives(reader: impl Read, format: Format, polls: usize) {
    let mut memory = [0; MEMORY];
    let mut rx = Rx::new(reader, format, &mut memory);
    for (number, frame) in frames().enumerate() {
        let mut out = [0; 100];
        let len = match number % 2 {
            0 => insist!(polls, rx.next_len()).unwrap().unwrap(),
            _ => frame.len(),
        };
        assert_eq!(len, frame.len());
        let received = match number % 4 {
            1 => None,
            _ => match insist!(polls, async { rx.recv().await.map(|frame| frame.map(|frame| frame.to_vec())) }) {
                Err(RxError::Larger { len }) => {
                    assert!(len as usize > MEMORY);
                    None
                }
                result => Some(result.unwrap().unwrap()),
            },
        };
        let received = match received {
            Some(received) => received,
            None => {
                let len = insist!(polls, rx.recv_into(&mut out)).unwrap().unwrap();
                out[..len].to_vec()
            }
        };
        assert_eq!(received, frame, "frame {number}, {polls} polls");
    }
    for _ in 0..2 {
        assert!(insist!(polls, async { rx.recv().await.map(|frame| frame.is_none()) }).unwrap());
    }
}
