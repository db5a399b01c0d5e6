//! The environment variable MAKEFLAGS, as far as it speaks of jobs.

use core::{fmt, iter};

/// What make tells the programs that it starts, in the environment variable MAKEFLAGS.
///
/// It is looked at as bytes, and no bytes make it panic. Nothing is copied, opened or asked for.
///
/// MAKEFLAGS is words between blanks; a backslash takes away the meaning of the character behind it. The first word is letters of
/// options without an argument, unless it begins with `-`. Behind a word `--` stand definitions of variables, in which anything
/// can be written, and which are not looked at.
///
/// Cargo passes on what it got, or its own, in CARGO_MAKEFLAGS: to rustc and to build scripts.
///
/// Source: "Sharing Job Slots with GNU make" in make's manual; what make 4.2 to 4.4, ninja 1.13 and cargo write and read.
///
/// ```
/// use sockpipe::jobs::{Auth, MakeFlags};
///
/// let flags = MakeFlags::new(b"kn -j8 --jobserver-auth=3,4 -- CFLAGS=-O2");
/// assert_eq!(flags.auth(), Some(Auth::Pipe { read: 3, write: 4 }));
/// assert_eq!(flags.jobs(), Some(8));
/// assert!(flags.dry_run());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MakeFlags<'a>(&'a [u8]);

/// Where the tokens are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Auth<'a> {
    /// In a pipe whose ends this process has inherited: the numbers of their descriptors, neither of them negative.
    ///
    /// That they stand here does not mean that they are open. Make before 4.4 closes them for every rule that it does not take for
    /// a recursive make, which is one with `$(MAKE)` or a `+`, and says these numbers all the same.
    Pipe {
        /// Where tokens are taken.
        read: i32,
        /// Where they are put back.
        write: i32,
    },
    /// In the FIFO with this name.
    Fifo(FifoPath<'a>),
    /// There are none for this process: a number is negative. Make 4.4 says so to rules that it does not take for a recursive make.
    Disabled,
    /// Something that this crate does not know, like the name of a semaphore on Windows: what stands behind the `=`.
    Unknown(&'a [u8]),
}

/// The name of a FIFO as it stands in MAKEFLAGS, where blanks and backslashes have a backslash before them. Never empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FifoPath<'a>(&'a [u8]);

impl<'a> MakeFlags<'a> {
    /// For the value of the variable, which is empty if there is none.
    pub const fn new(value: &'a [u8]) -> Self {
        Self(value)
    }

    /// Whether make was called with `-n`, and only wants to know what would be done.
    ///
    /// It runs rules with a `+` all the same.
    pub fn dry_run(&self) -> bool {
        let first = words(self.0).next().unwrap_or_default();
        !first.starts_with(b"-") && !first.contains(&b'=') && first.contains(&b'n')
    }

    /// Where the tokens are: the last `--jobserver-auth=`, or `--jobserver-fds=` as it was called before make 4.2.
    ///
    /// `None`: there is no job server. A program under make then runs one job at a time; one that was not started by make does what
    /// it likes, and may be a [`JobServer`](super::JobServer) itself.
    pub fn auth(&self) -> Option<Auth<'a>> {
        self.options()
            .filter_map(|word| value(word, b"--jobserver-auth=").or(value(word, b"--jobserver-fds=")))
            .last()
            .map(auth)
    }

    /// The number in the last `-jN`: how many jobs there may be at a time, those of all programs together.
    ///
    /// `None`: it is not said, or the last one is `-j` without a number, which make takes for "without limit", or `-j0`, which it refuses. It is
    /// as make writes it for its children; what somebody has written by hand (`j8`, `-j 8`) is not understood.
    pub fn jobs(&self) -> Option<u32> {
        let numbers = self.options().filter_map(|word| {
            let word = value(word, b"--jobs=").or(value(word, b"-j"))?;
            if word.is_empty() { Some(None) } else { Some(u32::try_from(number(word)?).ok().filter(|jobs| *jobs > 0)) }
        });
        numbers.last().flatten()
    }

    fn options(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        words(self.0).take_while(|word| *word != b"--")
    }
}

impl<'a> FifoPath<'a> {
    /// The bytes of the path, without the backslashes that stand before others.
    pub fn bytes(self) -> impl Iterator<Item = u8> + use<'a> {
        let mut rest = self.0.iter().copied();
        iter::from_fn(move || match rest.next()? {
            // The last byte of all stands for itself, as in make.
            b'\\' => Some(rest.next().unwrap_or(b'\\')),
            byte => Some(byte),
        })
    }
}

impl fmt::Debug for FifoPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// The words, with their backslashes. None of them is empty.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut escaped = false;
    let is_end = move |byte: &u8| {
        let is_escaped = escaped;
        escaped = !is_escaped && *byte == b'\\';
        !is_escaped && matches!(byte, b' ' | b'\t' | b'\n')
    };
    text.split(is_end).filter(|word| !word.is_empty())
}

fn value<'a>(word: &'a [u8], option: &[u8]) -> Option<&'a [u8]> {
    word.strip_prefix(option)
}

fn auth(value: &[u8]) -> Auth<'_> {
    match value.strip_prefix(b"fifo:") {
        Some(path) if !path.is_empty() => return Auth::Fifo(FifoPath(path)),
        _ => {}
    }
    let mut numbers = value.splitn(2, |byte| *byte == b',').map(number);
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(read @ 0..), Some(write @ 0..)) => Auth::Pipe { read, write },
        (Some(_), Some(_)) => Auth::Disabled,
        _ => Auth::Unknown(value),
    }
}

/// Digits, perhaps with a minus before them, and nothing else.
fn number(text: &[u8]) -> Option<i32> {
    if text.starts_with(b"+") {
        return None;
    }
    str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::{vec, vec::Vec};

    use super::*;

    fn path(auth: Option<Auth<'_>>) -> Vec<u8> {
        match auth {
            Some(Auth::Fifo(path)) => path.bytes().collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_programs_write() {
        let pipe = Some(Auth::Pipe { read: 3, write: 4 });
        let table: &[(&str, Option<Auth<'_>>, Option<u32>, bool)] = &[
            // Make 4.3, as `make -j8`, `make -k -j8 -l3.5 'X=a b' Y=n`, `make -n -j8`, `make -j`, `make -n`, `make X=n`, `make`.
            (" -j8 --jobserver-auth=3,4", pipe, Some(8), false),
            (r"k -j8 -l3.5 --jobserver-auth=3,4 -- Y=n X=a\ b", pipe, Some(8), false),
            ("n -j8 --jobserver-auth=3,4", pipe, Some(8), true),
            (" -j", None, None, false),
            ("n", None, None, true),
            (" -- X=n", None, None, false),
            ("", None, None, false),
            (r" -I/tmp/a\ b -j2 --debug=n --jobserver-auth=3,4", pipe, Some(2), false),
            // Make 4.1 and before.
            (" --jobserver-fds=3,4 -j", pipe, None, false),
            // Make 4.4, in rules without a `+`.
            (" -j8 --jobserver-auth=-2,-2", Some(Auth::Disabled), Some(8), false),
            ("-j --jobserver-fds=8,9 --jobserver-auth=3,4", pipe, None, false),
            // A make that found its descriptors closed, below one that had them.
            (" -j8 --jobserver-auth=3,4 -j1", pipe, Some(1), false),
            ("-j8 --jobserver-auth=3,4 --jobserver-auth=-2,-2", Some(Auth::Disabled), Some(8), false),
            // By hand.
            ("V=n", None, None, false),
            ("--no-print-directory", None, None, false),
            ("rRn\t--jobs=12\n--jobserver-auth=3,4", pipe, Some(12), true),
        ];
        for (text, auth, jobs, dry_run) in table {
            let flags = MakeFlags::new(text.as_bytes());
            assert_eq!((flags.auth(), flags.jobs(), flags.dry_run()), (*auth, *jobs, *dry_run), "{text:?}");
        }
    }

    #[test]
    fn variables_are_not_looked_at() {
        let flags = MakeFlags::new(b" -j4 --jobserver-auth=3,4 -- A=x --jobserver-auth=5,6 -j9");
        assert_eq!((flags.auth(), flags.jobs()), (Some(Auth::Pipe { read: 3, write: 4 }), Some(4)));
        // One word, whose first character is a blank.
        assert_eq!(MakeFlags::new(br"k -I\ --jobserver-auth=5,6").auth(), None);
        assert_eq!(MakeFlags::new(br"k -I\\ --jobserver-auth=5,6").auth(), Some(Auth::Pipe { read: 5, write: 6 }));
    }

    #[test]
    fn names_of_fifos() {
        let flags = MakeFlags::new(b" -j8 --jobserver-auth=fifo:/tmp/GMfifo123");
        assert_eq!((path(flags.auth()), flags.jobs()), (b"/tmp/GMfifo123".to_vec(), Some(8)));
        let flags = MakeFlags::new(br" --jobserver-auth=fifo:/tmp/a\ b\\c\	d/GMfifo1 -- X=1");
        assert_eq!(path(flags.auth()), b"/tmp/a b\\c\td/GMfifo1");
        assert_eq!(path(MakeFlags::new(b"--jobserver-auth=fifo:a\\").auth()), b"a\\");
        let odd = MakeFlags::new(b"--jobserver-auth=fifo:a\xFF").auth();
        assert_eq!(std::format!("{odd:?}"), r#"Some(Fifo("a\xff"))"#);
        assert_eq!(path(MakeFlags::new(b"--jobserver-auth=fifo:\xFF\0").auth()), b"\xFF\0");
    }

    #[test]
    fn what_is_not_known_says_so() {
        for text in [
            "",
            "3",
            "3,",
            ",4",
            "3,4,5",
            "3,4x",
            "+3,4",
            "3, 4",
            "fifo:",
            "gmake_semaphore_123",
            "99999999999,4",
            "3;4",
            "-,-",
            "--2,3",
            "0x3,4",
            "sem:x",
        ] {
            let flags = std::format!("-j2 --jobserver-auth={text}");
            // A blank ends the word.
            let seen = text.split(' ').next().unwrap_or_default();
            assert_eq!(MakeFlags::new(flags.as_bytes()).auth(), Some(Auth::Unknown(seen.as_bytes())));
        }
        assert_eq!(MakeFlags::new(b"-j2 -j99999999999").jobs(), Some(2));
        assert_eq!(MakeFlags::new(b"-j-2").jobs(), None);
    }

    /// Bytes by chance, of those that mean something here.
    #[test]
    fn no_bytes_panic() {
        const PIECES: &[&[u8]] = &[
            b" ",
            b" ",
            b"\\",
            b"-",
            b"--",
            b" -- ",
            b"-j",
            b"--jobserver-auth=",
            b"--jobserver-fds=",
            b"fifo:",
            b",",
            b"3",
            b"-2",
            b"n",
            b"=",
            b"\t",
            b"\0",
            b"\xFF",
            b"99999999999",
            b"3,4",
            b"-2,-2",
            b"/tmp/x",
        ];
        let mut x = 0x9E37_79B9_7F4A_7C15_u64;
        let mut kinds = [0; 5];
        for _ in 0..if cfg!(miri) { 500 } else { 50_000 } {
            let mut text = vec![];
            for _ in 0..x % 24 {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                text.extend_from_slice(PIECES[x as usize % PIECES.len()]);
            }
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let flags = MakeFlags::new(&text);
            let _ = (flags.dry_run(), flags.jobs());
            kinds[match flags.auth() {
                None => 0,
                Some(Auth::Pipe { read, write }) => {
                    assert!(read >= 0 && write >= 0);
                    1
                }
                Some(Auth::Fifo(path)) => {
                    assert!(path.bytes().count() > 0);
                    2
                }
                Some(Auth::Disabled) => 3,
                Some(Auth::Unknown(_)) => 4,
            }] += 1;
        }
        assert!(kinds.iter().all(|kind| *kind > 10), "not all were there: {kinds:?}");
    }
}
