//! Several senders on one link: each frame comes once, whole, and those of each sender in order.

use std::thread;

use sockpipe::{
    Deadline, Never,
    link::{Format, Rx, Tx},
    make_socket_pair,
};

const SENDERS: u32 = 4;
const FRAMES: u32 = 5_000;
const FORMAT: Format = Format::fd(100_000);

/// Of a length that depends on both, and full of something that does, too. The last of a hundred is longer than a page.
fn payload(sender: u32, number: u32) -> Vec<u8> {
    let length = match number % 100 {
        99 => 9_000,
        _ => (number * 31 + sender * 7) % 300,
    };
    let mut payload = [sender.to_le_bytes(), number.to_le_bytes()].concat();
    payload.resize(8 + length as usize, (number ^ sender) as u8);
    payload
}

fn sends(tx: &Tx<'_, impl sockpipe::Sink>, sender: u32) {
    for number in 0..FRAMES {
        let payload = payload(sender, number);
        match (number + sender) % 5 {
            0 => tx.send(&payload, Deadline::Never, &Never).unwrap(),
            1 => tx.send_vectored(&[&payload[..5], &payload[5..]], Deadline::Never, &Never).unwrap(),
            _ if payload.len() > tx.max_len() => tx.send(&payload, Deadline::Never, &Never).unwrap(),
            how => {
                // Now and then somebody thinks better of it.
                if number % 7 == 0 {
                    drop(tx.reserve(300, Deadline::Never, &Never).unwrap());
                    drop(tx.reserve(300, Deadline::Never, &Never).unwrap().alloc(20));
                }
                let permit = tx.reserve(payload.len() + how as usize, Deadline::Never, &Never).unwrap();
                let mut slot = permit.alloc(payload.len()).unwrap();
                assert!(slot.iter().all(|byte| *byte == 0));
                slot.copy_from_slice(&payload);
                if how == 2 { slot.commit_later() } else { slot.commit() }.unwrap();
            }
        }
    }
    tx.flush(Deadline::Never, &Never).unwrap();
}

#[test]
fn frames_of_several_senders_come_whole_and_in_order() {
    let (a, b) = make_socket_pair().unwrap();
    let mut pages = [0; 8192];
    let mut tx = Tx::new(&a, FORMAT, &mut pages);
    thread::scope(|scope| {
        let receiver = scope.spawn(|| {
            let (mut memory, mut next) = ([0; 4096], [0; SENDERS as usize]);
            let mut rx = Rx::new(&b, FORMAT, &mut memory);
            let mut large = [0; 10_000];
            loop {
                let frame = match rx.next_len(Deadline::Never, &Never).unwrap() {
                    None => break,
                    Some(length) if length > 4096 => {
                        let n = rx.recv_into(&mut large, Deadline::Never, &Never).unwrap().unwrap();
                        &large[..n]
                    }
                    Some(_) => rx.recv(Deadline::Never, &Never).unwrap().unwrap(),
                };
                let sender = u32::from_le_bytes(frame[..4].try_into().unwrap());
                let number = &mut next[sender as usize];
                assert_eq!(frame, payload(sender, *number));
                *number += 1;
            }
            assert_eq!(next, [FRAMES; SENDERS as usize]);
        });
        thread::scope(|scope| {
            let tx = &tx;
            (0..SENDERS).for_each(|sender| drop(scope.spawn(move || sends(tx, sender))));
        });
        tx.close(Deadline::Never, &Never).unwrap();
        receiver.join().unwrap();
    });
}
