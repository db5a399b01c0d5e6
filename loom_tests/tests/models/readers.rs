//! Two readers race for one stream, which nobody should do: what they get is a mixture, but a `String` still holds UTF-8.
//!
//! Two threads, no bound: 44 executions, 1 ms.

use heapless::{String, Vec};
use loom::thread;
use sockpipe::{Deadline, Never, Peek, Sink};

use crate::{check, world::World};

#[test]
fn text_stays_text() {
    check("readers: one of text, one of bytes", None, || {
        let world = World::new(8);
        world.send("a\nxé\n".as_bytes()).unwrap();
        let other = world.clone();
        let other = thread::spawn(move || {
            let mut bytes = Vec::<u8, 8>::new();
            let _ = other.recv_until_terminator(b'\n', &mut bytes, Deadline::NOW, &Never);
        });

        let mut text = String::<8>::new();
        let _ = world.recv_until_terminator(b'\n', &mut text, Deadline::NOW, &Never);
        other.join().unwrap();
        assert!(core::str::from_utf8(text.as_bytes()).is_ok(), "text that is not UTF-8");
    });
}
