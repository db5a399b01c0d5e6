//! `send_complete` into a stream that is full most of the time, against a reader and somebody who interrupts: it ends, and
//! says exactly what went out.
//!
//! Three threads, no bound: 33,317 executions, 1.5 s.

use loom::{
    sync::{Arc, atomic::AtomicBool, atomic::Ordering::Release},
    thread,
};
use sockpipe::{Deadline, Room, SendError, Sink, Source};

use crate::{check, world::World};

const DATA: &[u8] = b"abc";

#[test]
fn all_or_an_interrupt_and_a_count() {
    check("send: reader, plain flag", None, || {
        let world = World::new(1);
        let flag = Arc::new(AtomicBool::new(false));
        let setter = flag.clone();
        let setter = thread::spawn(move || setter.store(true, Release));
        let reader = world.clone();
        let reader = thread::spawn(move || {
            let mut taken = [0; 2];
            let mut room = Room::from(&mut taken[..]);
            // Two attempts: what is not taken stays in the stream.
            let _ = reader.recv(&mut room);
            let _ = reader.recv(&mut room);
            room.filled().to_vec()
        });

        let result = world.send_complete(DATA, Deadline::Never, &*flag);
        setter.join().unwrap();
        let taken = reader.join().unwrap();
        let sent = match result {
            Ok(()) => DATA.len(),
            Err(SendError::Interrupted { sent, total: 3 }) => sent,
            Err(other) => panic!("it ended otherwise: {other:?}"),
        };
        assert_eq!([taken, world.left()].concat(), &DATA[..sent], "what went out is not what it says");
    });
}
