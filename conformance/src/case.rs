//! What a case is, and what can come of it.

use core::fmt::{self, Write as _};

use crate::Skip;

/// One line of the list.
#[derive(Debug)]
pub struct Case<W> {
    /// The id, with `_` for `-`.
    pub id: &'static str,
    /// What is claimed.
    pub claim: &'static str,
    /// Finds out whether it is true.
    pub run: fn(&W) -> Verdict,
}

/// Nothing, if the claim is true. An error type, so that `?` ends a case.
pub type Verdict = Result<(), Outcome>;

/// Why a case did not pass.
#[derive(Debug)]
pub enum Outcome {
    /// It could not be tried here, for this reason.
    Skipped(&'static str),
    /// What was found, and where the case says otherwise.
    Failed {
        /// The file of the case.
        file: &'static str,
        /// The line of the claim.
        line: u32,
        /// "got …, want …", cut where it is long.
        what: heapless::String<200>,
    },
}

impl From<Skip> for Outcome {
    fn from(skip: Skip) -> Self {
        Self::Skipped(skip.0)
    }
}

/// Ends the case unless both are equal: `claim!(got, want)`. `claim!(condition)` is `claim!(condition, true)`.
#[macro_export]
macro_rules! claim {
    ($condition:expr) => {
        $crate::claim!($condition, true)
    };
    ($got:expr, $want:expr) => {{
        let (got, want) = (&$got, &$want);
        if *got != *want {
            return Err($crate::failed(file!(), line!(), format_args!("got {got:?}, want {want:?}")));
        }
    }};
}

/// The value of a result that must not be an error: `let x = must!(result)`.
#[macro_export]
macro_rules! must {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => {
                return Err($crate::failed(file!(), line!(), format_args!("got {error:?}, want no error")));
            }
        }
    };
}

/// What `claim!` and `must!` end a case with.
pub fn failed(file: &'static str, line: u32, what: fmt::Arguments<'_>) -> Outcome {
    let mut text = Cut(heapless::String::new());
    // Cut writes what fits and never fails.
    let _ = text.write_fmt(what);
    Outcome::Failed { file, line, what: text.0 }
}

struct Cut(heapless::String<200>);

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.0.push(character).is_err() {
                break;
            }
        }
        Ok(())
    }
}
