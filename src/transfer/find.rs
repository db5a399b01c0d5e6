//! Finding a byte, a word at a time. Without memchr, which would be the largest thing in a small program.

pub(crate) const WORD: usize = size_of::<usize>();
const ONES: usize = usize::MAX / 0xFF;
pub(crate) const HIGHS: usize = ONES << 7;

/// Where `byte` first stands in `bytes`.
// Not inlined: a call costs nothing beside the system call before it, and a small program counts the copies.
#[inline(never)]
pub(crate) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let (words, _) = bytes.as_chunks::<WORD>();
    let sought = ONES * byte as usize;
    // A zero byte in `x` is where `byte` is; the classic test has no false positives for "is there one at all".
    let skip = words.iter().take_while(|word| {
        let x = usize::from_ne_bytes(**word) ^ sought;
        x.wrapping_sub(ONES) & !x & HIGHS == 0
    });
    let from = skip.count() * WORD;
    bytes.get(from..)?.iter().position(|b| *b == byte).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_plain_search_at_every_place_and_alignment() {
        // Miri is slow, and looks at how memory is read, not at what is found.
        const LENGTH: usize = if cfg!(miri) { 2 * WORD } else { 70 };
        let few = |all| if cfg!(miri) { 1 } else { all };
        for byte in [b'\n', 0, 1, 0x7F, 0x80, 0x81, 0xFF].into_iter().take(few(7)) {
            for near in [byte.wrapping_sub(1), byte.wrapping_add(1), byte ^ 0x80, !byte].into_iter().take(few(4)) {
                let mut text = [near; LENGTH];
                for start in 0..WORD {
                    assert_eq!(find(byte, &text[start..]), None);
                }
                for at in 0..text.len() {
                    text[at] = byte;
                    for (start, end) in (0..=at).flat_map(|s| (at..=text.len()).map(move |e| (s, e))) {
                        let want = text[start..end].iter().position(|b| *b == byte);
                        assert_eq!(find(byte, &text[start..end]), want, "{byte} at {at} in {start}..{end}");
                    }
                    text[at] = near;
                }
            }
        }
    }
}
