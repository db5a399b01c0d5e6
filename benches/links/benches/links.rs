//! Links beside vox-stream, tokio-util's codec and the bare system calls that move the same bytes.
//!
//!     cd benches/links && cargo bench
//!
//! What is sent is taken away between two measurements. The other side of a round trip is another thread, on the same CPU or on another.
#![allow(missing_docs)]

use std::thread;

use benches::{
    Case, compare,
    connections::Pair,
    pinned, settings, tcp, unix,
    works::{
        Echo, RoundTrip,
        links::{BATCH, FRAMES, bare, drain, ours, tokio_util},
    },
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use links::vox;
use sockpipe::Sock;

const FAMILIES: [(&str, Pair); 2] = [("AF_UNIX", unix), ("TCP", tcp)];

fn one_at_a_time(criterion: &mut Criterion) {
    for ((family, pair), length) in FAMILIES.iter().flat_map(|family| [16, 256, 4096].map(|length| (family, length))) {
        let case = |name, make: fn(Sock, usize) -> Box<dyn FnMut()>| {
            let (a, b) = pair().unwrap();
            let mut send = make(a, length);
            let frames = move || (0..FRAMES.min(65536 / length)).for_each(|_| send());
            Case::with_after(name, frames, move || drain(&b))
        };
        compare(
            criterion,
            &format!("frames of {length} bytes, one send each, {family}"),
            Throughput::Elements(FRAMES.min(65536 / length) as u64),
            &mut [
                case("bare send", bare::send),
                case("bare copy and send", bare::copy),
                case("ours, batch().send", ours::send_alone),
                case("ours, send, as of several senders", ours::send),
                case("ours, reserve and commit", ours::commit),
                case("bare sendmsg of header and payload", bare::sendmsg),
                case("tokio-util, send", tokio_util::send),
                case("vox-stream, send", vox::send),
            ],
        );
    }
}

fn many_at_a_time(criterion: &mut Criterion) {
    for (family, pair) in FAMILIES {
        let case = |name, make: fn(Sock, usize) -> Box<dyn FnMut()>| {
            let (a, b) = pair().unwrap();
            Case::with_after(name, make(a, BATCH), move || drain(&b))
        };
        compare(
            criterion,
            &format!("{BATCH} frames of 16 bytes, one send, {family}"),
            Throughput::Elements(BATCH as u64),
            &mut [
                case("bare send of the same bytes", bare::send_batch),
                case("bare copies and a send", bare::copy_batch),
                case("ours, batch", ours::batch),
                case("ours, commit_later, as of several senders", ours::commit_later),
                case("tokio-util, feed", tokio_util::feed),
                case("vox-stream, all at the same time", vox::batch),
            ],
        );
    }
}

fn round_trips(criterion: &mut Criterion) {
    for (place, other_cpu) in [("one CPU", 0), ("two CPUs", 1)] {
        for ((family, pair), length) in
            FAMILIES.iter().flat_map(|family| [16, 256, 4096, 65536].map(|length| (family, length)))
        {
            let case = |name, make: fn(Sock, usize) -> RoundTrip, echo: fn(Sock, usize) -> Echo| {
                let (a, b) = pair().unwrap();
                thread::spawn(move || {
                    pinned(other_cpu, || {
                        let mut echo = echo(b, length);
                        while echo() {}
                    })
                });
                Case::new(name, make(a, length))
            };
            let mut cases = [
                case("bare blocking send and recv", bare::round_trip, bare::echo),
                case("bare send, poll and recv", bare::polled_round_trip, bare::polled_echo),
                case("ours", ours::round_trip, ours::echo),
                case("tokio-util", tokio_util::round_trip, tokio_util::echo),
                case("vox-stream", vox::round_trip, vox::echo),
            ];
            let title = format!("{length} bytes there and back, {family}, {place}");
            pinned(0, || compare(criterion, &title, Throughput::Elements(1), &mut cases)).unwrap();
        }
    }
}

criterion_group! {
    name = benches;
    config = settings();
    targets = one_at_a_time, many_at_a_time, round_trips
}
criterion_main!(benches);
