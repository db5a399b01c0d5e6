//! What the crate logs through `tracing`, and what it never does: a byte of payload, or anything while a token is written.
#![cfg(target_os = "linux")]

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use sockpipe::{Deadline, Never, Peek, Sink, TokenPipe};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, util::SubscriberInitExt};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no thread of this test panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// What is logged while `work` is done, at any level.
fn logged(work: impl FnOnce()) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(log.clone()).finish();
    let guard = subscriber.set_default();
    work();
    drop(guard);
    let bytes = log.0.lock().expect("no thread of this test panics").clone();
    String::from_utf8(bytes).expect("logs are text")
}

#[test]
fn levels_are_those_of_the_events() {
    let text = logged(|| {
        let (reader, writer) = TokenPipe::pair().expect("there are descriptors");
        drop(writer);
        assert_eq!(reader.try_token_read(), Ok(None));
    });
    assert!(text.contains("INFO") && text.contains("token pipe made"), "{text}");
    assert!(text.contains("end of the token stream"), "{text}");
}

#[test]
fn a_failure_is_logged_with_its_numbers_and_without_payload() {
    let text = logged(|| {
        let (a, b) = sockpipe::make_socket_pair().expect("there are descriptors");
        a.send_complete(b"SECRET", Deadline::NOW, &Never).expect("there is room");
        let mut line = heapless::String::<16>::new();
        b.recv_until_terminator(b'\n', &mut line, Deadline::NOW, &Never).expect_err("there is no terminator");
        drop(b);
        a.send_complete(b"SECRET", Deadline::NOW, &Never).expect_err("nobody is there");
    });
    assert!(text.contains("stopped after 6 bytes"), "{text}");
    assert!(text.contains("errno 32"), "{text}");
    assert!(!text.contains("SECRET"), "{text}");
}

#[test]
fn writing_a_token_logs_nothing_as_a_signal_handler_may_be_doing_it() {
    let (reader, writer) = TokenPipe::pair().expect("there are descriptors");
    let text = logged(|| {
        writer.try_token_write(1).expect("there is room");
        writer.token_write(2, Deadline::NOW, &Never).expect("there is room");
        drop(reader);
        writer.try_token_write(3).expect_err("nobody reads");
    });
    assert_eq!(text, "");
}
