//! Finding a byte, many at a time. Without memchr, which would be the largest thing in a small program.

#[cfg(target_feature = "sse2")]
pub(crate) use crate::sys::vector::find;

pub(crate) const WORD: usize = size_of::<usize>();
const ONES: usize = usize::MAX / 0xFF;
pub(crate) const HIGHS: usize = ONES << 7;

/// Where `byte` first stands in `bytes`, or their length: a word at a time, where the CPU has no vectors for certain.
// Not inlined: a call costs nothing beside the system call before it, and a small program counts the copies.
#[cfg(any(test, not(target_feature = "sse2")))]
#[cfg_attr(target_feature = "sse2", allow(dead_code))]
#[inline(never)]
pub(crate) fn find_by_words(byte: u8, bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks();
    let sought = ONES * byte as usize;
    for (n, word) in words.iter().enumerate() {
        let x = usize::from_le_bytes(*word) ^ sought;
        // The classic test: the lowest bit that is left stands where the first zero byte of `x` is.
        let zeros = x.wrapping_sub(ONES) & !x & HIGHS;
        if zeros != 0 {
            return n * WORD + zeros.trailing_zeros() as usize / 8;
        }
    }
    bytes.len() - tail.len() + tail.iter().take_while(|b| **b != byte).count()
}
#[cfg(not(target_feature = "sse2"))]
pub(crate) use find_by_words as find;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_plain_search_at_every_place_and_alignment() {
        // Miri is slow, and looks at how memory is read, not at what is found.
        const LENGTH: usize = if cfg!(miri) { 2 * WORD } else { 150 };
        let few = |all| if cfg!(miri) { 1 } else { all };
        for byte in [b'\n', 0, 1, 0x7F, 0x80, 0x81, 0xFF].into_iter().take(few(7)) {
            for near in [byte.wrapping_sub(1), byte.wrapping_add(1), byte ^ 0x80, !byte].into_iter().take(few(4)) {
                let mut text = [near; LENGTH];
                for start in 0..WORD {
                    for find in [find, find_by_words] {
                        assert_eq!(find(byte, &text[start..]), LENGTH - start);
                    }
                }
                for at in 0..text.len() {
                    text[at] = byte;
                    for (start, end) in (0..=at.min(16)).flat_map(|s| (at..=text.len()).map(move |e| (s, e))) {
                        let want = text[start..end].iter().take_while(|b| **b != byte).count();
                        for find in [find, find_by_words] {
                            assert_eq!(find(byte, &text[start..end]), want, "{byte} at {at} in {start}..{end}");
                        }
                    }
                    text[at] = near;
                }
            }
        }
    }
}
