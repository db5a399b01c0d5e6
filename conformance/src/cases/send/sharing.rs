//! One socket, several users.

use sockpipe::{Errno, Never, SendError, Sink, Source};

use super::super::common::{SOON, fill, ms};
use crate::{Act, Verdict, World, claim, must};

/// S-43
pub fn two_senders<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    w.later(w.twin(&a)?, ms(0), Act::Sends(&[b'B'; 3000]))?;
    must!(a.send_complete(&[b'A'; 1000], SOON, &Never));
    let (mut ours, mut others) = (0, 0);
    for _ in 0..4000 {
        let mut byte = [0];
        must!(b.recv_exact(&mut byte, SOON, &Never));
        ours += usize::from(byte == *b"A");
        others += usize::from(byte == *b"B");
    }
    claim!((ours, others), (1000, 3000));
    Ok(())
}

/// S-45: while an operation runs, its socket is borrowed, so nobody can close the descriptor under it; that does not compile.
/// What another thread can do is what this case does.
pub fn shut_down_while_sending<W: World>(w: &W) -> Verdict {
    let (a, _b) = w.pair()?;
    fill::<W>(&a)?;
    w.later(w.twin(&a)?, ms(20), Act::ShutsDown)?;
    let result = a.send_complete(b"hello", SOON, &Never);
    claim!(result, Err(SendError::Failed { errno: Errno::PIPE, sent: 0 }));
    Ok(())
}
