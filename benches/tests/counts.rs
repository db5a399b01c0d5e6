//! How many system calls each operation makes, exactly: counted by strace(1), where it is there and allowed.
#![cfg(target_os = "linux")]

use std::{collections::BTreeMap, fs, path::Path, process::Command};

const OPERATE: &str = env!("CARGO_BIN_EXE_operate");
const COUNT: usize = 100;

type Calls = BTreeMap<String, usize>;

/// Performs an operation COUNT times and returns all the system calls that this took, or why that could not be told.
fn trace(operation: &str) -> Result<Calls, String> {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("counts-{operation}"));
    let strace =
        Command::new("strace").args(["-qq", "-o"]).args([&log]).args([OPERATE, operation, &COUNT.to_string()]).output();
    let strace = strace.map_err(|error| format!("strace: {error}"))?;
    let calls = fs::read_to_string(&log).unwrap_or_default();
    if !strace.status.success() {
        let alone = Command::new(OPERATE).args([operation, &COUNT.to_string()]).output().unwrap();
        assert!(alone.status.success(), "{operation} fails: {}", String::from_utf8_lossy(&alone.stderr));
        return Err(format!("strace: {}", String::from_utf8_lossy(&strace.stderr)));
    }
    if calls.contains("EOPNOTSUPP") {
        return Err("this kernel does not know RWF_NOSIGNAL or RWF_NOWAIT, so tokens take another way".into());
    }
    let mut parts = calls.split("getppid(");
    let (Some(_), Some(between), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        panic!("the marks are missing:\n{calls}");
    };
    let mut counted = Calls::new();
    // The first line is the rest of the mark.
    for (name, _) in between.lines().skip(1).filter_map(|line| line.split_once('(')) {
        *counted.entry(name.to_owned()).or_default() += 1;
    }
    Ok(counted)
}

/// These calls and no other: no clock, no poll.
fn takes(operation: &str, want: &[(&str, usize)]) {
    match trace(operation) {
        Ok(calls) => assert_eq!(calls, want.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect(), "{operation}"),
        Err(reason) => println!("skipped {operation}: {reason}"),
    }
}

#[test]
fn one_write_per_token() {
    takes("token_write", &[("pwritev2", COUNT)]);
}

#[test]
fn one_read_per_token() {
    takes("token_read", &[("preadv2", COUNT)]);
}

#[test]
fn one_read_for_many_tokens() {
    takes("drain", &[("preadv2", 1)]);
}

#[test]
fn one_send_for_what_fits() {
    for operation in ["send_unix", "send_tcp"] {
        takes(operation, &[("sendto", COUNT)]);
    }
}

#[test]
fn two_recv_per_line_that_is_there() {
    for operation in ["bytes_unix", "bytes_tcp", "text_unix", "text_tcp"] {
        takes(operation, &[("recvfrom", 2 * COUNT)]);
    }
}

/// And one peek for all of them, as they fit into the window.
#[test]
fn one_recv_per_line_in_sight_of_an_eager_reader() {
    for operation in ["eager_unix", "eager_tcp"] {
        takes(operation, &[("recvfrom", 1 + COUNT)]);
    }
}

#[test]
fn two_recv_for_all_lines_in_sight_of_a_lazy_reader() {
    for operation in ["lazy_unix", "lazy_tcp"] {
        takes(operation, &[("recvfrom", 2)]);
    }
}

#[test]
fn one_write_and_one_read_for_a_token_there_and_back() {
    takes("token_pair", &[("pwritev2", COUNT), ("preadv2", COUNT)]);
}

#[test]
fn nothing_for_who_was_woken_already() {
    for operation in ["wake_again", "polled_wake_again", "pipe_wake_again", "interrupt_again"] {
        takes(operation, &[]);
    }
}

#[test]
fn nothing_while_nobody_sleeps() {
    for operation in ["wake_and_wait", "pipe_wake_and_wait"] {
        takes(operation, &[]);
    }
}

/// One for who wakes, and two for who slept.
#[test]
fn one_write_wakes_who_sleeps() {
    takes("wake_asleep", &[("write", COUNT), ("ppoll", COUNT), ("read", COUNT)]);
    takes("pipe_wake_asleep", &[("pwritev2", COUNT), ("ppoll", COUNT), ("preadv2", COUNT)]);
}

/// A pipe is waited for by a read where nothing else could end that: one call fewer.
#[test]
fn two_calls_for_who_slept_without_an_end() {
    takes("slept", &[("ppoll", COUNT), ("read", COUNT)]);
    takes("pipe_slept", &[("read", COUNT)]);
}

#[test]
fn the_first_sleep_opens_the_descriptor() {
    takes("first_sleep", &[("eventfd2", COUNT), ("write", COUNT), ("ppoll", COUNT), ("read", COUNT)]);
}

/// The attempts, before and after the sleep, are two recv; the read is the taking.
#[test]
fn one_write_ends_the_waiting_for_a_socket() {
    takes("polled_wake_asleep", &[("recvfrom", 2 * COUNT), ("write", COUNT), ("ppoll", COUNT), ("read", COUNT)]);
}

#[test]
fn what_is_polled_is_written_to_and_read_once() {
    for operation in ["polled_wake_and_take", "interrupt_and_reset"] {
        takes(operation, &[("write", COUNT), ("read", COUNT)]);
    }
}

/// That the others read no clock means something only if strace would see it.
#[test]
fn one_look_at_the_clock_before_waiting() {
    match trace("time_is_up") {
        Ok(calls) if !calls.contains_key("clock_gettime") => {
            println!("clock calls are not seen here: the feature `std` is on, and reads the clock without one");
        }
        Ok(_) => takes("time_is_up", &[("recvfrom", COUNT), ("clock_gettime", COUNT)]),
        Err(reason) => println!("skipped time_is_up: {reason}"),
    }
}

#[test]
fn one_send_for_a_frame() {
    for operation in ["link_send_unix", "link_send_tcp", "link_send_alone", "link_commit", "link_vectored"] {
        takes(operation, &[("sendto", COUNT)]);
    }
}

/// The recv is the peer's.
#[test]
fn one_sendmsg_for_a_frame_longer_than_a_page() {
    for operation in ["link_send_large", "link_send_uncopied"] {
        takes(operation, &[("sendmsg", COUNT), ("recvfrom", COUNT)]);
    }
}

/// 400 frames of 20 bytes are fewer than a page holds.
#[test]
fn one_send_for_many_frames() {
    takes("link_batch", &[("sendto", 1)]);
    takes("link_feed", &[]);
}

#[test]
fn one_recv_for_many_frames() {
    for operation in ["link_recv_unix", "link_recv_tcp"] {
        takes(operation, &[("recvfrom", 1)]);
    }
}
