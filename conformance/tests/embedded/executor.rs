//! All that an executor needs: nobody is woken, it just polls again.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
};

/// More polls than any of these tests needs.
const ENOUGH: usize = 10_000_000;

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    poll_times(ENOUGH, future).expect("this does not end")
}

/// Polls so often, and then drops it.
pub fn poll_times<T>(times: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..times {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
    }
    None
}

/// Both in turn, until both are done.
pub async fn both(a: impl Future<Output = ()>, b: impl Future<Output = ()>) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let mut done = [false; 2];
    poll_fn(|context| {
        done[0] = done[0] || a.as_mut().poll(context).is_ready();
        done[1] = done[1] || b.as_mut().poll(context).is_ready();
        if done == [true; 2] { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
