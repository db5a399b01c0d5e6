//! The decoder against a reference: every way to cut a stream into two or three pieces, every prologue that differs in one byte or two,
//! and streams and pieces by chance.

use sockpipe::link::Format;

use super::{FORMATS, reference};

/// Marsaglia's xorshift64.
pub struct Chance(u64);

impl Chance {
    /// Always the same for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
}

fn bytes_of(format: Format, payloads: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format.profile.prologue().to_vec();
    for payload in payloads {
        bytes.extend((payload.len() as u32).to_le_bytes());
        bytes.extend(&[0; 4][..format.profile.header_len() - 4]);
        bytes.extend(*payload);
    }
    bytes
}

fn same(format: Format, bytes: &[u8], pieces: &[&[u8]]) {
    let (got, want) = (reference::decode_pieces(format, pieces.iter().copied()), reference::decode(format, bytes));
    assert_eq!(got, want, "{format:?}: {pieces:x?}");
}

#[test]
fn every_way_to_cut_it() {
    for format in FORMATS {
        let good = bytes_of(format, &[b"one", b"", b"three"]);
        let too_long = [&good[..], &1001_u32.to_le_bytes(), b"more"].concat();
        let bad = [&good[..3], b"?", &good[4..]].concat();
        for bytes in [&good[..], &good[..good.len() - 2], &good[..good.len() - 6], &too_long, &bad] {
            for a in 0..=bytes.len() {
                for b in a..=bytes.len() {
                    same(format, bytes, &[&bytes[..a], &bytes[a..b], &bytes[b..]]);
                }
            }
            let single: Vec<_> = bytes.chunks(1).collect();
            same(format, bytes, &single);
        }
    }
}

#[test]
fn every_prologue_that_differs_in_one_byte_or_two() {
    for format in FORMATS {
        let mut bytes = bytes_of(format, &[b"hi"]);
        bytes.splice(..format.profile.prologue().len(), *b"VOXL\x01\x00");
        for a in 0..6 {
            for b in a..6 {
                let original = bytes.clone();
                for (x, y) in (0..=255).flat_map(|x| (0..=255).map(move |y| (x, y))) {
                    // With one place, the second one is what it was.
                    if a == b && x != y {
                        continue;
                    }
                    (bytes[a], bytes[b]) = (x, y);
                    let got = reference::decode_pieces(format, [&bytes[..]]);
                    assert!(got == reference::decode(format, &bytes), "{format:?}: {bytes:x?}: {got:?}");
                }
                bytes = original;
            }
        }
    }
}

/// Streams of frames, now and then with something wrong in them, in pieces of any size.
#[test]
fn streams_by_chance() {
    for seed in 1..3000 {
        let mut chance = Chance::new(seed);
        let format = Format { max: [0, 5, 300][chance.below(3)], ..FORMATS[chance.below(3)] };
        let payloads: Vec<Vec<u8>> = (0..chance.below(8))
            .map(|_| {
                let most = format.max as usize + 1;
                let length = if chance.below(2) == 0 { chance.below(most.min(4)) } else { chance.below(most) };
                (0..length).map(|_| chance.below(256) as u8).collect()
            })
            .collect();
        let payloads: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
        let mut bytes = bytes_of(format, &payloads);
        match chance.below(4) {
            0 if !bytes.is_empty() => bytes.truncate(chance.below(bytes.len())),
            1 if !bytes.is_empty() => {
                let at = chance.below(bytes.len());
                bytes[at] = chance.below(256) as u8;
            }
            2 => bytes.extend((0..chance.below(20)).map(|_| chance.below(256) as u8)),
            _ => {}
        }
        let (mut pieces, mut rest) = (Vec::new(), &bytes[..]);
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(chance.below(rest.len().min(9) + 1));
            pieces.push(piece);
            rest = behind;
        }
        same(format, &bytes, &pieces);
        same(format, &bytes, &[&bytes]);
    }
}
